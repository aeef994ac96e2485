// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/isolation/outside.h"

#include <fcntl.h>
#include <mqueue.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>

// Older ones need what sys/socket.h declares.
#include <linux/vm_sockets.h>

#include "base/files.h"
#include "conformance/batteries/isolation/trial.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

constexpr int kKey = 0x10ad11e;
constexpr unsigned kVsockPort = 61234;
// No container has as many processes, so the number is nobody's there.
constexpr const char* kHighPid = "20000";

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

Result<void> MakeObjects(const std::string& queue) {
  if (shmget(kKey, 4096, IPC_CREAT | 0666) < 0) return CallError("shmget");
  if (semget(kKey, 1, IPC_CREAT | 0666) < 0) return CallError("semget");
  if (msgget(kKey, IPC_CREAT | 0666) < 0) return CallError("msgget");
  mq_attr attributes{};
  attributes.mq_maxmsg = 1;
  attributes.mq_msgsize = 16;
  const mqd_t made =
      mq_open(queue.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666, &attributes);
  if (made < 0) return CallError("mq_open", queue);
  mq_close(made);
  return {};
}

}  // namespace

Result<Outside> Outside::Make(const Rig& rig, Native& native) {
  Outside outside;
  outside.name_ = RandomContainerId();
  RETURN_IF_ERROR(RaiseLoopback());
  RETURN_IF_ERROR(outside.MakeSockets());
  RETURN_IF_ERROR(MakeObjects("/" + outside.name_));
  (void)WriteExisting("/proc/sys/kernel/ns_last_pid", kHighPid);
  ASSIGN_OR_RETURN(outside.process_, Native::Start(rig));
  ASSIGN_OR_RETURN(const json answer, native.Tell(outside.question()));
  outside.natively_ = answer.value("reached", json::object());
  json missed = json::array();
  for (const auto& target : outside.natively_.items()) {
    if (target.key() != kVsock && target.value() != "ok") missed.push_back(target.key());
  }
  RETURN_IF_ERROR(CheckControl(!outside.natively_.empty() && missed.empty(),
                               missed.dump() + " of " + outside.natively_.dump()));
  return outside;
}

Outside::~Outside() {
  if (!abstract_) return;  // it was moved away
  mq_unlink(("/" + name_).c_str());
  if (const int segment = shmget(kKey, 0, 0); segment >= 0) shmctl(segment, IPC_RMID, nullptr);
  if (const int semaphores = semget(kKey, 0, 0); semaphores >= 0) semctl(semaphores, 0, IPC_RMID);
  if (const int messages = msgget(kKey, 0); messages >= 0) msgctl(messages, IPC_RMID, nullptr);
}

Result<void> Outside::MakeSockets() {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  name_.copy(local.sun_path + 1, sizeof local.sun_path - 1);
  ASSIGN_OR_RETURN(abstract_, Listen(AF_UNIX, reinterpret_cast<sockaddr*>(&local),
                                     static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 +
                                                            name_.size())));
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
  vsock_ = std::move(
      Listen(AF_VSOCK, reinterpret_cast<sockaddr*>(&machine), sizeof machine).value_or(UniqueFd()));
  port_ = ntohs(loopback.sin_port);
  return {};
}

json Outside::question() const {
  return {{"tell", "reach"},      {"abstract-socket", name_}, {"semaphores", kKey},
          {"loopback", port_},    {"shared-memory", kKey},    {"messages", kKey},
          {"queue", "/" + name_}, {"vsock", kVsockPort},      {"process", process()},
          {"trace", process()}};
}

}  // namespace loadline::conformance::isolation
