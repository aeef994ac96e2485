// SPDX-License-Identifier: Apache-2.0
#include "reports/parity/sample_comparison.h"

#include <nlohmann/json.hpp>

#include "reports/sample_report.h"

namespace loadline::reports {
namespace {

CheckResult Measured(double ratio, const char* parity) {
  CheckResult result;
  result.id = "loadline/efficiency/null-call@1.2.0";
  result.title = "a system call that does nothing";
  result.verdict = std::string(parity) == "worse" ? Verdict::kWarn : Verdict::kPass;
  result.level = schema::Level::kShould;
  result.evidence = std::make_shared<nlohmann::json>(nlohmann::json{{"measured",
                                                                     {{"ratio", ratio},
                                                                      {"low", ratio * 0.98},
                                                                      {"high", ratio * 1.02},
                                                                      {"margin", 0.05},
                                                                      {"parity", parity}}}});
  return result;
}

Report Candidate(const std::string& name, const CheckResult& figure) {
  Report report = SampleCertification();
  report.results.push_back(figure);
  for (CheckResult& result : report.results) result.subject = name;
  report.subjects[0].name = name;
  return report;
}

}  // namespace

Comparison SampleComparison() {
  Report two = Candidate("two", Measured(40, "worse"));
  two.results[1].verdict = Verdict::kPass;
  two.results[1].message.clear();
  two.results[2].verdict = Verdict::kUnsupported;
  Comparison comparison = Compare({Candidate("one", Measured(1.01, "equivalent")), two}).value();
  comparison.tool = two.tool;
  comparison.started = two.started;
  return comparison;
}

}  // namespace loadline::reports
