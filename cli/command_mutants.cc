// SPDX-License-Identifier: Apache-2.0
// loadline mutants: which deliberately bad runtimes do the cases catch?
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "conformance/mutation.h"

namespace loadline::cli {
namespace {

using Json = nlohmann::ordered_json;

// A line per kind of mutants, the word before the colon of their names.
std::string ByKind(const conformance::MutationReport& report) {
  struct Count {
    int killed = 0;
    int noticeable = 0;
    int unnoticeable = 0;
  };
  std::map<std::string, Count> kinds;
  for (const conformance::MutantOutcome& mutant : report.mutants) {
    if (mutant.cases_run == 0) continue;
    Count& count = kinds[mutant.name.substr(0, mutant.name.find(':'))];
    const bool nobody_can = !mutant.Killed() && !mutant.reason.empty();
    ++(nobody_can ? count.unnoticeable : count.noticeable);
    if (mutant.Killed()) ++count.killed;
  }
  std::string text = "Killed, of those that can be noticed\n";
  for (const auto& [kind, count] : kinds) {
    text += "  " + kind + std::string(kind.size() < 10 ? 10 - kind.size() : 1, ' ') +
            std::to_string(count.killed) + "/" + std::to_string(count.noticeable);
    if (count.unnoticeable > 0)
      text += "; " + std::to_string(count.unnoticeable) + " more that nothing can notice";
    text += "\n";
  }
  return text + "\n";
}

// The first of the cases that noticed each.
std::string NoticedBy(const conformance::MutationReport& report) {
  constexpr size_t kShown = 5;
  std::string text;
  for (const conformance::MutantOutcome& mutant : report.mutants) {
    if (mutant.killed_by.empty()) continue;
    text += "  " + mutant.name + ": " + mutant.summary + "\n";
    const size_t shown = std::min(kShown, mutant.killed_by.size());
    for (size_t i = 0; i < shown; ++i) text += "      " + mutant.killed_by[i] + "\n";
    if (shown < mutant.killed_by.size())
      text += "      and " + std::to_string(mutant.killed_by.size() - shown) + " more\n";
  }
  return text.empty() ? "" : "Noticed by\n" + text + "\n";
}

// Of all mutants it is told which cases none of them made fail; of some, what noticed each.
std::string Text(const conformance::MutationReport& report, bool all) {
  std::string text;
  const auto list = [&](const char* heading, auto&& belongs) {
    std::string lines;
    for (const conformance::MutantOutcome& mutant : report.mutants) {
      if (!belongs(mutant)) continue;
      lines += "  " + mutant.name + ": " + mutant.summary + "\n";
      if (!mutant.reason.empty()) lines += "      " + mutant.reason + "\n";
      for (const std::string& id : mutant.strays)
        lines += "      failed all the same: " + id + "\n";
    }
    if (!lines.empty()) text += std::string(heading) + "\n" + lines + "\n";
  };
  list("Survivors: no case noticed",
       [](const auto& mutant) { return mutant.cases_run > 0 && mutant.killed_by.empty(); });
  list("Killed only because they refuse to create",
       [](const auto& mutant) { return mutant.by_refusal; });
  list("No case that could be judged here touches what these spoil",
       [](const auto& mutant) { return mutant.cases_run == 0; });
  list("Cases failed that are not about what these spoil",
       [](const auto& mutant) { return !mutant.strays.empty(); });
  list("Killed, although there is a reason why none can notice",
       [](const auto& mutant) { return mutant.Killed() && !mutant.reason.empty(); });
  if (!all) text += NoticedBy(report);
  text += ByKind(report);
  if (all && !report.never_failed.empty()) {
    text += "Cases that no mutant made fail\n";
    for (const std::string& id : report.never_failed) text += "  " + id + "\n";
    text += "\n";
  }
  return text + std::to_string(report.killed) + " of " + std::to_string(report.Judged()) +
         " mutants killed (" + std::to_string(report.Rate()) + " %), " +
         std::to_string(report.refused) + " by refusal alone, " + std::to_string(report.survived) +
         " survived, " + std::to_string(report.unnoticeable) + " that nothing can notice, " +
         std::to_string(report.untouched) + " untouched; " +
         std::to_string(report.unexplained.size()) + " of those not killed have no reason, " +
         std::to_string(report.astray) + " hit other cases" +
         (all ? "; " + std::to_string(report.never_failed.size()) + " cases were never failed\n"
              : "\n");
}

std::string WriteJson(const conformance::MutationReport& report) {
  Json json{{"schemaVersion", "1.1.0"},
            {"killed", report.killed},
            {"refused", report.refused},
            {"survived", report.survived},
            {"unnoticeable", report.unnoticeable},
            {"untouched", report.untouched},
            {"astray", report.astray},
            {"unexplained", report.unexplained},
            {"neverFailed", report.never_failed}};
  json["mutants"] = Json::array();
  for (const conformance::MutantOutcome& mutant : report.mutants) {
    json["mutants"].push_back({{"name", mutant.name},
                               {"summary", mutant.summary},
                               {"casesRun", mutant.cases_run},
                               {"durationMs", mutant.duration_ms},
                               {"killedBy", mutant.killed_by},
                               {"strays", mutant.strays},
                               {"reason", mutant.reason},
                               {"byRefusal", mutant.by_refusal}});
  }
  return json.dump(2) + "\n";
}

// Whether the report keeps to the limits; says where it does not.
bool KeepsLimits(const conformance::MutationReport& report, const MutantsOptions& options) {
  bool keeps = report.Rate() >= options.min_rate;
  if (!keeps)
    Note(std::to_string(report.Rate()) + " % of the mutants are killed, which is less than " +
         std::to_string(options.min_rate) + " %");
  const auto at_most = [&keeps](size_t count, const std::optional<int>& most, const char* what) {
    if (!most || static_cast<int>(count) <= *most) return;
    Note(std::to_string(count) + " " + what + ", which is more than " + std::to_string(*most));
    keeps = false;
  };
  at_most(static_cast<size_t>(report.survived), options.max_survivors, "mutants survive");
  at_most(static_cast<size_t>(report.untouched), options.max_untouched,
          "mutants spoil nothing that a case could judge here");
  at_most(static_cast<size_t>(report.astray), options.max_astray,
          "mutants make cases fail that are not about what they spoil");
  at_most(report.never_failed.size(), options.max_never_failed, "cases are failed by no mutant");
  at_most(report.unexplained.size() + report.needlessly_explained.size(), options.max_unexplained,
          "mutants survive without a reason, or are killed although there is one");
  return keeps;
}

}  // namespace

int RunMutants(const MutantsOptions& options) {
  conformance::MutationOptions harness;
  harness.candidate = options.candidate;
  harness.only = options.only;
  harness.jobs = options.jobs;
  auto shard = conformance::Shard::Parse(options.shard);
  if (!shard.has_value()) return Complain(shard.error(), kWrongUsage);
  harness.shard = *shard;
  ProgressLine progress(false);
  int done = 0;
  auto report =
      conformance::RunMutants(harness, [&](const conformance::MutantOutcome& mutant, int total) {
        progress.Show(++done, total, false, mutant.name);
      });
  progress.Clear();
  if (!report.has_value()) return Complain(report.error(), ExitStatusOf(report.error()));
  const int exit_status = KeepsLimits(*report, options) ? kConforms : kDoesNotConform;
  const bool all = options.only.empty() && options.shard.empty();
  return Print(options.format == "json" ? WriteJson(*report) : Text(*report, all), exit_status);
}

}  // namespace loadline::cli
