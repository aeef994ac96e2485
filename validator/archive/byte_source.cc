// SPDX-License-Identifier: Apache-2.0
#include "validator/archive/byte_source.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace loadline::validator {
namespace {

// Large enough that calls cost nothing, small enough to stay in the cache.
constexpr size_t kBlock = size_t{256} << 10;

std::atomic<uint64_t> content_read{0};

}  // namespace

uint64_t ContentRead() { return content_read.load(std::memory_order_relaxed); }

void CountContent(uint64_t bytes) { content_read.fetch_add(bytes, std::memory_order_relaxed); }

Result<void> Drain(ByteSource& source) {
  while (true) {
    ASSIGN_OR_RETURN(const std::string_view bytes, source.Next());
    if (bytes.empty()) return {};
  }
}

FdSource::FdSource(int fd, std::string name, std::string prefix)
    : fd_(fd), name_(std::move(name)), prefix_(std::move(prefix)) {}

Result<std::string_view> FdSource::Next() {
  if (!prefix_.empty()) {
    block_.assign(prefix_.begin(), prefix_.end());
    prefix_.clear();
    return std::string_view(block_.data(), block_.size());
  }
  block_.resize(kBlock);
  while (true) {
    const ssize_t count = read(fd_, block_.data(), block_.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return CallError("read", name_);
    CountContent(static_cast<uint64_t>(count));
    return std::string_view(block_.data(), static_cast<size_t>(count));
  }
}

Result<std::string_view> PeekedSource::Peek(size_t wanted) {
  ASSIGN_OR_RETURN(held_, source_.Next());
  if (held_.size() < wanted && !held_.empty()) {
    peeked_ = held_;
    while (peeked_.size() < wanted) {
      ASSIGN_OR_RETURN(const std::string_view more, source_.Next());
      if (more.empty()) break;
      peeked_ += more;
    }
    held_ = peeked_;
  }
  given_ = held_.empty();
  return held_;
}

Result<std::string_view> PeekedSource::Next() {
  if (given_) return source_.Next();
  given_ = true;
  return held_;
}

HashingSource::HashingSource(ByteSource& source, const std::vector<DigestAlgorithm>& algorithms)
    : source_(source) {
  for (const DigestAlgorithm algorithm : algorithms) digesters_.emplace_back(algorithm);
}

Result<std::string_view> HashingSource::Next() {
  ASSIGN_OR_RETURN(const std::string_view bytes, source_.Next());
  size_ += bytes.size();
  for (Digester& digester : digesters_) digester.Update(bytes.data(), bytes.size());
  return bytes;
}

std::vector<std::string> HashingSource::Digests() {
  std::vector<std::string> digests;
  for (Digester& digester : digesters_) digests.push_back(digester.Finish());
  return digests;
}

}  // namespace loadline::validator
