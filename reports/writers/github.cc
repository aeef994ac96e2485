// SPDX-License-Identifier: Apache-2.0
// The github format: commands that GitHub Actions turns into annotations of the change.
#include <algorithm>

#include "reports/plain_text.h"
#include "reports/result_text.h"
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

std::string CommandOf(const CheckResult& result) {
  const std::string_view word = WordOf(result);
  return std::string(word == "note" ? "notice" : word);
}

std::string Line(const CheckResult& result) {
  std::string line = "::" + CommandOf(result) + " ";
  if (result.location)
    line += "file=" + Escape(result.location->file, ":,") +
            ",line=" + std::to_string(result.location->line) +
            ",col=" + std::to_string(result.location->column) + ",";
  line += "title=" + Escape(result.id, ":,") + "::";
  const std::string message = MessageOf(result);
  return line + Escape(Shortened(message), "") + "\n";
}

// Errors first: GitHub shows only the first ten of a step.
int RankOf(const CheckResult& result) {
  if (result.verdict != Verdict::kWarn) return 0;
  return result.level == schema::Level::kShould ? 1 : 2;
}

std::string Write(const Report& report, const WriterOptions&) {
  std::vector<const CheckResult*> results;
  for (const CheckResult& result : report.results) {
    if (result.Unexpected() || result.verdict == Verdict::kWarn) results.push_back(&result);
  }
  std::stable_sort(results.begin(), results.end(), [](const CheckResult* a, const CheckResult* b) {
    return RankOf(*a) < RankOf(*b);
  });
  std::string text;
  for (const CheckResult* result : results) text += Line(*result);
  return text;
}

}  // namespace

Writer GithubWriter() { return {"github", "annotations of GitHub Actions", Write}; }

}  // namespace loadline::reports
