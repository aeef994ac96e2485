// SPDX-License-Identifier: Apache-2.0
#include "validator/archive/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <cerrno>

namespace loadline::validator {
namespace {

struct CloseArchive {
  void operator()(archive* opened) const { archive_read_free(opened); }
};
using ArchivePointer = std::unique_ptr<archive, CloseArchive>;

// libarchive converts names to the locale's character set, and "C" has hardly any characters. Only
// this thread's locale is changed, and only while a reader works.
class Utf8Names {
 public:
  Utf8Names() : before_(uselocale(Utf8())) {}
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;
  ~Utf8Names() { uselocale(before_); }

 private:
  static locale_t Utf8() {
    static const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return utf8;
  }
  locale_t before_;
};

// What libarchive reads from, and the error that it cannot carry for us.
struct Feed {
  ByteSource* source;
  std::optional<Error> error;
};

la_ssize_t ReadFeed(archive* opened, void* data, const void** buffer) {
  auto* feed = static_cast<Feed*>(data);
  auto bytes = feed->source->Next();
  if (!bytes.has_value()) {
    feed->error = std::move(bytes).error();
    archive_set_error(opened, EIO, "%s", feed->error->ToLine().c_str());
    return -1;
  }
  *buffer = bytes->data();
  return static_cast<la_ssize_t>(bytes->size());
}

Error ErrorOf(archive* opened, const Feed& feed) {
  if (feed.error) return *feed.error;
  const char* text = archive_error_string(opened);
  return Failure(text == nullptr ? "the archive is damaged" : text);
}

Result<void> OpenFeed(archive* opened, Feed& feed) {
  if (archive_read_open(opened, &feed, nullptr, ReadFeed, nullptr) != ARCHIVE_OK)
    return ErrorOf(opened, feed);
  return {};
}

Result<std::string_view> NextBlock(archive* opened, const Feed& feed) {
  const void* block = nullptr;
  size_t size = 0;
  la_int64_t offset = 0;
  while (true) {
    const int status = archive_read_data_block(opened, &block, &size, &offset);
    if (status == ARCHIVE_EOF) return std::string_view();
    if (status < ARCHIVE_WARN) return ErrorOf(opened, feed);
    if (size > 0) return std::string_view(static_cast<const char*>(block), size);
  }
}

std::string Text(const char* text) { return text == nullptr ? "" : text; }

EntryType TypeOf(archive_entry* entry) {
  if (archive_entry_hardlink(entry) != nullptr) return EntryType::kHardLink;
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
      return EntryType::kFile;
    case AE_IFDIR:
      return EntryType::kDirectory;
    case AE_IFLNK:
      return EntryType::kLink;
    case AE_IFBLK:
    case AE_IFCHR:
      return EntryType::kDevice;
    case AE_IFIFO:
      return EntryType::kFifo;
    default:
      return EntryType::kOther;
  }
}

TarEntry ReadEntry(archive_entry* entry) {
  TarEntry read;
  read.path = Text(archive_entry_pathname(entry));
  read.type = TypeOf(entry);
  read.mode = static_cast<uint32_t>(archive_entry_perm(entry));
  read.size = static_cast<uint64_t>(std::max<la_int64_t>(archive_entry_size(entry), 0));
  read.target = Text(read.type == EntryType::kHardLink ? archive_entry_hardlink(entry)
                                                       : archive_entry_symlink(entry));
  read.sparse = archive_entry_sparse_count(entry) > 0;
  return read;
}

}  // namespace

struct UnpackingSource::State {
  Feed feed;
  ArchivePointer opened;  // none when the bytes pass unchanged
  bool empty = false;
};

UnpackingSource::UnpackingSource(std::unique_ptr<State> state) : state_(std::move(state)) {}
UnpackingSource::UnpackingSource(UnpackingSource&&) noexcept = default;
UnpackingSource& UnpackingSource::operator=(UnpackingSource&&) noexcept = default;
UnpackingSource::~UnpackingSource() = default;

Result<UnpackingSource> UnpackingSource::Open(ByteSource& source, Format format) {
  auto state = std::make_unique<State>();
  state->feed.source = &source;
  if (!IsCompressed(format)) return UnpackingSource(std::move(state));
  state->opened.reset(archive_read_new());
  archive* opened = state->opened.get();
  if (format == Format::kGzip) archive_read_support_filter_gzip(opened);
  if (format == Format::kBzip2) archive_read_support_filter_bzip2(opened);
  if (format == Format::kXz) archive_read_support_filter_xz(opened);
  if (format == Format::kZstd) archive_read_support_filter_zstd(opened);
  archive_read_support_format_raw(opened);
  archive_read_support_format_empty(opened);
  RETURN_IF_ERROR(OpenFeed(opened, state->feed));
  archive_entry* entry = nullptr;
  const int status = archive_read_next_header(opened, &entry);
  state->empty = status == ARCHIVE_EOF;
  if (status != ARCHIVE_EOF && status < ARCHIVE_WARN) return ErrorOf(opened, state->feed);
  return UnpackingSource(std::move(state));
}

Result<std::string_view> UnpackingSource::Next() {
  if (!state_->opened) return state_->feed.source->Next();
  if (state_->empty) return std::string_view();
  return NextBlock(state_->opened.get(), state_->feed);
}

struct TarReader::State {
  Feed feed;
  ArchivePointer opened;
};

TarReader::TarReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
TarReader::TarReader(TarReader&&) noexcept = default;
TarReader& TarReader::operator=(TarReader&&) noexcept = default;
TarReader::~TarReader() = default;

Result<TarReader> TarReader::Open(ByteSource& source) {
  auto state = std::make_unique<State>();
  state->feed.source = &source;
  state->opened.reset(archive_read_new());
  archive_read_support_format_tar(state->opened.get());
  archive_read_support_format_empty(state->opened.get());
  RETURN_IF_ERROR(OpenFeed(state->opened.get(), state->feed));
  return TarReader(std::move(state));
}

Result<std::optional<TarEntry>> TarReader::NextEntry() {
  const Utf8Names names;
  archive_entry* entry = nullptr;
  const int status = archive_read_next_header(state_->opened.get(), &entry);
  if (status == ARCHIVE_EOF) return std::optional<TarEntry>();
  if (status < ARCHIVE_WARN) return ErrorOf(state_->opened.get(), state_->feed);
  return std::optional<TarEntry>(ReadEntry(entry));
}

Result<std::string_view> TarReader::Next() { return NextBlock(state_->opened.get(), state_->feed); }

}  // namespace loadline::validator
