// SPDX-License-Identifier: Apache-2.0
// What of the outside a container reaches by name, number or address: nothing where the namespace
// is its own, and all of it where it joined the outside's. Guards against CVE-2020-15257.
#include <linux/vm_sockets.h>
#include <mqueue.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>

#include "conformance/batteries/isolation/isolation.h"
#include "conformance/batteries/isolation/trial.h"
#include "conformance/batteries/native.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
using reports::Verdict;

constexpr int kKey = 0x10ad12e;
constexpr unsigned kVsockPort = 61234;
constexpr const char* kQueue = "/loadline-queue";

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
constexpr const char* kVsock = "vsock";

std::string Hidden(const char* name) { return std::string("loadline/isolation/reach/new/") + name; }
std::string Joined(const char* name) {
  return std::string("loadline/isolation/reach/joined/") + name;
}

Result<UniqueFd> Listen(int family, const sockaddr* address, socklen_t length) {
  UniqueFd fd(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd || bind(fd.get(), address, length) != 0 || listen(fd.get(), 64) != 0)
    return CallError("bind", "a socket of family " + std::to_string(family));
  return fd;
}

Result<void> RaiseLoopback() {
  const UniqueFd fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::string_view("lo").copy(request.ifr_name, sizeof request.ifr_name - 1);
  if (!fd || ioctl(fd.get(), SIOCGIFFLAGS, &request) != 0) return CallError("ioctl", "lo");
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  if (ioctl(fd.get(), SIOCSIFFLAGS, &request) != 0) return CallError("ioctl", "lo, up");
  return {};
}

// One of each kind, in the cell's namespaces. They are gone with the cell.
class Outside {
 public:
  static Result<Outside> Make() {
    Outside outside;
    RETURN_IF_ERROR(RaiseLoopback());
    RETURN_IF_ERROR(outside.MakeSockets());
    if (shmget(kKey, 4096, IPC_CREAT | 0666) < 0) return CallError("shmget");
    if (semget(kKey, 1, IPC_CREAT | 0666) < 0) return CallError("semget");
    if (msgget(kKey, IPC_CREAT | 0666) < 0) return CallError("msgget");
    const mqd_t queue = mq_open(kQueue, O_RDONLY | O_CREAT | O_CLOEXEC, 0666, nullptr);
    if (queue < 0) return CallError("mq_open", kQueue);
    outside.queue_.Reset(queue);
    return outside;
  }
  // For the probe: where all of them are.
  const json& message() const { return message_; }

 private:
  Result<void> MakeSockets() {
    const std::string name = RandomContainerId();
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    name.copy(local.sun_path + 1, sizeof local.sun_path - 1);
    ASSIGN_OR_RETURN(abstract_, Listen(AF_UNIX, reinterpret_cast<sockaddr*>(&local),
                                       static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 +
                                                              name.size())));
    sockaddr_in loopback{};
    loopback.sin_family = AF_INET;
    loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof loopback;
    ASSIGN_OR_RETURN(loopback_, Listen(AF_INET, reinterpret_cast<sockaddr*>(&loopback), size));
    if (getsockname(loopback_.get(), reinterpret_cast<sockaddr*>(&loopback), &size) != 0)
      return CallError("getsockname");
    sockaddr_vm machine{};
    machine.svm_family = AF_VSOCK;
    machine.svm_port = kVsockPort;
    machine.svm_cid = VMADDR_CID_ANY;
    // Not every kernel has these.
    vsock_ = std::move(Listen(AF_VSOCK, reinterpret_cast<sockaddr*>(&machine), sizeof machine)
                           .value_or(UniqueFd()));
    message_ = {{"tell", "reach"},       {"abstract-socket", name},
                {"semaphores", kKey},    {"loopback", ntohs(loopback.sin_port)},
                {"shared-memory", kKey}, {"messages", kKey},
                {"queue", kQueue},       {"vsock", kVsockPort}};
    return {};
  }

  json message_;
  UniqueFd abstract_;
  UniqueFd loopback_;
  UniqueFd vsock_;
  UniqueFd queue_;
};

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
  ASSIGN_OR_RETURN(const Outside outside, Outside::Make());
  // The control: a native process, which is outside itself, reaches everything.
  ASSIGN_OR_RETURN(Native native, Native::Start(rig));
  ASSIGN_OR_RETURN(const json answer, native.Tell(outside.message()));
  const json natively = answer.value("reached", json::object());
  json missed = json::array();
  ForEachTarget([&](const Target& target, const char*) {
    if (natively.value(target.name, "") != "ok") missed.push_back(target.name);
  });
  RETURN_IF_ERROR(CheckControl(missed.empty(), missed.dump() + " of " + natively.dump()));

  ASSIGN_OR_RETURN(const json apart, ReachedFrom(rig, json::object(), outside.message()));
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
                   natively.value(kVsock, json()).dump() + ", the container " +
                   apart.value(kVsock, json()).dump());
  ASSIGN_OR_RETURN(const json together, ReachedFrom(rig, JoiningThem(), outside.message()));
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
