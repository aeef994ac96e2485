// SPDX-License-Identifier: Apache-2.0
// What of the outside a container reaches by name, number or address: nothing where the namespace
// is its own, and all of it where it joined the outside's. Guards against CVE-2020-15257.
#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/outside.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
using reports::Verdict;

struct Target {
  const char* name;  // probe/reach.cc
  const char* title;
};
constexpr Target kOfNetwork[] = {{"abstract-socket", "an abstract socket"},
                                 {"loopback", "a port of the loopback interface"}};
constexpr Target kOfIpc[] = {{"shared-memory", "a segment of shared memory"},
                             {"semaphores", "a set of semaphores"},
                             {"messages", "a queue of messages"},
                             {"queue", "a POSIX queue"}};

std::string Hidden(const char* name) { return std::string("loadline/isolation/reach/new/") + name; }
std::string Joined(const char* name) {
  return std::string("loadline/isolation/reach/joined/") + name;
}

Result<json> ReachedFrom(Rig& rig, const json& config, const json& message) {
  ASSIGN_OR_RETURN(Container* const container, rig.NewContainer(config));
  RETURN_IF_ERROR(rig.Run(*container));
  ASSIGN_OR_RETURN(const json answer, rig.Tell(*container, message));
  rig.Remove(*container);
  return answer.value("reached", json::object());
}

template <class F>
void ForEachTarget(F&& judge) {
  for (const Target& target : kOfNetwork) judge(target, "network");
  for (const Target& target : kOfIpc) judge(target, "ipc");
}

// By the paths of the namespaces, as engines make containers share them.
json JoiningThem() {
  json namespaces = json::object();
  for (const auto& [type, file] : {std::pair{"network", "net"}, std::pair{"ipc", "ipc"}})
    namespaces[type] = {{"path", std::string("/proc/1/ns/") + file}};
  return {{"linux", {{"namespaces", namespaces}}}};
}

Result<void> Work(Rig& rig, Findings& findings) {
  // The control: a native process, which is outside itself, reaches everything.
  ASSIGN_OR_RETURN(Native native, Native::Start(rig));
  ASSIGN_OR_RETURN(const Outside outside, Outside::Make(rig, native));
  ASSIGN_OR_RETURN(const json apart, ReachedFrom(rig, json::object(), outside.question()));
  ForEachTarget([&](const Target& target, const char* type) {
    findings.Judge(Hidden(target.name), apart.value(target.name, "") != "ok",
                   std::string(target.title) + " of the outside is reached in spite of a new " +
                       type + " namespace",
                   apart);
  });
  // The kernel decides who reaches these, not the runtime: it knows no namespaces of them.
  findings.Say(Hidden(kVsock), Verdict::kEnvironment,
               "the kernel keeps no sockets of virtual machines apart by namespace: a native "
               "process is answered " +
                   outside.natively().value(kVsock, json()).dump() + ", the container " +
                   apart.value(kVsock, json()).dump());
  ASSIGN_OR_RETURN(const json together, ReachedFrom(rig, JoiningThem(), outside.question()));
  ForEachTarget([&](const Target& target, const char* type) {
    findings.Judge(Joined(target.name), together.value(target.name, "") == "ok",
                   std::string(target.title) + " is not reached in a " + type +
                       " namespace that was joined: " + together.value(target.name, json()).dump(),
                   together);
  });
  return {};
}

}  // namespace

BatteryRun ReachRun() {
  BatteryRun run{"reach", {}, false, Work};
  ForEachTarget([&run](const Target& target, const char* type) {
    run.checks.push_back({Hidden(target.name),
                          std::string(target.title) + " of the outside is not reached",
                          {"loadline/isolation/probes/reach-of-the-new"},
                          {std::string(type) + "-namespace"}});
    run.checks.push_back({Joined(target.name),
                          std::string(target.title) + " is reached where its namespace was joined",
                          {"loadline/isolation/probes/reach-of-the-joined"},
                          {std::string(type) + "-namespace", "root"}});
  });
  run.checks.push_back({Hidden(kVsock),
                        "a socket of virtual machines of the outside is not reached",
                        {"loadline/isolation/probes/reach-of-the-new"},
                        {"network-namespace"}});
  return run;
}

}  // namespace loadline::conformance::isolation
