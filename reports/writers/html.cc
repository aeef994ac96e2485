// SPDX-License-Identifier: Apache-2.0
// The html format: one page that stands alone. What it consists of is in page/, a file for each
// part.
#include "reports/html_page.h"
#include "reports/page/answer.h"
#include "reports/page/figure_bars.h"
#include "reports/page/known_fault_list.h"
#include "reports/page/requirement_matrix.h"
#include "reports/page/results_by_need.h"
#include "reports/parity/comparison.h"
#include "reports/writer.h"
#include "reports/xml.h"

namespace loadline::reports {
namespace {

std::string Footer(const Report& report) {
  return Element("footer", "",
                 Text(report.tool.name + " " + report.tool.version + " " + report.tool.commit +
                          ", " + report.started + ", " + std::to_string(report.duration_ms) +
                          " ms. The JSON report holds all evidence.",
                      400));
}

std::vector<Section> CertificationSections(const Report& report) {
  return {{"unexpected", "Not as expected", UnexpectedResults(report)},
          {"faults", "Known faults of runtimes", KnownFaultList(report)},
          {"known", "Known deviations and failed SHOULDs", KnownResults(report)},
          {"standard", "Requirements of the standard", RequirementMatrix(report, "oci-runtime")},
          {"beyond", "Requirements beyond the standard", RequirementMatrix(report, "loadline")},
          {"figures", "Figures", FigureBars(report)},
          {"unjudged", "What could not be judged, and why", UnjudgedResults(report)},
          {"passed", "What passed", PassedResults(report)},
          {"host", "The host", HostSection(report.host)}};
}

std::vector<Section> ValidationSections(const Report& report) {
  return {{"unexpected", "Findings", UnexpectedResults(report)},
          {"known", "Warnings", KnownResults(report)},
          {"unjudged", "What could not be judged, and why", UnjudgedResults(report)},
          {"passed", "What passed", PassedResults(report)},
          {"host", "The host", HostSection(report.host)}};
}

std::string Write(const Report& report, const WriterOptions&) {
  std::string title = "loadline";
  for (const Subject& subject : report.subjects) title += " · " + subject.name;
  return Page(title,
              Element("header", "", Answers(report) + Tiles(report)) + SearchBox() +
                  Sections(report.kind == Kind::kValidation ? ValidationSections(report)
                                                            : CertificationSections(report)) +
                  Footer(report));
}

}  // namespace

Writer HtmlWriter() {
  return {"html", "one page that stands alone", Write,
          [](const Comparison& comparison, const WriterOptions& options) {
            return ComparisonHtml(comparison, options.verbose);
          }};
}

}  // namespace loadline::reports
