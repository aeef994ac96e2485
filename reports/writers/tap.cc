// SPDX-License-Identifier: Apache-2.0
// The tap format: TAP 13 in what it shares with TAP 14, which harnesses of either read.
#include "reports/plain_text.h"
#include "reports/result_text.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

// '#' would begin a directive, and '\' escapes it.
std::string Escape(std::string_view text) {
  std::string escaped;
  for (const char c : OneLine(text)) {
    if (c == '#' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// A string of YAML in quotation marks; OneLine has taken its control characters.
std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : OneLine(text)) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string Details(const CheckResult& result) {
  std::string text = "  ---\n  message: " + Quoted(result.message) +
                     "\n  severity: " + (result.verdict == Verdict::kWarn ? "warning" : "fail") +
                     "\n";
  if (result.location)
    text += "  at: " +
            Quoted(result.location->file + ":" + std::to_string(result.location->line) + ":" +
                   std::to_string(result.location->column)) +
            "\n";
  if (!result.hint.empty()) text += "  hint: " + Quoted(result.hint) + "\n";
  if (!result.requirements.empty()) {
    text += "  requirements:\n";
    for (const std::string& id : result.requirements) text += "    - " + id + "\n";
  }
  return text + "  ...\n";
}

// What is expected to fail, or only advised, is TODO; what could not be judged is SKIP.
std::string Directive(const CheckResult& result) {
  if (result.verdict == Verdict::kWarn) return " # TODO it is advice";
  if (!Judges(result.verdict) && result.verdict != Verdict::kError)
    return " # SKIP " + Escape(result.message);
  if (!result.Unexpected() && result.verdict != Verdict::kPass)
    return " # TODO " + Escape(result.reason);
  if (result.Unexpected() && result.verdict == Verdict::kPass)
    return " # TODO " + std::string(ToText(result.expected)) + " was expected";
  return "";
}

std::string Write(const Report& report, const WriterOptions&) {
  std::string text = "TAP version 13\n";
  size_t number = 0;
  const auto point = [&](bool ok, const std::string& name) {
    text += std::string(ok ? "ok " : "not ok ") + std::to_string(++number) + " - " + name;
  };
  // A sound subject has no findings, and is a test that passed all the same.
  if (report.kind == Kind::kValidation) {
    for (const Subject& subject : report.subjects) {
      point(subject.verdict == Verdict::kPass, Escape(subject.name + " is sound"));
      text += "\n";
    }
  }
  for (const CheckResult& result : report.results) {
    const bool skipped = !Judges(result.verdict) && result.verdict != Verdict::kError;
    point(result.verdict == Verdict::kPass || skipped, Escape(result.id));
    text += Directive(result) + "\n";
    if (result.verdict != Verdict::kPass && !skipped) text += Details(result);
  }
  return text + "1.." + std::to_string(number) + "\n";
}

}  // namespace

Writer TapWriter() { return {"tap", "TAP 13, for test harnesses", Write}; }

}  // namespace loadline::reports
