// SPDX-License-Identifier: Apache-2.0
// What a process can reach from where it is: directories, files, sockets. Nothing is changed but
// what the message names.
#include <dirent.h>
#include <fcntl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
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

Json ConnectAbstract(const Json& message) {
  const UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const std::string name = message.value("name", "");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path + 1, sizeof address.sun_path - 1);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  const bool done = connect(fd.get(), reinterpret_cast<sockaddr*>(&address), length) == 0;
  return {{"connected", done ? "ok" : ErrnoName(errno)}};
}

Json FindSharedMemory(const Json& message) {
  const bool found = shmget(message.value("key", 0), 0, 0) >= 0;
  return {{"found", found ? "ok" : ErrnoName(errno)}};
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
  if (word == "connect-abstract") return ConnectAbstract(message);
  if (word == "find-shared-memory") return FindSharedMemory(message);
  if (word == "make-file") return MakeFile(message);
  return nullptr;
}

}  // namespace loadline::probe
