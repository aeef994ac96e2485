// SPDX-License-Identifier: Apache-2.0
// Paths judged by the validator, with one report of all: what `validate` and `gate` ask for.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/options.h"
#include "cli/settings.h"
#include "reports/model.h"
#include "validator/validate_many.h"

namespace loadline::cli {

// What became of the paths.
struct Judged {
  reports::Report report;   // its subjects are those that could be judged
  bool unreadable = false;  // others could not: standard error says which, and why
};

// What is done with the findings of one path.
struct Handling {
  std::string fail_level;           // the word of --fail-level; empty: must
  std::vector<std::string> ignore;  // globs on rule ids
};

// The least level that the word of --fail-level stands for; "none" stands for no level.
std::optional<schema::Level> FailLevel(const std::string& word);

class Validation {
 public:
  // Every error is one of usage: the options or the settings ask for what cannot be.
  static Result<Validation> Plan(const ValidateOptions& options);

  // The report as far as it is known before the first path was judged.
  const reports::Report& Known() const { return known_; }

  // Judges the paths, and calls `tell` with each that was judged and with its findings, in the
  // order of the paths and never twice at once. An error says that what they are to be judged with
  // cannot be read.
  using Tell =
      std::function<void(const reports::Subject&, const std::vector<reports::CheckResult>&)>;
  Result<Judged> Run(const Tell& tell = nullptr);

 private:
  explicit Validation(const ValidateOptions& options) : options_(options) {}
  void Add(const std::string& path, const PathSettings& settings);
  Result<void> ReadImages();  // of --with
  int Workers() const;

  ValidateOptions options_;
  std::vector<validator::Task> tasks_;
  std::vector<Handling> handling_;  // of each task
  reports::Report known_;
};

}  // namespace loadline::cli
