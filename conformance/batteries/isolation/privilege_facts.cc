// SPDX-License-Identifier: Apache-2.0
// Who the process is, and what it may do.
#include "conformance/batteries/isolation/posture.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

json ExpectedSet(const Circumstances& c, const char* name) {
  const json sets = At(c.config, "/process/capabilities");
  if (sets.is_null()) return nullptr;
  return Sorted(sets.value(name, json::array()));
}

json SeenSet(const Circumstances& c, const char* name) {
  return At(c.probe, ("/capabilities/" + std::string(name)).c_str());
}

json AllFour(const json& id) {
  return {{"real", id}, {"effective", id}, {"saved", id}, {"filesystem", id}};
}

json Or(json value, json fallback) { return value.is_null() ? fallback : value; }

}  // namespace

std::vector<Fact> PrivilegeFacts() {
  return {
      {"bounding-set", "the bounding set of capabilities is the one of the configuration",
       [](const Circumstances& c) { return ExpectedSet(c, "bounding"); },
       [](const Circumstances& c) { return SeenSet(c, "bounding"); }},
      {"effective-set", "the effective set of capabilities is the one of the configuration",
       [](const Circumstances& c) { return ExpectedSet(c, "effective"); },
       [](const Circumstances& c) { return SeenSet(c, "effective"); }},
      {"permitted-set", "the permitted set of capabilities is the one of the configuration",
       [](const Circumstances& c) { return ExpectedSet(c, "permitted"); },
       [](const Circumstances& c) { return SeenSet(c, "permitted"); }},
      {"inheritable-set", "the inheritable set of capabilities is the one of the configuration",
       [](const Circumstances& c) { return ExpectedSet(c, "inheritable"); },
       [](const Circumstances& c) { return SeenSet(c, "inheritable"); }},
      {"ambient-set", "the ambient set of capabilities is the one of the configuration",
       [](const Circumstances& c) { return ExpectedSet(c, "ambient"); },
       [](const Circumstances& c) { return SeenSet(c, "ambient"); }},
      {"secure-bits", "no secure bits are set", [](const Circumstances&) { return json(0); },
       [](const Circumstances& c) { return At(c.probe, "/securebits"); }},
      {"no-new-privileges", "new privileges are renounced as the configuration says",
       [](const Circumstances& c) { return Or(At(c.config, "/process/noNewPrivileges"), false); },
       [](const Circumstances& c) { return At(c.probe, "/noNewPrivileges"); }},
      {"seccomp-mode", "system calls are filtered if and only if the configuration says so",
       [](const Circumstances& c) {
         const json filter = At(c.config, "/linux/seccomp");
         return json(filter.is_null() ? At(c.native, "/seccomp/mode") : json("filter"));
       },
       [](const Circumstances& c) { return At(c.probe, "/seccomp/mode"); }},
      {"seccomp-errno", "a filtered system call fails with the error of the configuration",
       [](const Circumstances& c) {
         return At(c.config, "/linux/seccomp").is_null() ? json("ok") : json("EPERM");
       },
       [](const Circumstances& c) { return At(c.probe, "/syscalls/getsid"); }},
      {"user-ids", "all four user ids are the one of the configuration",
       [](const Circumstances& c) { return AllFour(Or(At(c.config, "/process/user/uid"), 0)); },
       [](const Circumstances& c) { return At(c.probe, "/uid"); }},
      {"group-ids", "all four group ids are the one of the configuration",
       [](const Circumstances& c) { return AllFour(Or(At(c.config, "/process/user/gid"), 0)); },
       [](const Circumstances& c) { return At(c.probe, "/gid"); }},
      {"additional-groups", "there are no groups but those of the configuration",
       [](const Circumstances& c) {
         json groups = Or(At(c.config, "/process/user/additionalGids"), json::array());
         groups.push_back(Or(At(c.config, "/process/user/gid"), 0));
         return groups;
       },
       [](const Circumstances& c) { return At(c.probe, "/groups"); }, Match::kAtMost},
      {"umask", "the umask is the one of the configuration",
       [](const Circumstances& c) {
         const json mask = At(c.config, "/process/user/umask");
         if (mask.is_null()) return json("0022");
         char text[8];
         std::snprintf(text, sizeof text, "%04o", mask.get<unsigned>());
         return json(text);
       },
       [](const Circumstances& c) { return At(c.probe, "/umask"); }},
      {"dumpable", "the process belongs to its user, so that its /proc does",
       [](const Circumstances&) { return json(1); },
       [](const Circumstances& c) { return At(c.probe, "/dumpable"); }},
      {"personality", "the execution domain is the caller's",
       [](const Circumstances& c) { return At(c.native, "/personality"); },
       [](const Circumstances& c) { return At(c.probe, "/personality"); }},
  };
}

}  // namespace loadline::conformance::isolation
