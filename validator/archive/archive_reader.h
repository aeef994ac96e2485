// SPDX-License-Identifier: Apache-2.0
// Compressed streams and tar archives, read once from front to back with libarchive (this folder's
// archive_reader.cc alone includes it). Nothing is ever extracted.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "validator/archive/byte_source.h"
#include "validator/archive/format.h"

namespace loadline::validator {

// What a compressed source unpacks to (gzip, bzip2, xz, zstd; several members are one stream); what
// is not compressed passes unchanged.
class UnpackingSource : public ByteSource {
 public:
  static Result<UnpackingSource> Open(ByteSource& source, Format format);
  UnpackingSource(UnpackingSource&&) noexcept;
  UnpackingSource& operator=(UnpackingSource&&) noexcept;
  ~UnpackingSource() override;
  Result<std::string_view> Next() override;

 private:
  struct State;
  explicit UnpackingSource(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

enum class EntryType { kFile, kDirectory, kLink, kHardLink, kDevice, kFifo, kOther };

struct TarEntry {
  std::string path;  // as it stands there
  EntryType type = EntryType::kFile;
  uint64_t size = 0;
  uint32_t mode = 0;   // permissions, with the bits above them
  std::string target;  // of links
  bool sparse = false;
};

// The entries of a plain tar. While an entry is the current one, the reader is the source of its
// content.
class TarReader : public ByteSource {
 public:
  static Result<TarReader> Open(ByteSource& source);
  TarReader(TarReader&&) noexcept;
  TarReader& operator=(TarReader&&) noexcept;
  ~TarReader() override;

  // The next entry, nothing at the end; what was not read of the last one is skipped. An archive
  // that is damaged or cut off is an error.
  Result<std::optional<TarEntry>> NextEntry();
  Result<std::string_view> Next() override;

 private:
  struct State;
  explicit TarReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace loadline::validator
