// SPDX-License-Identifier: Apache-2.0
// MappedSource: a large regular file without copying it. A digest of what is in the page cache is
// bound by memory, and read(2) moves every byte once more.
#pragma once

#include <cstdint>
#include <string>

#include "validator/archive/byte_source.h"

namespace loadline::validator {

class MappedSource : public ByteSource {
 public:
  // From the beginning of the file to `size`, its size when it was opened; the caller keeps it
  // open.
  MappedSource(int fd, std::string name, uint64_t size);
  MappedSource(const MappedSource&) = delete;
  MappedSource& operator=(const MappedSource&) = delete;
  ~MappedSource() override;

  // A file that somebody cuts off meanwhile is an error, and never a signal that ends us.
  Result<std::string_view> Next() override;

 private:
  void Unmap();

  int fd_;
  std::string name_;
  uint64_t size_;
  uint64_t offset_ = 0;
  char* window_ = nullptr;
  size_t length_ = 0;
};

}  // namespace loadline::validator
