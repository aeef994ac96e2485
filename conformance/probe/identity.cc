// SPDX-License-Identifier: Apache-2.0
// Who the process is: ids, groups, umask, capabilities, and what it may gain.
#include <linux/keyctl.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "conformance/probe/capability_names.h"
#include "conformance/probe/observe.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

Json CapabilitySet(const std::string& hexadecimal) {
  const unsigned long long set = std::strtoull(hexadecimal.c_str(), nullptr, 16);
  std::vector<std::string> names;
  for (size_t number = 0; number < std::size(kCapabilityNames); ++number) {
    if ((set >> number & 1) != 0) names.emplace_back(kCapabilityNames[number]);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Json Ids(uid_t real, uid_t effective, uid_t saved, int filesystem) {
  return {{"real", real},
          {"effective", effective},
          {"saved", saved},
          {"filesystem", static_cast<uid_t>(filesystem)}};
}

}  // namespace

void ObserveIdentity(Json& probe) {
  uid_t real = 0;
  uid_t effective = 0;
  uid_t saved = 0;
  getresuid(&real, &effective, &saved);
  probe["uid"] = Ids(real, effective, saved, setfsuid(static_cast<uid_t>(-1)));
  getresgid(&real, &effective, &saved);
  probe["gid"] = Ids(real, effective, saved, setfsgid(static_cast<gid_t>(-1)));
  std::vector<gid_t> groups(static_cast<size_t>(std::max(0, getgroups(0, nullptr))));
  if (!groups.empty()) getgroups(static_cast<int>(groups.size()), groups.data());
  std::sort(groups.begin(), groups.end());
  probe["groups"] = groups;
  const mode_t mask = umask(0);
  umask(mask);
  probe["umask"] = Octal(mask);

  const std::string status = ReadText("/proc/self/status");
  if (status.empty()) {
    probe["unavailable"]["capabilities"] = "/proc/self/status cannot be read";
  } else {
    probe["capabilities"] = {{"bounding", CapabilitySet(Field(status, "CapBnd"))},
                             {"effective", CapabilitySet(Field(status, "CapEff"))},
                             {"inheritable", CapabilitySet(Field(status, "CapInh"))},
                             {"permitted", CapabilitySet(Field(status, "CapPrm"))},
                             {"ambient", CapabilitySet(Field(status, "CapAmb"))}};
    const std::string mode = Field(status, "Seccomp");
    probe["seccomp"] = {{"mode", mode == "2"   ? "filter"
                                 : mode == "1" ? "strict"
                                               : "disabled"},
                        {"filters", std::atoi(Field(status, "Seccomp_filters").c_str())}};
  }
  const int no_new_privileges = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
  if (no_new_privileges >= 0) probe["noNewPrivileges"] = no_new_privileges == 1;
  const int securebits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
  if (securebits >= 0) probe["securebits"] = securebits;
  // Without making one: the user's when the process has none of its own.
  const long keyring = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);
  if (keyring > 0) probe["sessionKeyring"] = keyring;
  const int dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
  if (dumpable >= 0) probe["dumpable"] = dumpable;
}

}  // namespace loadline::probe
