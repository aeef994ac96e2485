// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/faults/supervisor.h"

#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/files.h"
#include "base/passed_fds.h"

namespace loadline::conformance::faults {
namespace {

// Nobody who is at work is silent for so long.
constexpr std::chrono::milliseconds kMoment{20};

using FileIdentity = std::pair<dev_t, ino_t>;

std::optional<FileIdentity> IdentityOf(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return std::nullopt;
  return FileIdentity{info.st_dev, info.st_ino};
}

// The process that a thread belongs to.
pid_t ProcessOf(pid_t thread) {
  const std::string status =
      ReadFile("/proc/" + std::to_string(thread) + "/status", 1 << 16).value_or("");
  const size_t line = status.find("\nTgid:");
  if (line == std::string::npos) return thread;
  return static_cast<pid_t>(strtol(status.c_str() + line + 6, nullptr, 10));
}

}  // namespace

class Supervisor::Service {
 public:
  Service(UniqueFd wake, std::vector<FileIdentity> ignored)
      : wake_(std::move(wake)), ignored_(std::move(ignored)), thread_([this] { Serve(); }) {}
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    Wake();
    thread_.join();
  }

  void Add(UniqueFd socket) {
    const std::lock_guard lock(mutex_);
    sockets_.push_back(std::move(socket));
    Wake();
  }

  void Arm(std::optional<Fault> fault) {
    const std::lock_guard lock(mutex_);
    fault_ = fault;
    counting_ = true;
    heard_ = {};
    count_ = 0;
  }

  Heard Disarm() {
    const std::lock_guard lock(mutex_);
    fault_.reset();
    counting_ = false;
    return std::exchange(heard_, {});
  }

  void WaitUntilQuiet(const Deadline& deadline) {
    std::unique_lock lock(mutex_);
    while (!listeners_.empty() && !deadline.Passed()) {
      const size_t before = asked_;
      const bool more =
          changed_.wait_for(lock, kMoment, [&] { return asked_ != before || listeners_.empty(); });
      if (!more) return;
    }
  }

 private:
  void Wake() {
    const uint64_t one = 1;
    (void)!write(wake_.get(), &one, sizeof one);
  }

  void Serve() {
    while (true) {
      std::vector<pollfd> entries;
      {
        const std::lock_guard lock(mutex_);
        if (stopped_) return;
        entries = Entries();
      }
      if (poll(entries.data(), entries.size(), -1) <= 0) continue;
      uint64_t ignored = 0;
      if (entries[0].revents != 0) (void)!read(wake_.get(), &ignored, sizeof ignored);
      const std::lock_guard lock(mutex_);
      Look(entries);
    }
  }

  // The sockets and the listeners, in this order. Only Add() adds while we wait, and at the end of
  // the sockets.
  std::vector<pollfd> Entries() const {
    std::vector<pollfd> entries{{wake_.get(), POLLIN, 0}};
    for (const UniqueFd& fd : listeners_) entries.push_back({fd.get(), POLLIN, 0});
    for (const UniqueFd& fd : sockets_) entries.push_back({fd.get(), POLLIN, 0});
    return entries;
  }

  void Look(const std::vector<pollfd>& entries) {
    const size_t listening = listeners_.size();
    for (size_t i = 1; i < entries.size(); ++i) {
      if (entries[i].revents == 0) continue;
      if (i > listening) {
        Receive(sockets_[i - 1 - listening]);
      } else if ((entries[i].revents & POLLIN) != 0) {
        Answer(listeners_[i - 1].get());
      } else {  // nobody is left who could ask
        listeners_[i - 1].Reset();
      }
    }
    std::erase_if(listeners_, [](const UniqueFd& fd) { return !fd; });
    std::erase_if(sockets_, [](const UniqueFd& fd) { return !fd; });
    ++asked_;
    changed_.notify_all();
  }

  // A launcher's pid and its listener; or it has ended without.
  void Receive(UniqueFd& socket) {
    ReceivedMessage message = ReceiveFrom(socket.get());
    socket.Reset();
    if (message.count <= 0 || message.descriptors.size() != 1) return;
    runtime_ = static_cast<pid_t>(strtol(message.text.c_str(), nullptr, 10));
    listeners_.push_back(std::move(message.descriptors[0]));
  }

  void Answer(int listener) {
    seccomp_notif question{};
    // Who asked may have been killed meanwhile.
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &question) != 0) return;
    seccomp_notif_resp answer{};
    answer.id = question.id;
    answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    if (counting_ && IsHeard(question)) {
      const pid_t process = ProcessOf(static_cast<pid_t>(question.pid));
      heard_.calls.push_back({question.data.nr, process == runtime_});
      if (fault_ && question.data.nr == fault_->call && ++count_ == fault_->nth) {
        heard_.done = true;
        if (fault_->effect == Effect::kError) {
          answer.flags = 0;
          answer.error = -fault_->error;
        } else {
          kill(fault_->effect == Effect::kKillCaller ? process : runtime_, SIGKILL);
        }
      }
    }
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
  }

  bool IsHeard(const seccomp_notif& question) const {
    const auto program = IdentityOf("/proc/" + std::to_string(question.pid) + "/exe");
    return !program || std::find(ignored_.begin(), ignored_.end(), *program) == ignored_.end();
  }

  std::mutex mutex_;  // for all that is below
  std::condition_variable changed_;
  UniqueFd wake_;
  const std::vector<FileIdentity> ignored_;
  std::vector<UniqueFd> sockets_;
  std::vector<UniqueFd> listeners_;
  std::optional<Fault> fault_;
  bool counting_ = false;
  bool stopped_ = false;
  size_t count_ = 0;  // of the calls that the fault is about
  size_t asked_ = 0;  // how often anything came
  pid_t runtime_ = 0;
  Heard heard_;
  std::thread thread_;  // last, so that all else is there when it begins
};

Result<Supervisor> Supervisor::Start(const std::vector<std::string>& ignored) {
  UniqueFd wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) return CallError("eventfd");
  std::vector<FileIdentity> identities;
  for (const std::string& file : ignored) {
    const auto identity = IdentityOf(file);
    if (!identity) return CallError("stat", file);
    identities.push_back(*identity);
  }
  return Supervisor(std::make_unique<Service>(std::move(wake), std::move(identities)));
}

Result<UniqueFd> Supervisor::NewSocket() {
  int pair[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    return CallError("socketpair");
  service_->Add(UniqueFd(pair[0]));
  return UniqueFd(pair[1]);
}

Supervisor::Supervisor(std::unique_ptr<Service> service) : service_(std::move(service)) {}
Supervisor::Supervisor(Supervisor&&) noexcept = default;
Supervisor& Supervisor::operator=(Supervisor&&) noexcept = default;
Supervisor::~Supervisor() = default;

void Supervisor::Arm(std::optional<Fault> fault) { service_->Arm(fault); }
Supervisor::Heard Supervisor::Disarm() { return service_->Disarm(); }
void Supervisor::WaitUntilQuiet(const Deadline& deadline) { service_->WaitUntilQuiet(deadline); }

}  // namespace loadline::conformance::faults
