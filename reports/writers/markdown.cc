// SPDX-License-Identifier: Apache-2.0
// The markdown format: a summary for a merge request.
#include "reports/markdown_text.h"
#include "reports/parity/comparison.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

constexpr size_t kMostRows = 200;
constexpr size_t kMostBytes = 60 << 10;  // GitHub's comments take 64 KiB

std::string Write(const Report& report, const WriterOptions&) {
  const std::string head = "## Loadline\n\n" + MarkdownConclusions(report);
  return head + MarkdownAttention(report, kMostRows, kMostBytes);
}

std::string WriteComparison(const Comparison& comparison, const WriterOptions&) {
  return ComparisonMarkdown(comparison, kMostBytes);
}

}  // namespace

Writer MarkdownWriter() {
  return {"markdown", "a summary for merge requests", Write, WriteComparison};
}

}  // namespace loadline::reports
