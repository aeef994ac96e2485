// SPDX-License-Identifier: Apache-2.0
// What of others can be reached by name, number or address: nothing is sent, nothing is changed,
// and no process is stopped.
#include <fcntl.h>
#include <linux/keyctl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/msg.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

// Older ones need what sys/socket.h declares.
#include <linux/vm_sockets.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "base/unique_fd.h"
#include "conformance/probe/child.h"
#include "conformance/probe/serve.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

constexpr int kPatience = 500;  // milliseconds, for a connection that nobody refuses

std::string Answer(bool done) { return done ? "ok" : ErrnoName(errno); }

std::string Connect(int family, const sockaddr* address, socklen_t length) {
  const UniqueFd fd(socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return ErrnoName(errno);
  if (connect(fd.get(), address, length) == 0) return "ok";
  if (errno != EINPROGRESS) return ErrnoName(errno);
  pollfd entry{fd.get(), POLLOUT, 0};
  if (poll(&entry, 1, kPatience) <= 0) return "ETIMEDOUT";
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return ErrnoName(error);
}

std::string AbstractSocket(const Json& name) {
  const auto text = name.get<std::string>();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  text.copy(address.sun_path + 1, sizeof address.sun_path - 1);
  return Connect(AF_UNIX, reinterpret_cast<sockaddr*>(&address),
                 static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size()));
}

std::string Loopback(const Json& port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port.get<uint16_t>());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return Connect(AF_INET, reinterpret_cast<sockaddr*>(&address), sizeof address);
}

std::string Vsock(const Json& port) {
  sockaddr_vm address{};
  address.svm_family = AF_VSOCK;
  address.svm_port = port.get<unsigned>();
  address.svm_cid = VMADDR_CID_LOCAL;
  return Connect(AF_VSOCK, reinterpret_cast<sockaddr*>(&address), sizeof address);
}

std::string SharedMemory(const Json& key) { return Answer(shmget(key.get<key_t>(), 0, 0) >= 0); }
std::string Semaphores(const Json& key) { return Answer(semget(key.get<key_t>(), 0, 0) >= 0); }
std::string Messages(const Json& key) { return Answer(msgget(key.get<key_t>(), 0) >= 0); }

std::string Queue(const Json& name) {
  const mqd_t queue = mq_open(name.get<std::string>().c_str(), O_RDONLY | O_CLOEXEC);
  const std::string answer = Answer(queue >= 0);
  if (queue >= 0) mq_close(queue);
  return answer;
}

// A key by its description, in the session keyring and in what that leads to.
std::string Key(const Json& description) {
  return Answer(syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user",
                        description.get<std::string>().c_str(), 0) >= 0);
}

constexpr const char* kOwn = "not a process of somebody else";

std::string FindProcess(const Json& pid) {
  return pid.get<pid_t>() > 1 ? Answer(kill(pid.get<pid_t>(), 0) == 0) : kOwn;
}

// The end of the child that does it lets go of the process again.
std::string TraceProcess(const Json& pid) {
  const auto target = pid.get<pid_t>();
  if (target <= 1) return kOwn;
  return InChild(
      [target] { return ptrace(PTRACE_SEIZE, target, nullptr, nullptr) == 0 ? 0 : errno; });
}

struct Target {
  const char* name;
  std::string (*reach)(const Json& where);
};
constexpr Target kTargets[] = {
    {"abstract-socket", AbstractSocket},
    {"key", Key},
    {"loopback", Loopback},
    {"messages", Messages},
    {"process", FindProcess},
    {"queue", Queue},
    {"semaphores", Semaphores},
    {"shared-memory", SharedMemory},
    {"trace", TraceProcess},
    {"vsock", Vsock},
};

// {"abstract-socket": name, "loopback": port, …}: "ok" or why not, by target.
Json Reach(const Json& message) {
  Json answer = Json::object();
  for (const Target& target : kTargets) {
    if (message.contains(target.name)) answer[target.name] = target.reach(message[target.name]);
  }
  return {{"reached", answer}};
}

std::string NameOf(int fd) {
  char name[64];
  return ttyname_r(fd, name, sizeof name) == 0 ? name : "";
}

// Which terminal is whose. With "push", whether a byte can be put into the input of the controlling
// one.
Json Terminal(const Json& message) {
  struct stat own {};
  struct stat instance {};
  const bool stands = fstat(0, &own) == 0 && stat("/dev/pts/ptmx", &instance) == 0;
  const UniqueFd controlling(open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  Json answer = {{"leads", getsid(0) == getpid()},
                 {"name", NameOf(0)},
                 {"ofThisInstance", stands && own.st_dev == instance.st_dev},
                 {"controlling", Answer(static_cast<bool>(controlling))}};
  if (controlling && message.value("push", false)) {
    const char byte = ' ';
    answer["pushed"] = Answer(ioctl(controlling.get(), TIOCSTI, &byte) == 0);
  }
  return {{"terminal", answer}};
}

}  // namespace

Json ObeyReach(const std::string& word, const Json& message) {
  if (word == "reach") return Reach(message);
  if (word == "terminal") return Terminal(message);
  return nullptr;
}

}  // namespace loadline::probe
