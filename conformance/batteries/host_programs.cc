// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/host_programs.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace loadline::conformance {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Where programs, their libraries and their loader may be; links into /usr on most hosts.
constexpr const char* kPlaces[] = {"/usr", "/bin", "/sbin", "/lib", "/lib64"};

enum class Kind { kNothing, kLink, kDirectory };

Kind KindOf(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(path, error);
  if (fs::is_symlink(status)) return Kind::kLink;
  return fs::is_directory(status) ? Kind::kDirectory : Kind::kNothing;
}

}  // namespace

json MountsOfHostPrograms() {
  json mounts = json::object();
  for (const std::string place : kPlaces) {
    if (KindOf(place) == Kind::kDirectory)
      mounts[place] = {
          {"type", "bind"}, {"source", place}, {"options", {"rbind", "ro", "nosuid", "nodev"}}};
  }
  return mounts;
}

Result<void> PrepareForHostPrograms(const std::string& rootfs) {
  for (const std::string place : kPlaces) {
    const std::string target = rootfs + place;
    const Kind kind = KindOf(place);
    if (kind == Kind::kDirectory && mkdir(target.c_str(), 0755) != 0)
      return CallError("mkdir", target);
    if (kind != Kind::kLink) continue;
    std::error_code error;
    const fs::path where = fs::read_symlink(place, error);
    if (symlink(where.c_str(), target.c_str()) != 0) return CallError("symlink", target);
  }
  return {};
}

}  // namespace loadline::conformance
