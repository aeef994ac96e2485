// SPDX-License-Identifier: Apache-2.0
// ByteSource: bytes that come in blocks, once, from a file or from another source. Nothing that is
// judged is ever held whole.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/result.h"

namespace loadline::validator {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // The next bytes, valid until the next call; empty at the end, and only there.
  virtual Result<std::string_view> Next() = 0;
};

// How many bytes of content this process has read so far, for whoever shows progress.
uint64_t ContentRead();
// Sources that read files say how much.
void CountContent(uint64_t bytes);

// Reads everything that is left.
Result<void> Drain(ByteSource& source);

// Bytes that are in memory already; somebody else keeps them.
class BytesSource : public ByteSource {
 public:
  explicit BytesSource(std::string_view bytes) : bytes_(bytes) {}
  Result<std::string_view> Next() override { return std::exchange(bytes_, std::string_view()); }

 private:
  std::string_view bytes_;
};

// A file descriptor, from where it stands. The caller keeps it open. `prefix` comes first: what
// somebody has read already to see what it is.
class FdSource : public ByteSource {
 public:
  FdSource(int fd, std::string name, std::string prefix = "");
  Result<std::string_view> Next() override;

 private:
  int fd_;
  std::string name_;
  std::string prefix_;
  std::vector<char> block_;
};

// Gives the first block back to somebody who looked at it, then the rest of another source.
class PeekedSource : public ByteSource {
 public:
  explicit PeekedSource(ByteSource& source) : source_(source) {}
  // The first bytes, at least `wanted` of them unless the source is shorter; they come again with
  // Next. To be called once, before Next.
  Result<std::string_view> Peek(size_t wanted);
  Result<std::string_view> Next() override;

 private:
  ByteSource& source_;
  std::string peeked_;
  std::string_view held_;  // a first block that is large enough, which needs no copy
  bool given_ = true;
};

// Passes everything on, and knows how much it was and its digests.
class HashingSource : public ByteSource {
 public:
  HashingSource(ByteSource& source, const std::vector<DigestAlgorithm>& algorithms);
  Result<std::string_view> Next() override;

  uint64_t size() const { return size_; }
  // One per algorithm, in their order. Ends the calculation.
  std::vector<std::string> Digests();

 private:
  ByteSource& source_;
  std::vector<Digester> digesters_;
  uint64_t size_ = 0;
};

}  // namespace loadline::validator
