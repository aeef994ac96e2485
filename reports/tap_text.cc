// SPDX-License-Identifier: Apache-2.0
#include "reports/tap_text.h"

#include "reports/plain_text.h"
#include "reports/result_text.h"

namespace loadline::reports {
namespace {

// A string of YAML in quotation marks; Shortened has taken its control characters.
std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : Shortened(text, kLongText)) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string Details(const CheckResult& result, const std::string& indent) {
  const auto line = [&](const std::string& text) { return indent + "  " + text + "\n"; };
  std::string text =
      line("---") + line("message: " + Quoted(result.message)) +
      line(std::string("severity: ") + (result.verdict == Verdict::kWarn ? "warning" : "fail"));
  if (result.location)
    text +=
        line("at: " + Quoted(result.location->file + ":" + std::to_string(result.location->line) +
                             ":" + std::to_string(result.location->column)));
  if (!result.hint.empty()) text += line("hint: " + Quoted(result.hint));
  if (!result.requirements.empty()) {
    text += line("requirements:");
    for (const std::string& id : result.requirements) text += line("  - " + Quoted(id));
  }
  return text + line("...");
}

bool IsSkipped(const CheckResult& result) {
  return !Judges(result.verdict) && result.verdict != Verdict::kError;
}

}  // namespace

std::string TapDescription(std::string_view text) {
  std::string escaped;
  for (const char c : Shortened(text)) {
    if (c == '#' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

bool IsOk(const CheckResult& result) {
  return result.verdict == Verdict::kPass || IsSkipped(result);
}

std::string TapDirective(const CheckResult& result) {
  if (result.verdict == Verdict::kWarn) return " # TODO it is advice";
  if (IsSkipped(result)) return " # SKIP " + TapDescription(result.message);
  if (!result.Unexpected() && result.verdict != Verdict::kPass)
    return " # TODO " + (result.reason.empty() ? "it was expected" : TapDescription(result.reason));
  if (result.Unexpected() && result.verdict == Verdict::kPass)
    return " # TODO " + std::string(ToText(result.expected)) + " was expected";
  return "";
}

std::string TapPoint(const CheckResult& result, size_t number, const std::string& indent) {
  const std::string text = indent + (IsOk(result) ? "ok " : "not ok ") + std::to_string(number) +
                           " - " + TapDescription(result.id) + TapDirective(result) + "\n";
  return IsOk(result) ? text : text + Details(result, indent);
}

}  // namespace loadline::reports
