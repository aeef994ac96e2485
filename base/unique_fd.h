// SPDX-License-Identifier: Apache-2.0
// UniqueFd: a file descriptor with one owner.
#pragma once

#include <unistd.h>

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

namespace loadline {

// Closes its descriptor at the end of its life; move-only; -1 means none.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.Release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
      LetGo();
      fd_ = other.Release();
    }
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { LetGo(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  // Gives the descriptor away; the caller closes it.
  int Release() { return std::exchange(fd_, -1); }
  // Closes it at once.
  void Reset(int fd = -1) {
    if (const int old = std::exchange(fd_, fd); old >= 0) close(old);
  }

 private:
  void LetGo() {
    if (fd_ >= 0) Close(Release());
  }
  static void Close(int fd);  // together with others where a ClosesTogether lives

  int fd_ = -1;
};

// While one of these lives, the descriptors of this thread's UniqueFds that end are kept, and
// closed together: many by one call when they were opened one after the other.
class ClosesTogether {
 public:
  ClosesTogether();
  ClosesTogether(const ClosesTogether&) = delete;
  ClosesTogether& operator=(const ClosesTogether&) = delete;
  ~ClosesTogether();

 private:
  friend class UniqueFd;
  void Keep(int fd);
  void CloseAll();

  std::array<int, 64> kept_;  // so that a long list does not use up what a process may open
  size_t count_ = 0;
  ClosesTogether* const around_;
};

// Closes all of them together.
void CloseTogether(std::vector<UniqueFd>& descriptors);

}  // namespace loadline
