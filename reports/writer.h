// SPDX-License-Identifier: Apache-2.0
// Writer: one output format, of reports and of comparisons. A file writers/<format>.cc defines
// `Writer <Format>Writer()` and is found by its name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/model.h"

namespace loadline::reports {

struct Comparison;

struct WriterOptions {
  bool colour = false;   // the text writer's terminal colours
  bool verbose = false;  // results that need no attention too
};

struct Writer {
  std::string_view format;   // the word after --format
  std::string_view summary;  // for --help
  std::string (*write)(const Report& report, const WriterOptions& options);
  std::string (*write_comparison)(const Comparison& comparison, const WriterOptions& options);
  // The variable of the environment that names a file which such reports are added to, as each step
  // of a job adds to it; null: a report is a file of its own.
  const char* added_to = nullptr;
};

// Every writer, in the order of its file names (generated).
std::vector<Writer> AllWriters();

}  // namespace loadline::reports
