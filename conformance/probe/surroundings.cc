// SPDX-License-Identifier: Apache-2.0
// What is around the process: other processes, its group and children, and what it inherited of
// signals and other settings.
#include <dirent.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <nlohmann/json.hpp>

#include "conformance/probe/observe.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

Json SignalNames(const std::string& hexadecimal) {
  const unsigned long long set = std::strtoull(hexadecimal.c_str(), nullptr, 16);
  Json names = Json::array();
  for (int number = 1; number < NSIG; ++number) {
    if ((set >> (number - 1) & 1) == 0) continue;
    const char* name = sigabbrev_np(number);
    names.push_back(name != nullptr ? "SIG" + std::string(name) : std::to_string(number));
  }
  return names;
}

// At the very beginning: the probe itself ignores a signal later.
const std::string& FirstStatus() {
  static const std::string status = ReadText("/proc/self/status");
  return status;
}
const bool first_status_is_read = !FirstStatus().empty();

// The ids of the processes that /proc shows.
Json VisibleProcesses() {
  std::vector<int> pids;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir("/proc"), closedir);
  while (const dirent* entry = directory ? readdir(directory.get()) : nullptr) {
    if (std::isdigit(static_cast<unsigned char>(entry->d_name[0])) != 0)
      pids.push_back(std::atoi(entry->d_name));
  }
  std::sort(pids.begin(), pids.end());
  return pids;
}

}  // namespace

void ObserveSurroundings(Json& probe) {
  probe["pgid"] = getpgrp();
  int setting = 0;
  if (prctl(PR_GET_PDEATHSIG, &setting, 0, 0, 0) == 0) probe["parentDeathSignal"] = setting;
  if (prctl(PR_GET_CHILD_SUBREAPER, &setting, 0, 0, 0) == 0) probe["subreaper"] = setting != 0;
  if (const int slack = prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0); slack >= 0)
    probe["timerSlack"] = slack;
  if (const int disabled = prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0); disabled >= 0)
    probe["hugePagesDisabled"] = disabled != 0;
  if (!first_status_is_read) {
    probe["unavailable"]["processes"] = "/proc/self/status cannot be read";
    return;
  }
  probe["processes"] = VisibleProcesses();
  const std::string& status = FirstStatus();
  const std::string blocked = Field(status, "SigBlk");
  const std::string ignored = Field(status, "SigIgn");
  if (!blocked.empty() && !ignored.empty())
    probe["signalsAtStart"] = {{"blocked", SignalNames(blocked)},
                               {"ignored", SignalNames(ignored)}};
  if (const std::string threads = Field(status, "Threads"); !threads.empty())
    probe["threads"] = std::stoi(threads);
}

}  // namespace loadline::probe
