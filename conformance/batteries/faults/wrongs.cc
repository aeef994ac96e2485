// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/faults/wrongs.h"

namespace loadline::conformance::faults {

using nlohmann::json;

namespace {

constexpr size_t kShown = 40;        // wrong trials
constexpr size_t kWithCommands = 3;  // of them
constexpr size_t kWordCap = 300;     // of one thing that is wrong

std::string Short(std::string text) {
  if (text.size() > kWordCap) text = text.substr(0, kWordCap) + "…";
  return text;
}

}  // namespace

void Wrongs::Add(const std::string& what, const Trial& trial) {
  Kind& kind = kinds_[trial.promise];
  ++kind.tried;
  if (trial.hangs) ++hangs_;
  if (trial.wrong.empty()) return;
  ++wrong_;
  if (++kind.wrong == 1) kind.first = what + ": " + Short(trial.wrong.front());
  if (kind.shown.size() >= kShown) return;
  json words = json::array();
  for (const std::string& word : trial.wrong) words.push_back(Short(word));
  json one = {{"fault", what}, {"wrong", words}, {"said", Short(trial.said)}};
  if (kind.shown.size() < kWithCommands) one["commands"] = trial.commands;
  kind.shown.push_back(std::move(one));
}

size_t Wrongs::Count(Promise promise) const {
  const auto found = kinds_.find(promise);
  return found == kinds_.end() ? 0 : found->second.tried;
}

void Wrongs::Judge(Findings& findings, const std::string& check, Promise promise, const json& about,
                   const std::string& again) const {
  const auto found = kinds_.find(promise);
  if (found == kinds_.end() || found->second.tried == 0) {
    findings.Say(check, reports::Verdict::kInconclusive, "no trial ended like that", about);
    return;
  }
  const Kind& kind = found->second;
  json evidence = about;
  evidence["judged"] = kind.tried;
  evidence["wrongTrials"] = kind.wrong;
  if (kind.wrong > 0) evidence["wrong"] = kind.shown;
  std::string message = kind.first;
  if (kind.wrong > 1) message += "; and " + std::to_string(kind.wrong - 1) + " more";
  message += again;
  findings.Judge(check, kind.wrong == 0, message, std::move(evidence));
}

}  // namespace loadline::conformance::faults
