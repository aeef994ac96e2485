// SPDX-License-Identifier: Apache-2.0
#include "validator/validate_many.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace loadline::validator {
namespace {

// How far a worker may be ahead of the slowest: judgements of that many tasks are kept.
constexpr size_t kAhead = 256;

class Queue {
 public:
  Queue(const std::vector<Task>& tasks, const TaskDone& done) : tasks_(tasks), done_(done) {}

  void Work() {
    while (true) {
      const size_t mine = Take();
      if (mine >= tasks_.size()) return;
      Give(mine, ValidatePath(tasks_[mine].path, tasks_[mine].options));
    }
  }

 private:
  size_t Take() {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return next_ < given_ + kAhead || next_ >= tasks_.size(); });
    return next_++;
  }

  void Give(size_t index, Result<Judgement> judgement) {
    {
      const std::lock_guard lock(mutex_);
      waiting_.emplace(index, std::move(judgement));
      while (!waiting_.empty() && waiting_.begin()->first == given_) {
        done_(given_, std::move(waiting_.begin()->second));
        waiting_.erase(waiting_.begin());
        ++given_;
      }
    }
    room_.notify_all();
  }

  const std::vector<Task>& tasks_;
  const TaskDone& done_;
  std::mutex mutex_;
  std::condition_variable room_;
  size_t next_ = 0;
  size_t given_ = 0;
  std::map<size_t, Result<Judgement>> waiting_;
};

}  // namespace

void ValidateMany(const std::vector<Task>& tasks, int workers, const TaskDone& done) {
  Queue queue(tasks, done);
  std::vector<std::thread> threads;
  for (int i = 1; i < workers && static_cast<size_t>(i) < tasks.size(); ++i)
    threads.emplace_back([&queue] { queue.Work(); });
  queue.Work();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace loadline::validator
