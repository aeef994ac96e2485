// SPDX-License-Identifier: Apache-2.0
// The results that stand for all runs of a candidate together.
#include "conformance/harness/expect.h"
#include "conformance/harness/judge.h"
#include "conformance/harness/leaks.h"
#include "validator/validate.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;
using reports::CheckResult;
using reports::Verdict;

// The first failure that the validator finds in a text; empty when there is none.
std::string FirstFinding(const std::string& name, const std::string& text,
                         validator::SubjectType type, const std::string& spec) {
  validator::ValidateOptions options;
  options.spec = spec;
  const validator::Judgement judgement = validator::ValidateText(name, text, type, options);
  for (const CheckResult& finding : judgement.findings) {
    if (finding.verdict != Verdict::kFail) continue;
    const std::string where = finding.location ? finding.location->pointer : "";
    return (where.empty() ? "" : where + ": ") + finding.message + " [" + finding.id + "]";
  }
  return "";
}

CheckResult MakeResult(const std::string& what, const std::string& title, const std::string& spec,
                       std::vector<std::string> requirements) {
  CheckResult result;
  result.id = "oci-runtime/runs/" + what + "@" + spec;
  result.title = title;
  for (std::string& id : requirements) {
    if (schema::FindRequirement(id) != nullptr) result.requirements.push_back(std::move(id));
  }
  return result;
}

// The first message counts; an empty one is none.
void Fail(CheckResult& result, std::string message) {
  if (result.verdict == Verdict::kFail || message.empty()) return;
  result.verdict = Verdict::kFail;
  result.message = std::move(message);
}

// A leak of one run, and the names of some others.
class LeakNotes {
 public:
  void Add(const std::string& leak, const std::string& case_id) {
    if (leak.empty()) return;
    ++count_;
    if (count_ == 1) {
      text_ = "left behind: " + leak + " (in " + case_id + ")";
    } else if (count_ <= kNamed) {
      text_ += (count_ == 2 ? "; other things in " : ", ") + case_id;
    }
  }
  std::string ToText() const {
    return count_ <= kNamed ? text_ : text_ + " and " + std::to_string(count_ - kNamed) + " more";
  }

 private:
  static constexpr int kNamed = 5;
  int count_ = 0;
  std::string text_;
};

std::vector<std::string> AgentTexts(const json& answer) {
  std::vector<std::string> texts;
  const json agents = answer.value(json::json_pointer("/observation/host/agents"), json::object());
  for (const json& agent : agents) {
    for (const json& connection : agent["connections"]) texts.push_back(connection["text"]);
  }
  return texts;
}

std::string LeakOf(const json& answer) {
  if (!answer.is_object() || !answer.value("ledger", false)) return "";
  return FirstLeak(answer["observation"]["leaks"]);
}

}  // namespace

std::vector<CheckResult> JudgeRuns(const std::vector<Run>& runs, const std::vector<json>& answers,
                                   const std::string& features, const std::string& spec) {
  CheckResult states = MakeResult("state-documents", "every answer to `state` is a valid document",
                                  spec, {"oci-runtime/runtime/query-state/returns-state"});
  CheckResult leaks = MakeResult("leaks", "`delete` leaves nothing behind", spec,
                                 {"oci-runtime/runtime/delete/resources-deleted"});
  CheckResult after_errors =
      MakeResult("leaks-after-errors", "whatever went wrong, a forced delete leaves nothing behind",
                 spec, {"loadline/isolation/leaks"});
  after_errors.id = "loadline/runs/leaks-after-errors@" + spec;
  bool any_error = false;
  LeakNotes left_by_delete;
  LeakNotes left_after_errors;
  // Whether it is one at all is the business of a case.
  CheckResult agents = MakeResult(
      "seccomp-states", "every container process state that an agent got is a valid document", spec,
      {"oci-runtime/config-linux/container-process-state/oci-version-required",
       "oci-runtime/config-linux/container-process-state/pid-required",
       "oci-runtime/config-linux/container-process-state/state-required"});
  bool any_agent = false;
  bool any_state = false;
  bool any_ledger = false;
  for (size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i].is_object()) continue;
    for (const json& text : answers[i].value("stateAnswers", json::array())) {
      any_state = true;
      const std::string finding =
          FirstFinding("state", text.get<std::string>(), validator::SubjectType::kState, spec);
      if (!finding.empty()) Fail(states, finding + " (in " + runs[i].cases.front() + ")");
    }
    for (const std::string& text : AgentTexts(answers[i])) {
      any_agent = true;
      const std::string finding = FirstFinding("container process state", text,
                                               validator::SubjectType::kSeccompState, spec);
      if (!finding.empty()) Fail(agents, finding + " (in " + runs[i].cases.front() + ")");
    }
    any_ledger = any_ledger || answers[i].value("ledger", false);
    left_by_delete.Add(LeakOf(answers[i]), runs[i].cases.front());
    const auto after = answers[i].find("leaksAfterErrors");
    if (after == answers[i].end()) continue;
    any_error = true;
    left_after_errors.Add(FirstLeak(*after), runs[i].cases.front());
  }
  Fail(leaks, left_by_delete.ToText());
  Fail(after_errors, left_after_errors.ToText());
  std::vector<CheckResult> results;
  if (any_state) results.push_back(std::move(states));
  if (any_agent) results.push_back(std::move(agents));
  if (any_ledger) results.push_back(std::move(leaks));
  if (any_error) results.push_back(std::move(after_errors));
  if (!features.empty()) {
    CheckResult document =
        MakeResult("features-document", "the features document is valid", spec, {});
    Fail(document, FirstFinding("features", features, validator::SubjectType::kFeatures, spec));
    results.push_back(std::move(document));
  }
  return results;
}

}  // namespace loadline::conformance
