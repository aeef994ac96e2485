// SPDX-License-Identifier: Apache-2.0
// What a process can reach from where it is: directories and files. Nothing is changed but what the
// message names.
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/unique_fd.h"
#include "conformance/probe/serve.h"
#include "conformance/probe/text.h"

namespace loadline::probe {
namespace {

using Json = nlohmann::json;

Json ListDirectory(const Json& message) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(message.value("path", ".").c_str()),
                                                      closedir);
  if (!directory) return {{"error", ErrnoName(errno)}};
  std::vector<std::string> names;
  while (const dirent* entry = readdir(directory.get())) names.emplace_back(entry->d_name);
  std::sort(names.begin(), names.end());
  return {{"entries", names}};
}

Json MakeFile(const Json& message) {
  const std::string path = message.value("path", "");
  const UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) return {{"made", ErrnoName(errno)}};
  unlink(path.c_str());
  return {{"made", "ok"}};
}

}  // namespace

Json ObeyLook(const std::string& word, const Json& message) {
  if (word == "list") return ListDirectory(message);
  if (word == "make-file") return MakeFile(message);
  return nullptr;
}

}  // namespace loadline::probe
