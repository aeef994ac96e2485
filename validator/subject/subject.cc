// SPDX-License-Identifier: Apache-2.0
#include "validator/subject/subject.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/files.h"

namespace loadline::validator {
namespace {

// Enough for a packed archive to show its first names.
constexpr size_t kBeginning = size_t{64} << 10;
constexpr char kPassThese[] =
    "pass a bundle, an image or an ACI (directory or archive), or a JSON document";

// Reads on until the text has `cap` bytes or the file ends. `expected` bytes are read at once: a
// block that is larger than the file costs more than the file.
Result<void> Append(int fd, const std::string& name, size_t cap, size_t expected,
                    std::string& text) {
  while (text.size() < cap) {
    const size_t before = text.size();
    text.resize(std::min(cap, before + expected));
    const ssize_t count = read(fd, text.data() + before, text.size() - before);
    text.resize(before + static_cast<size_t>(std::max<ssize_t>(count, 0)));
    if (count == 0) break;
    if (count < 0 && errno != EINTR) return CallError("read", name);
    expected = std::max<size_t>(expected, size_t{64} << 10);
  }
  return {};
}

}  // namespace

Result<OpenedSubject> OpenSubject(const std::string& path) {
  OpenedSubject subject;
  subject.path = path;
  while (subject.path.size() > 1 && subject.path.back() == '/') subject.path.pop_back();
  subject.file = subject.path;
  if (path == "-") {
    subject.file = "<stdin>";
    subject.fd.Reset(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
    if (!subject.fd) return CallError("dup", "standard input");
  } else {
    // Without O_NONBLOCK a fifo that nobody writes to would hold us up for ever.
    auto fd = Open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK);
    if (!fd.has_value())
      return std::move(fd).error().Hint(std::string(kPassThese) + " that you may read");
    subject.fd = std::move(*fd);
  }
  struct stat info {};
  if (fstat(subject.fd.get(), &info) != 0) return CallError("fstat", subject.file);
  subject.is_directory = S_ISDIR(info.st_mode);
  if (subject.is_directory) return subject;
  if (path != "-" && !S_ISREG(info.st_mode))
    return Failure(path + " is not a regular file",
                   std::string(kPassThese) + "; - is standard input");
  const auto size = static_cast<size_t>(std::max<off_t>(info.st_size, 0));
  const size_t expected = size > 0 && size < kBeginning ? size + 1 : kBeginning;
  RETURN_IF_ERROR(Append(subject.fd.get(), subject.file, kBeginning, expected, subject.beginning));
  subject.is_whole = size > 0 && subject.beginning.size() == size;
  return subject;
}

Result<std::string> ReadText(OpenedSubject& subject, const Limits& limits) {
  std::string text = std::move(subject.beginning);
  if (subject.is_whole) return text;
  // Without a beginning nothing is known of its size, and most documents are small.
  const size_t expected = text.empty() ? size_t{16} << 10 : size_t{256} << 10;
  RETURN_IF_ERROR(Append(subject.fd.get(), subject.file, limits.bytes + 1, expected, text));
  return text;
}

}  // namespace loadline::validator
