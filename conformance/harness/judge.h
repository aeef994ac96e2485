// SPDX-License-Identifier: Apache-2.0
// From what a cell answered to verdicts.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "conformance/harness/run.h"
#include "reports/model.h"

namespace loadline::conformance {

struct Judgement {
  reports::Verdict verdict = reports::Verdict::kPass;
  std::string message;
};

// The verdict on a case from the answers of its runs (interpreter.h says what is in them). The
// level is not applied yet: a deviation is kFail. `claims_version`: the candidate declares the
// version under test, so that a control that fails is our mistake.
Judgement JudgeCase(const Case& the_case, const nlohmann::json& main,
                    const std::vector<std::pair<std::string, const nlohmann::json*>>& controls,
                    bool claims_version);

// A failed SHOULD is a warning; a MAY that is not taken up is unsupported.
reports::Verdict ApplyLevel(reports::Verdict verdict, schema::Level level);

// How to reproduce a case: the configuration and the commands of its main run.
nlohmann::json Evidence(const nlohmann::json& answer);

// The results that stand for all runs: the candidate's state documents, its features document
// (`features` is its text, or empty), and leaks. `runs` and `answers` go together; an answer may be
// null.
std::vector<reports::CheckResult> JudgeRuns(const std::vector<Run>& runs,
                                            const std::vector<nlohmann::json>& answers,
                                            const std::string& features, const std::string& spec);

}  // namespace loadline::conformance
