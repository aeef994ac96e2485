// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/candidate.h"

#include <re2/re2.h>

#include <cerrno>
#include <cstring>

#include "conformance/harness/container.h"
#include "conformance/harness/driver.h"
#include "conformance/harness/schedule.h"
#include "conformance/harness/strict_json.h"
#include "schema/ledger.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;

constexpr const char* kStandard = "oci-runtime";

// Asks for version and features; the answer is {version, features} as texts, and {unusable: errno}
// when the kernel will not run the program.
json Ask(const Profile& profile, Caller caller, std::chrono::milliseconds step_time) {
  json answer = {{"version", ""}, {"features", ""}};
  auto paths = CellPaths::Make("", caller);
  if (!paths) return answer;
  if (!profile.version_command.empty()) {
    RunOptions run;
    run.spawn.argv = profile.command;
    run.spawn.argv.insert(run.spawn.argv.end(), profile.version_command.begin(),
                          profile.version_command.end());
    run.spawn.environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"};
    run.spawn.user = IdentityOf(caller);
    run.deadline = Deadline::After(step_time);
    auto outcome = RunToEnd(run);
    if (!outcome && outcome.error().call == "exec") answer["unusable"] = outcome.error().number;
    if (outcome && outcome->status.Success()) answer["version"] = outcome->standard_output;
  }
  if (profile.features == "command" && profile.HasVerb("features")) {
    Driver driver(profile, *paths, step_time, Deadline::Never());
    auto call = driver.Do("features", Container());
    if (call && call->Success()) answer["features"] = call->output;
  }
  return answer;
}

std::string TextAt(const json& document, const char* key) {
  if (!document.is_object()) return "";
  const auto found = document.find(key);
  return found != document.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

std::string FindVersion(const std::string& text) {
  std::string version;
  RE2::PartialMatch(text, R"((\d+\.\d+[0-9A-Za-z.+~-]*))", &version);
  return version;
}

Result<Candidate> AskCandidate(Profile profile, const std::vector<Hierarchy>& hierarchies,
                               const CellView& view, std::chrono::milliseconds step_time) {
  Candidate candidate;
  candidate.profile = std::move(profile);
  json answer;
  Schedule schedule;
  schedule.hierarchies = hierarchies;
  schedule.view = view;
  schedule.count = 1;
  schedule.work = [&candidate, &view, step_time](size_t) {
    return Ask(candidate.profile, view.caller, step_time);
  };
  schedule.done = [&answer](size_t, json given) { answer = std::move(given); };
  RETURN_IF_ERROR(RunInCells(schedule));
  if (const int number = answer.value("unusable", 0); number != 0) {
    const bool hidden = IsRootless(view.caller) && number == EACCES;
    return Failure(ErrorKind::kUnreadable,
                   candidate.profile.command.front() + " cannot be run: " + std::strerror(number),
                   hidden
                       ? "with --rootless a user runs it: put it where every user may"
                       : "its interpreter or loader may be missing, or it is of another machine");
  }
  const std::string version_text = TextAt(answer, "version");
  candidate.version = FindVersion(version_text);
  candidate.features_text = TextAt(answer, "features");
  candidate.features = ParseForeign(candidate.features_text);
  if (!candidate.features.is_object()) candidate.features = nullptr;
  if (candidate.profile.features.is_object()) candidate.features = candidate.profile.features;
  candidate.profile.features = candidate.features;
  candidate.spec_max = TextAt(candidate.features, "ociVersionMax");
  if (candidate.spec_max.empty()) candidate.spec_max = candidate.profile.spec_max;
  // runc and crun print a line "spec: 1.0.2".
  if (candidate.spec_max.empty())
    RE2::PartialMatch(version_text, R"((?m)^spec:\s*(\S+))", &candidate.spec_max);
  return candidate;
}

Result<std::string> ChooseSpec(const std::string& wanted, const std::string& spec_max) {
  const schema::Ledger* ledger = schema::FindLedger(kStandard);
  if (ledger == nullptr || ledger->versions.empty()) return Failure("there is no ledger");
  std::string known;
  for (const schema::SpecVersion& version : ledger->versions) {
    if (version.ToText() == wanted) return wanted;
    known += " " + version.ToText();
  }
  if (!wanted.empty())
    return Failure(ErrorKind::kUsage, "version " + wanted + " is not known", "known are" + known);
  auto max = schema::SpecVersion::Parse(spec_max);
  if (!max) return ledger->versions.back().ToText();
  max->prerelease.clear();  // "1.0.2-dev" is what becomes 1.0.2
  std::string chosen = ledger->versions.front().ToText();
  for (const schema::SpecVersion& version : ledger->versions) {
    if (version <= *max) chosen = version.ToText();
  }
  return chosen;
}

}  // namespace loadline::conformance
