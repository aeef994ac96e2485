// SPDX-License-Identifier: Apache-2.0
// Fuzzes reading reports that were kept, and writing what was read in every format. Run:
// scripts/fuzz 60 saved_report
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "reports/model_json.h"
#include "reports/parity/comparison.h"
#include "reports/saved/saved_report.h"
#include "reports/writer.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace loadline::reports;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto saved = ReadSaved("r", text);
  if (!saved.has_value()) {
    Require(saved.error().kind == loadline::ErrorKind::kUnreadable && !saved.error().hint.empty());
    return 0;
  }
  const Report& report = saved->report;
  // What was not finished never conforms. (As a stream it is counted anew.)
  Require(!report.unfinished || ExitStatus(report, false) != 0);
  for (const Writer& writer : AllWriters()) {
    const std::string written = writer.write(report, {true, true});
    if (writer.format != "json" && writer.format != "jsonl") continue;
    const auto again = ReadSaved("again", written);
    Require(again.has_value());
    Require(report.unfinished || ToJson(again->report) == ToJson(report));
  }
  const auto comparison = Compare({report, report});
  if (!comparison.has_value()) return 0;
  for (const Writer& writer : AllWriters()) writer.write_comparison(*comparison, {true, true});
  return 0;
}
