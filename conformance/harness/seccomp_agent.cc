// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/seccomp_agent.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <mutex>
#include <thread>
#include <vector>

#include "base/files.h"
#include "base/passed_fds.h"
#include "base/unique_fd.h"
#include "conformance/harness/unix_socket.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;

// A hostile candidate gets no more than this.
constexpr size_t kConnections = 16;
constexpr size_t kDescriptors = 16;
constexpr size_t kTextCap = 1 << 20;

struct Connection {
  UniqueFd socket;
  std::string text;
  size_t messages = 0;
  std::vector<std::string> kinds;
  size_t late = 0;
};

// What a descriptor is, as /proc says it.
std::string KindOf(int fd) {
  std::array<char, PATH_MAX> target{};
  return readlink(ProcPath(fd).c_str(), target.data(), target.size() - 1) > 0 ? target.data() : "";
}

}  // namespace

class SeccompAgent::Service {
 public:
  Service(UniqueFd listener, UniqueFd stop, int error_number)
      : listener_(std::move(listener)),
        stop_(std::move(stop)),
        error_number_(error_number),
        thread_([this] { Serve(); }) {}
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  ~Service() {
    const uint64_t one = 1;
    (void)!write(stop_.get(), &one, sizeof one);
    thread_.join();
  }

  // What was sent is here already, even if the thread has not come to it.
  json Report() {
    const std::lock_guard lock(mutex_);
    TakeAll();
    json report = {{"connections", json::object()}, {"asked", asked_}};
    for (const Connection& connection : connections_) {
      json state = json::parse(connection.text, nullptr, false);
      if (state.is_discarded()) state = nullptr;
      report["connections"][std::to_string(report["connections"].size() + 1)] = {
          {"text", connection.text},
          {"state", std::move(state)},
          {"descriptors", connection.kinds},
          {"late", connection.late},
          {"closed", !connection.socket}};
    }
    return report;
  }

 private:
  void Serve() {
    while (true) {
      std::vector<pollfd> entries;
      {
        const std::lock_guard lock(mutex_);
        TakeAll();
        entries = Entries();
      }
      if (poll(entries.data(), entries.size(), -1) > 0 && entries[0].revents != 0) return;
    }
  }

  // What may have something: the stop, the listener, the connections, and those who ask.
  std::vector<pollfd> Entries() const {
    std::vector<pollfd> entries{{stop_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
    for (const Connection& connection : connections_)
      entries.push_back({connection.socket.get(), POLLIN, 0});
    for (const UniqueFd& fd : asking_) entries.push_back({fd.get(), POLLIN, 0});
    return entries;
  }

  // Takes whatever has come, without waiting.
  void TakeAll() {
    while (true) {
      std::vector<pollfd> entries = Entries();
      entries[0].fd = -1;
      if (poll(entries.data(), entries.size(), 0) <= 0) return;
      const size_t asking = 2 + connections_.size();
      for (size_t i = entries.size(); i-- > asking;) {
        if (entries[i].revents != 0) Answer(asking_[i - asking], entries[i].revents);
      }
      std::erase_if(asking_, [](const UniqueFd& fd) { return !fd; });
      for (size_t i = 2; i < asking; ++i) {
        if (entries[i].revents != 0) Receive(connections_[i - 2]);
      }
      if (entries[1].revents != 0) Accept();
    }
  }

  void Accept() {
    UniqueFd socket(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket && connections_.size() < kConnections)
      connections_.push_back({std::move(socket), "", 0, {}, 0});
  }

  void Receive(Connection& connection) {
    ReceivedMessage message = ReceiveFrom(connection.socket.get());
    if (message.count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    for (UniqueFd& fd : message.descriptors) TakeDescriptor(std::move(fd), connection);
    if (message.count <= 0 || connection.text.size() > kTextCap) return connection.socket.Reset();
    connection.text += message.text;
    ++connection.messages;
  }

  void TakeDescriptor(UniqueFd fd, Connection& connection) {
    if (connection.kinds.size() >= kDescriptors) return;
    connection.kinds.push_back(KindOf(fd.get()));
    if (connection.messages > 0) ++connection.late;
    if (connection.kinds.back() == "anon_inode:seccomp notify") asking_.push_back(std::move(fd));
  }

  // A descriptor without processes under its filter says so for ever: it is let go of. Kernels
  // like 6.1 would wait there for a question that nobody is left to ask.
  void Answer(UniqueFd& fd, short events) {
    if ((events & POLLIN) == 0) return fd.Reset();
    seccomp_notif question{};
    if (ioctl(fd.get(), SECCOMP_IOCTL_NOTIF_RECV, &question) != 0) return fd.Reset();
    ++asked_;
    seccomp_notif_resp answer{};
    answer.id = question.id;
    answer.error = -error_number_;
    ioctl(fd.get(), SECCOMP_IOCTL_NOTIF_SEND, &answer);
  }

  std::mutex mutex_;  // for all that is below
  UniqueFd listener_;
  UniqueFd stop_;
  const int error_number_;
  std::vector<Connection> connections_;
  std::vector<UniqueFd> asking_;  // of the filters whose calls wait for an answer
  uint64_t asked_ = 0;
  std::thread thread_;  // last, so that all else is there when it begins
};

Result<SeccompAgent> SeccompAgent::Listen(const std::string& path, int error_number) {
  ASSIGN_OR_RETURN(UniqueFd listener, ListenAt(path));
  UniqueFd stop(eventfd(0, EFD_CLOEXEC));
  if (!stop) return CallError("eventfd");
  return SeccompAgent(
      std::make_unique<Service>(std::move(listener), std::move(stop), error_number));
}

SeccompAgent::SeccompAgent(std::unique_ptr<Service> service) : service_(std::move(service)) {}
SeccompAgent::SeccompAgent(SeccompAgent&&) noexcept = default;
SeccompAgent& SeccompAgent::operator=(SeccompAgent&&) noexcept = default;
SeccompAgent::~SeccompAgent() = default;

json SeccompAgent::Report() const { return service_->Report(); }

}  // namespace loadline::conformance
