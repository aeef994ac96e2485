// SPDX-License-Identifier: Apache-2.0
// The github format: commands that GitHub Actions turns into annotations of the change.
#include "reports/parity/comparison.h"
#include "reports/plain_text.h"
#include "reports/result_text.h"
#include "reports/unfinished.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

// What would end a command, or one of its properties, is written as %XX.
std::string Escape(std::string_view text, std::string_view more) {
  std::string escaped;
  for (const char c : text) {
    if (c == '%') {
      escaped += "%25";
    } else if (c == '\r') {
      escaped += "%0D";
    } else if (c == '\n') {
      escaped += "%0A";
    } else if (more.find(c) == std::string_view::npos) {
      escaped += c;
    } else {
      escaped += c == ':' ? "%3A" : "%2C";
    }
  }
  return escaped;
}

std::string Property(std::string_view text) { return Escape(Shortened(text), ":,"); }

std::string CommandOf(const CheckResult& result) {
  const std::string_view word = WordOf(result);
  return std::string(word == "note" ? "notice" : word);
}

std::string Line(const CheckResult& result, bool several) {
  std::string line = "::" + CommandOf(result) + " ";
  if (result.location)
    line += "file=" + Property(result.location->file) +
            ",line=" + std::to_string(result.location->line) +
            ",col=" + std::to_string(result.location->column) + ",";
  line += "title=" + Property((several ? result.subject + ": " : "") + result.id) + "::";
  return line + Escape(Shortened(MessageOf(result)), "") + "\n";
}

// The worst first: GitHub shows only the first ten of a step.
std::string Write(const Report& report, const WriterOptions&) {
  const Report whole = WithUnfinishedAsResult(report);
  const bool several = whole.kind == Kind::kCertification && whole.subjects.size() > 1;
  std::string text;
  for (const CheckResult* result : WorstFirst(whole)) text += Line(*result, several);
  return text;
}

std::string WriteComparison(const Comparison& comparison, const WriterOptions& options) {
  return Write(AllCandidates(comparison), options);
}

}  // namespace

Writer GithubWriter() {
  return {"github", "annotations of GitHub Actions", Write, WriteComparison};
}

}  // namespace loadline::reports
