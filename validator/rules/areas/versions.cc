// SPDX-License-Identifier: Apache-2.0
// A property or value that is newer than the version which the config declares.
#include <nlohmann/json.hpp>

#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

struct Newer {
  std::string_view pattern;  // a '*' stands for one token
  std::string_view since;
  std::string_view value;  // only when the property has this value; empty: any
};

constexpr Newer kNewer[] = {
    {"/domainname", "1.1.0", ""},
    {"/zos", "1.1.0", ""},
    {"/freebsd", "1.3.0", ""},
    {"/mounts/*/uidMappings", "1.1.0", ""},
    {"/mounts/*/gidMappings", "1.1.0", ""},
    {"/process/scheduler", "1.1.0", ""},
    {"/process/ioPriority", "1.1.0", ""},
    {"/process/execCPUAffinity", "1.2.1", ""},
    {"/linux/timeOffsets", "1.1.0", ""},
    {"/linux/namespaces/*/type", "1.1.0", "time"},
    {"/vm/hwConfig", "1.3.0", ""},
    {"/windows/resources/cpu/affinity", "1.2.1", ""},
    {"/zos/namespaces", "1.2.1", ""},
    {"/linux/netDevices", "1.3.0", ""},
    {"/linux/memoryPolicy", "1.3.0", ""},
    {"/linux/intelRdt/enableCMT", "1.1.0", ""},
    {"/linux/intelRdt/enableMBM", "1.1.0", ""},
    {"/linux/intelRdt/enableMonitoring", "1.3.0", ""},
    {"/linux/intelRdt/schemata", "1.3.0", ""},
    {"/linux/resources/unified", "1.1.0", ""},
    {"/linux/resources/cpu/idle", "1.1.0", ""},
    {"/linux/resources/cpu/burst", "1.1.0", ""},
    {"/linux/resources/memory/checkBeforeUpdate", "1.1.0", ""},
    {"/linux/seccomp/defaultErrnoRet", "1.1.0", ""},
    {"/linux/seccomp/listenerPath", "1.1.0", ""},
    {"/linux/seccomp/listenerMetadata", "1.1.0", ""},
    {"/linux/seccomp/syscalls/*/errnoRet", "1.1.0", ""},
    {"/linux/seccomp/defaultAction", "1.1.0", "SCMP_ACT_KILL_PROCESS"},
    {"/linux/seccomp/syscalls/*/action", "1.1.0", "SCMP_ACT_KILL_PROCESS"},
    {"/linux/seccomp/syscalls/*/action", "1.1.0", "SCMP_ACT_NOTIFY"},
    {"/linux/seccomp/flags/*", "1.1.0", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"},
    {"/mounts/*/options/*", "1.2.0", "idmap"},
    {"/mounts/*/options/*", "1.2.0", "ridmap"},
};

void CheckNewer(const RuleInput& input, Reporter& reporter) {
  static const std::vector<schema::SpecVersion> since = [] {
    std::vector<schema::SpecVersion> versions;
    for (const Newer& newer : kNewer)
      versions.push_back(schema::SpecVersion::Parse(newer.since).value());
    return versions;
  }();
  for (size_t i = 0; i < std::size(kNewer); ++i) {
    const Newer& newer = kNewer[i];
    if (since[i] <= input.version) continue;
    ForEachAt(input.config, newer.pattern, [&](const Json& value, const std::string& pointer) {
      if (!newer.value.empty() && value != newer.value) return;
      const std::string what =
          newer.value.empty() ? pointer.substr(pointer.rfind('/') + 1) : std::string(newer.value);
      reporter.Report(pointer,
                      what + " is new in version " + std::string(newer.since) +
                          ", and the config declares " + input.version.ToText(),
                      "raise ociVersion, or remove it: an older runtime ignores it in silence");
    });
  }
}

constexpr Rule kRules[] = {
    {"config/versions/newer-than-declared",
     "nothing is newer than the declared version",
     Level::kShould,
     {},
     CheckNewer},
};

}  // namespace

RuleArea VersionsRules() { return {SubjectType::kConfig, kRules}; }

}  // namespace loadline::validator
