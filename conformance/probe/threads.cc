// SPDX-License-Identifier: Apache-2.0
// What each thread of the process is: the kernel keeps ids, rights and namespaces by thread.
#include <unistd.h>

#include <array>
#include <climits>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "conformance/probe/observe.h"
#include "conformance/probe/serve.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

constexpr int kThreads = 3;  // beside the first
constexpr const char* kFields[] = {"Uid",        "Gid",     "Groups",         "CapInh",
                                   "CapPrm",     "CapEff",  "CapBnd",         "CapAmb",
                                   "NoNewPrivs", "Seccomp", "Seccomp_filters"};
constexpr const char* kNamespaces[] = {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"};

// Threads that live until everything was looked at.
class Threads {
 public:
  Threads() {
    for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { Live(); });
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ids_.size() == kThreads; });
  }
  ~Threads() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  const std::vector<pid_t>& ids() const { return ids_; }

 private:
  void Live() {
    std::unique_lock lock(mutex_);
    ids_.push_back(gettid());
    changed_.notify_all();
    changed_.wait(lock, [this] { return over_; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::vector<pid_t> ids_;
  std::vector<std::thread> threads_;
};

}  // namespace

Json ObserveThread(const std::string& directory) {
  Json described = Json::object();
  const std::string status = ReadText(directory + "/status");
  if (status.empty()) return described;
  for (const char* field : kFields) described[field] = Field(status, field);
  for (const char* name : kNamespaces) {
    std::array<char, PATH_MAX> target{};
    const ssize_t length =
        readlink((directory + "/ns/" + name).c_str(), target.data(), target.size());
    if (length > 0) described[name] = std::string(target.data(), static_cast<size_t>(length));
  }
  return described;
}

Json ObeyThreads(const std::string& word, const Json& message) {
  (void)message;
  if (word != "threads") return nullptr;
  try {
    const Threads threads;
    Json all = Json::array({ObserveThread("/proc/self/task/" + std::to_string(getpid()))});
    for (const pid_t id : threads.ids())
      all.push_back(ObserveThread("/proc/self/task/" + std::to_string(id)));
    return {{"threads", all}};
  } catch (const std::system_error& error) {
    return {{"error", error.what()}};
  }
}

}  // namespace loadline::probe
