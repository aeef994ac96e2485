// SPDX-License-Identifier: Apache-2.0
#include "validator/archive/mapped_source.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>

namespace loadline::validator {
namespace {

constexpr size_t kWindow = size_t{4} << 20;

// The window that this thread reads from, for the signal's handler.
struct Guarded {
  char* begin = nullptr;
  size_t length = 0;
  volatile sig_atomic_t torn = 0;
};
thread_local Guarded guarded;

// Who touches a page behind the end of a file gets SIGBUS. In a window of ours that page becomes
// one of zeros, reading goes on, and Next says what happened. Only mmap(2) is called here.
void PatchWindow(int signal_number, siginfo_t* info, void*) {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  char* address = static_cast<char*>(info->si_addr);
  if (address >= guarded.begin && address < guarded.begin + guarded.length) {
    auto* start = reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(address) & ~(page - 1));
    if (mmap(start, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
        MAP_FAILED) {
      guarded.torn = 1;
      return;
    }
  }
  signal(signal_number, SIG_DFL);  // not ours: the next one ends the program, as it should
}

void InstallGuard() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action {};
    action.sa_sigaction = PatchWindow;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGBUS, &action, nullptr);
  });
}

}  // namespace

MappedSource::MappedSource(int fd, std::string name, uint64_t size)
    : fd_(fd), name_(std::move(name)), size_(size) {
  InstallGuard();
}

MappedSource::~MappedSource() { Unmap(); }

void MappedSource::Unmap() {
  guarded = {};
  if (window_ != nullptr) munmap(window_, length_);
  window_ = nullptr;
}

Result<std::string_view> MappedSource::Next() {
  const bool torn = guarded.torn != 0;
  Unmap();
  if (torn) return Failure(name_ + " was cut off while it was read");
  if (offset_ >= size_) return std::string_view();
  length_ = static_cast<size_t>(std::min<uint64_t>(kWindow, size_ - offset_));
  void* mapped = mmap(nullptr, length_, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd_,
                      static_cast<off_t>(offset_));
  if (mapped == MAP_FAILED) return CallError("mmap", name_);
  window_ = static_cast<char*>(mapped);
  guarded.begin = window_;
  guarded.length = length_;
  offset_ += length_;
  CountContent(length_);
  return std::string_view(window_, length_);
}

}  // namespace loadline::validator
