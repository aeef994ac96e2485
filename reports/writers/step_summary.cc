// SPDX-License-Identifier: Apache-2.0
// The step-summary format: Markdown for the page of a job of GitHub Actions, which holds what all
// steps add to the file that GITHUB_STEP_SUMMARY names.
#include <map>

#include "reports/markdown_text.h"
#include "reports/parity/comparison.h"
#include "reports/plain_text.h"
#include "reports/result_text.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

constexpr size_t kMostBytes = 1 << 20;  // GitHub drops a summary that is larger

// Folded: of interest to whoever wants to know more.
std::string Folded(const std::string& heading, const std::string& markdown) {
  return "\n<details><summary>" + heading + "</summary>\n\n" + markdown + "\n</details>\n";
}

std::string Areas(const Report& report) {
  struct Count {
    int passed = 0;
    int judged = 0;
    int all = 0;
  };
  std::map<std::string, Count> areas;
  for (const CheckResult& result : report.results) {
    Count& count = areas[AreaOf(result.id)];
    count.passed += result.verdict == Verdict::kPass ? 1 : 0;
    count.judged += Judges(result.verdict) ? 1 : 0;
    ++count.all;
  }
  std::string table = MarkdownHead({"area", "passed", "judged", "checks"});
  for (const auto& [area, count] : areas)
    table += MarkdownRow({MarkdownText(area), std::to_string(count.passed),
                          std::to_string(count.judged), std::to_string(count.all)});
  return Folded("By area", table);
}

std::string Known(const Report& report) {
  std::string rows;
  int count = 0;
  for (const CheckResult& result : report.results) {
    if (NeedsAttention(result) || !Judges(result.verdict) || result.verdict == Verdict::kPass)
      continue;
    ++count;
    rows += MarkdownRow(
        {MarkdownId(result.id), MarkdownText(result.message), MarkdownText(result.reason)});
  }
  if (count == 0) return "";
  return Folded(Plural(count, "known deviation"),
                MarkdownHead({"check", "seen", "expected, because"}) + rows);
}

std::string Write(const Report& report, const WriterOptions&) {
  std::string text = "## Loadline\n\n" + MarkdownConclusions(report);
  const size_t room = kMostBytes - std::min(text.size(), kMostBytes);
  text += MarkdownAttention(report, SIZE_MAX, room);
  if (report.kind != Kind::kCertification) return text;
  // What is of less interest goes in as far as there is room.
  for (const std::string& part : {Known(report), Areas(report)}) {
    if (text.size() + part.size() <= kMostBytes) text += part;
  }
  return text;
}

std::string WriteComparison(const Comparison& comparison, const WriterOptions&) {
  return ComparisonMarkdown(comparison, kMostBytes);
}

}  // namespace

Writer StepSummaryWriter() {
  return {"step-summary", "Markdown that is added to the page of a GitHub Actions job", Write,
          WriteComparison, "GITHUB_STEP_SUMMARY"};
}

}  // namespace loadline::reports
