// SPDX-License-Identifier: Apache-2.0
#include "validator/subject/subject.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/pipe.h"

namespace loadline::validator {
namespace {

Result<std::string> ReadCapped(const UniqueFd& fd, const std::string& name, size_t cap) {
  std::string text;
  while (text.size() < cap) {
    const size_t before = text.size();
    text.resize(std::min(cap, before + (size_t{256} << 10)));
    const ssize_t count = read(fd.get(), text.data() + before, text.size() - before);
    text.resize(before + static_cast<size_t>(std::max<ssize_t>(count, 0)));
    if (count == 0) break;
    if (count < 0 && errno != EINTR) return CallError("read", name);
  }
  return text;
}

}  // namespace

Result<SubjectText> ReadSubject(const std::string& path, const Limits& limits) {
  SubjectText subject;
  if (path == "-") {
    subject.file = "<stdin>";
    const UniqueFd input(dup(STDIN_FILENO));
    if (!input) return CallError("dup", "standard input");
    ASSIGN_OR_RETURN(subject.text, ReadCapped(input, subject.file, limits.bytes + 1));
    return subject;
  }
  struct stat info {};
  if (stat(path.c_str(), &info) != 0)
    return CallError("open", path).Hint("pass a bundle directory or a JSON document");
  subject.file = path;
  if (S_ISDIR(info.st_mode)) {
    subject.bundle = path;
    while (subject.bundle.size() > 1 && subject.bundle.back() == '/') subject.bundle.pop_back();
    subject.file = (subject.bundle == "/" ? "" : subject.bundle) + "/config.json";
  }
  // Without O_NONBLOCK a fifo that nobody writes to would hold us up for ever.
  auto fd = Open(subject.file, O_RDONLY | O_NOCTTY | O_NONBLOCK);
  if (!fd.has_value()) {
    Error error = std::move(fd).error();
    if (!subject.bundle.empty() && error.number == ENOENT)
      return Failure(path + " holds no config.json",
                     "a bundle has one at its top; pass a bundle directory or a JSON document");
    return std::move(error).Hint("pass a bundle directory or a JSON document that you may read");
  }
  if (fstat(fd->get(), &info) != 0) return CallError("fstat", subject.file);
  if (!S_ISREG(info.st_mode))
    return Failure(subject.file + " is not a regular file",
                   "pass a bundle directory or a JSON document; - is standard input");
  ASSIGN_OR_RETURN(subject.text, ReadCapped(*fd, subject.file, limits.bytes + 1));
  return subject;
}

std::optional<SubjectType> DetectType(const Document& document) {
  const nlohmann::json* root = document.root();
  if (root == nullptr || !root->is_object()) return std::nullopt;
  if (root->contains("ociVersionMin") || root->contains("ociVersionMax"))
    return SubjectType::kFeatures;
  if (root->contains("status") && root->contains("bundle")) return SubjectType::kState;
  for (const char* key : {"ociVersion", "process", "root", "linux", "mounts"}) {
    if (root->contains(key)) return SubjectType::kConfig;
  }
  return std::nullopt;
}

}  // namespace loadline::validator
