// SPDX-License-Identifier: Apache-2.0
// Which programs of the host there are to run in containers. They are looked for where containers
// look for them, and not in the caller's PATH.
#include <unistd.h>

#include <string_view>

#include "conformance/host/examinations.h"

namespace loadline::conformance {
namespace {

constexpr std::string_view kPrefix = "program-";
constexpr const char* kDirectories[] = {"/usr/sbin", "/usr/bin", "/sbin", "/bin"};

// The packages that have a program of another name.
struct Package {
  std::string_view program;
  const char* package;
};
constexpr Package kPackages[] = {{"busybox", "busybox-static"}, {"ptx", "coreutils"}};

std::string PackageOf(const std::string& program) {
  for (const Package& known : kPackages) {
    if (known.program == program) return known.package;
  }
  return program;
}

}  // namespace

HostAbility InstalledProgram(const std::string& need) {
  const std::string program = need.substr(kPrefix.size());
  for (const char* directory : kDirectories) {
    if (access((std::string(directory) + "/" + program).c_str(), X_OK) == 0)
      return {need, true, ""};
  }
  return {need, false, program + " is not installed: install the package " + PackageOf(program)};
}

}  // namespace loadline::conformance
