// SPDX-License-Identifier: Apache-2.0
// Misbehaviour that the control battery has to notice: a limit that is left out, or is another one
// than was asked for; and a pause that stops those alone who are there.
#include <signal.h>

#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/files.h"
#include "conformance/mutants/misbehaviour.h"
#include "conformance/mutants/place.h"

namespace loadline::mutants {
namespace {

using nlohmann::json;

// Changes the rate of each entry of each kind of throttle.
template <class F>
void ChangeRates(json& config, F&& change) {
  const json::json_pointer pointer("/linux/resources/blockIO");
  if (!config.contains(pointer)) return;
  for (auto& [name, entries] : config[pointer].items()) {
    if (!name.starts_with("throttle") || !entries.is_array()) continue;
    for (json& entry : entries) entry["rate"] = change(entry.value("rate", int64_t{0}));
  }
}

// A process and all that come of it.
void SignalTree(const std::string& pid, int signal) {
  kill(static_cast<pid_t>(std::strtol(pid.c_str(), nullptr, 10)), signal);
  std::istringstream children(ReadFile("/proc/" + pid + "/task/" + pid + "/children").value_or(""));
  for (std::string child; children >> child;) SignalTree(child, signal);
}

// Of most limits -1 says that there is none.
int64_t None(int64_t) { return -1; }

}  // namespace

Result<ExitStatus> UpdateAndResume(const RuntimeCall& call) {
  ASSIGN_OR_RETURN(const ExitStatus status, RunInPlace(call.argv));
  // One that is not paused refuses it, and nothing is lost.
  if (status.Success()) RETURN_IF_ERROR(RunQuietly(call.Other({"resume", call.id})));
  return status;
}

Result<ExitStatus> PauseBySignals(const RuntimeCall& call) {
  ASSIGN_OR_RETURN(const RunOutcome answer, RunQuietly(call.Other({"state", call.id})));
  const json state = json::parse(answer.standard_output, nullptr, false);
  if (!answer.status.Success() || !state.is_object()) return answer.status;
  SignalTree(std::to_string(state.value("pid", int64_t{0})),
             call.verb == "pause" ? SIGSTOP : SIGCONT);
  return ExitStatus{};
}

void DropBurst(json& config) { Drop(config, "/linux/resources/cpu/burst"); }

void DropIdle(json& config) { Drop(config, "/linux/resources/cpu/idle"); }

void DropPeriod(json& config) { Drop(config, "/linux/resources/cpu/period"); }

void InventQuota(json& config) {
  const json::json_pointer pointer("/linux/resources/cpu");
  if (!config.contains(pointer / "period") || config.contains(pointer / "quota")) return;
  config[pointer]["quota"] = config[pointer].value("period", int64_t{0}) / 2;
}

void DropRealtime(json& config) { Drop(config, "/linux/resources/cpu/realtimeRuntime"); }

void DropReservation(json& config) { Drop(config, "/linux/resources/memory/reservation"); }

void DoubleSwap(json& config) {
  ChangeNumber(config, "/linux/resources/memory/swap", [](int64_t limit) { return limit * 2; });
}

void KeepOomKiller(json& config) { Drop(config, "/linux/resources/memory/disableOOMKiller"); }

void ZeroProcessesAreMany(json& config) {
  ChangeNumber(config, "/linux/resources/pids/limit",
               [](int64_t limit) { return limit == 0 ? -1 : limit; });
}

void UnlimitedProcessesAreFew(json& config) {
  ChangeNumber(config, "/linux/resources/pids/limit",
               [](int64_t limit) { return limit < 0 ? 100 : limit; });
}

void ShareProcesses(json& config) {
  const json::json_pointer pointer("/linux/namespaces");
  if (!config.contains(pointer)) return;
  json kept = json::array();
  for (const json& entry : config[pointer]) {
    if (entry.value("type", "") != "pid") kept.push_back(entry);
  }
  config[pointer] = kept;
}

void TenfoldRates(json& config) {
  ChangeRates(config, [](int64_t rate) { return rate * 10; });
}

void HalveRates(json& config) {
  ChangeRates(config, [](int64_t rate) { return rate / 2; });
}

void DropRates(json& config) { Drop(config, "/linux/resources/blockIO"); }

void DropHugePages(json& config) { Drop(config, "/linux/resources/hugepageLimits"); }

void DoubleRlimits(json& config) {
  const json::json_pointer pointer("/process/rlimits");
  if (!config.contains(pointer)) return;
  for (json& limit : config[pointer]) {
    for (const char* part : {"soft", "hard"}) limit[part] = limit.value(part, uint64_t{0}) * 2;
  }
}

void DropRlimits(json& config) { Drop(config, "/process/rlimits"); }

void UnlimitSwap(json& config) { ChangeNumber(config, "/linux/resources/memory/swap", None); }

void UnlimitHugePages(json& config) {
  const json::json_pointer pointer("/linux/resources/hugepageLimits");
  if (!config.contains(pointer)) return;
  for (json& entry : config[pointer]) entry["limit"] = std::numeric_limits<int64_t>::max();
}

void Unlimit(json& config) {
  for (const char* place : {"/linux/resources/memory/limit", "/linux/resources/pids/limit",
                            "/linux/resources/cpu/quota"})
    ChangeNumber(config, place, None);
  UnlimitSwap(config);
  UnlimitHugePages(config);
  AddProcessor(config);
  ChangeRates(config, [](int64_t) { return 0; });  // of a disk, which is none
}

void ForgetProcesses(json& config) { Drop(config, "/linux/resources/pids"); }

void ForgetProcessors(json& config) { Drop(config, "/linux/resources/cpu/cpus"); }

void ForgetQuota(json& config) { Drop(config, "/linux/resources/cpu/quota"); }

void ForgetShares(json& config) { Drop(config, "/linux/resources/cpu/shares"); }

}  // namespace loadline::mutants
