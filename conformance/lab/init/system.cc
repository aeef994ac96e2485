// SPDX-License-Identifier: Apache-2.0
// Modules, names and ports.
#include <dirent.h>
#include <fcntl.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <vector>

#include "base/deadline.h"
#include "base/files.h"
#include "conformance/lab/init/stages.h"

namespace loadline::lab {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

std::vector<std::string> NamesIn(const std::string& path) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, CloseDirectory> directory(opendir(path.c_str()));
  if (!directory) return names;
  while (const dirent* entry = readdir(directory.get())) {
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

// Which module needs which differs between kernels: one that lacks another (ENOENT) waits for it.
Result<void> LoadModules() {
  std::vector<std::string> waiting = NamesIn(kModuleDirectory);
  while (!waiting.empty()) {
    std::vector<std::string> still;
    for (const std::string& name : waiting) {
      const std::string path = std::string(kModuleDirectory) + "/" + name;
      ASSIGN_OR_RETURN(const UniqueFd file, Open(path, O_RDONLY));
      if (syscall(SYS_finit_module, file.get(), "", 0) == 0 || errno == EEXIST) continue;
      if (errno != ENOENT || waiting.size() == 1) return CallError("finit_module", name);
      still.push_back(name);
    }
    if (still.size() == waiting.size())
      return Failure("the kernel takes none of its modules " + still[0] + " …");
    waiting = std::move(still);
  }
  return {};
}

Result<void> SetNames() {
  constexpr std::string_view kName = "lab";
  if (sethostname(kName.data(), kName.size()) != 0) return CallError("sethostname");
  const UniqueFd socket_fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{.ifr_ifrn = {"lo"}, .ifr_ifru = {}};
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (ioctl(socket_fd.get(), SIOCSIFFLAGS, &request) != 0) return CallError("SIOCSIFFLAGS", "lo");
  return {};
}

// The machine names its ports one by one after the driver is there, and nothing tells when: they
// are looked for again and again, for a few seconds at most.
Result<UniqueFd> OpenPort(const std::string& name) {
  const std::string ports = "/sys/class/virtio-ports";
  const Deadline deadline = Deadline::After(std::chrono::seconds(10));
  while (true) {
    for (const std::string& port : NamesIn(ports)) {
      const auto said = ReadFile(ports + "/" + port + "/name");
      if (said.has_value() && *said == name + "\n") return Open("/dev/" + port, O_RDWR);
    }
    if (deadline.Passed()) return Failure("the machine has no port " + name);
    usleep(2'000);
  }
}

}  // namespace loadline::lab
