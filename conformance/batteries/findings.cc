// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/findings.h"

#include <array>
#include <cstdio>

namespace loadline::conformance {

using nlohmann::json;
using reports::Verdict;

namespace {

Judgement FromJson(const json& said) {
  return {reports::VerdictFromText(said.value("verdict", "")).value_or(Verdict::kError),
          said.value("message", "")};
}

}  // namespace

json Measurement::ToJson() const {
  return {{"figure", figure}, {"tolerance", tolerance}, {"control", control}};
}

void Findings::Say(const std::string& check, Verdict verdict, std::string message, json evidence) {
  const auto before = said_.find(check);
  if (before != said_.end() && before->at("verdict") != ToText(Verdict::kPass)) return;
  said_[check] = {{"verdict", ToText(verdict)}, {"message", std::move(message)}};
  if (!evidence.is_null()) said_[check]["evidence"] = std::move(evidence);
}

void Findings::Judge(const std::string& check, bool holds, std::string message, json evidence) {
  Say(check, holds ? Verdict::kPass : Verdict::kFail, holds ? "" : std::move(message),
      std::move(evidence));
}

void Findings::JudgeMeasured(const std::string& check, bool holds, const std::string& message,
                             const Measurement& measured, const std::string& noise) {
  if (noise.empty()) {
    Judge(check, holds, message, measured.ToJson());
  } else {
    Say(check, Verdict::kInconclusive, noise + ": " + message, measured.ToJson());
  }
}

void Findings::Pass(const std::string& check, json evidence) {
  Say(check, Verdict::kPass, "", std::move(evidence));
}

std::string Decimal(double value, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

Judgement JudgeCheck(const Check& check, const json& answer) {
  const json::json_pointer place = json::json_pointer("/checks") / check.id;
  if (answer.contains(place)) return FromJson(answer[place]);
  if (answer.contains("problem")) return FromJson(answer["problem"]);
  return {Verdict::kError, "the battery said nothing about it"};
}

json EvidenceOf(const Check& check, const json& answer) {
  json evidence = json::object();
  const json::json_pointer place = json::json_pointer("/checks") / check.id;
  if (answer.contains(place / "evidence")) evidence["measured"] = answer[place / "evidence"];
  // How to get there is of interest where something is wrong.
  const bool passed = answer.contains(place) && FromJson(answer[place]).verdict == Verdict::kPass;
  if (!passed) evidence["commands"] = answer.value("commands", json::array());
  return evidence;
}

}  // namespace loadline::conformance
