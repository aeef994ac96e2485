// SPDX-License-Identifier: Apache-2.0
// Findings: the verdicts of a battery's run, as they cross from the cell to the harness.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "conformance/batteries/battery.h"
#include "conformance/harness/judge.h"

namespace loadline::conformance {

// What was measured: the figure, what it is held against and how far it may be from that, and what
// this machine made of the same where no runtime had a hand in it, or else how noisy it was. Each
// by name.
struct Measurement {
  nlohmann::json figure;
  nlohmann::json tolerance;
  nlohmann::json control;
  nlohmann::json ToJson() const;  // as evidence
};

class Findings {
 public:
  // The verdict on a check. `evidence` is what was measured and what was expected. The first
  // verdict that is not a pass stays.
  void Say(const std::string& check, reports::Verdict verdict, std::string message,
           nlohmann::json evidence = nullptr);
  // Pass when `holds`, else a failure with the message.
  void Judge(const std::string& check, bool holds, std::string message,
             nlohmann::json evidence = nullptr);
  // The same of what was measured, all of which is in the evidence whatever the verdict. `noise`
  // says why the machine could not show it just now, which is inconclusive; empty: it could.
  void JudgeMeasured(const std::string& check, bool holds, const std::string& message,
                     const Measurement& measured, const std::string& noise = "");
  void Pass(const std::string& check, nlohmann::json evidence = nullptr);
  bool Has(const std::string& check) const { return said_.contains(check); }

  const nlohmann::json& ToJson() const { return said_; }

 private:
  nlohmann::json said_ = nlohmann::json::object();  // by check: {verdict, message, evidence}
};

// A figure for a message: Decimal(0.1234, 2) is "0.12".
std::string Decimal(double value, int digits);

// The verdict on one check from the answer of its run's cell.
Judgement JudgeCheck(const Check& check, const nlohmann::json& answer);
// How to reproduce it, and what was measured.
nlohmann::json EvidenceOf(const Check& check, const nlohmann::json& answer);

}  // namespace loadline::conformance
