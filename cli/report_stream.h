// SPDX-License-Identifier: Apache-2.0
// A report as jsonl, line by line while it comes to be: whatever ends the run loses nothing that
// was judged before.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "cli/options.h"
#include "reports/model.h"

namespace loadline::cli {

class ReportStream {
 public:
  // To standard output, if its format is jsonl, and to each file that is to be jsonl.
  explicit ReportStream(const OutputOptions& options);

  // What is known before the first result; the files begin here. Each line is one write(2).
  void Begin(const reports::Report& known, int planned);
  void Add(const reports::CheckResult& result);
  // A path that was judged; what was found in it follows.
  void Add(const reports::Subject& path);
  void End(const reports::Report& report);

  // The first error of writing. A reader of standard output that went away is none.
  Result<void> Outcome() const { return outcome_; }

 private:
  struct Target {
    std::string path;  // empty: standard output
    UniqueFd file;
    bool open = true;  // nothing went wrong so far
  };
  void Write(const std::string& line);
  void Fail(Target& target, Error error);

  std::vector<Target> targets_;
  Result<void> outcome_;
};

}  // namespace loadline::cli
