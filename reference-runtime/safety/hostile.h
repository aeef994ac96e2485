// SPDX-License-Identifier: Apache-2.0
// What the tests of the runtime's defences share: an image that leads outside, and a place outside
// that must stay as it is.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>

#include "reference-runtime/testing/bundle.h"

namespace loadline::runtime {

// What stands below a directory: type, mode, owner, size, times and content of everything.
inline std::string Manifest(const std::string& directory) {
  std::vector<std::string> lines;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    struct stat info {};
    const std::string name = entry.path();
    if (lstat(name.c_str(), &info) != 0) continue;
    std::string line = name;
    for (const auto number :
         {uint64_t{info.st_mode}, uint64_t{info.st_uid}, uint64_t{info.st_gid},
          static_cast<uint64_t>(info.st_size), uint64_t{info.st_rdev},
          static_cast<uint64_t>(info.st_mtim.tv_nsec), static_cast<uint64_t>(info.st_ctim.tv_nsec)})
      line += " " + std::to_string(number);
    if (S_ISREG(info.st_mode)) line += " " + ReadFile(name).value();
    lines.push_back(line);
  }
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

class Hostile : public Bundle {
 protected:
  void SetUp() override {
    Bundle::SetUp();
    if (IsSkipped()) return;
    std::filesystem::permissions(path(""), std::filesystem::perms(0755));
    std::filesystem::create_directories(path("outside/directory"));
    ASSERT_TRUE(WriteFileAtomically(path("outside/file"), "of the host\n", 0600).has_value());
    before_ = Manifest(path("outside"));
  }

  void TearDown() override {
    if (!before_.empty()) {
      EXPECT_EQ(Manifest(path("outside")), before_) << "what is outside of the image has changed";
    }
    Bundle::TearDown();
  }

  // A file of the image; its directories are made.
  void Write(const std::string& name, const std::string& text) {
    const std::filesystem::path file = path("rootfs" + name);
    std::filesystem::create_directories(file.parent_path());
    ASSERT_TRUE(WriteFileAtomically(file, text).has_value());
  }

  void Link(const std::string& target, const std::string& name) {
    const std::filesystem::path file = path("rootfs" + name);
    std::filesystem::create_directories(file.parent_path());
    std::filesystem::remove(file);
    std::filesystem::create_symlink(target, file);
  }

  void LeaveOutMounts(const std::string& prefix) {
    std::erase_if(config["mounts"].get_ref<Json::array_t&>(), [&](const Json& mount) {
      return mount["destination"].get<std::string>().starts_with(prefix);
    });
  }

  void LeaveOutNamespace(const std::string& type) {
    std::erase_if(config["linux"]["namespaces"].get_ref<Json::array_t&>(),
                  [&](const Json& entry) { return entry["type"] == type; });
  }

  void Mount(const std::string& destination, const std::string& type, const std::string& source,
             const std::vector<std::string>& options) {
    config["mounts"].push_back(
        {{"destination", destination}, {"type", type}, {"source", source}, {"options", options}});
  }

  void Bind(const std::string& source, const std::string& destination,
            const std::vector<std::string>& options = {"bind"}) {
    Mount(destination, "bind", source, options);
  }

  // A user namespace in which every id is the host's: only its rights are others.
  void AddUserNamespace() {
    config["linux"]["namespaces"].push_back({{"type", "user"}});
    config["linux"]["uidMappings"] = {{{"containerID", 0}, {"hostID", 0}, {"size", 65536}}};
    config["linux"]["gidMappings"] = config["linux"]["uidMappings"];
  }

  void Grant(const std::string& capability) {
    for (const char* set : {"bounding", "effective", "permitted"})
      config["process"]["capabilities"][set].push_back(capability);
  }

  // A socket at a path, or with @ before it at a name that no directory has.
  UniqueFd Listen(const std::string& name, int backlog = 1) {
    UniqueFd listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path, sizeof address.sun_path - 1);
    if (name[0] == '@') address.sun_path[0] = '\0';
    const auto size =
        static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + (name[0] != '@'));
    EXPECT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener.get(), backlog), 0);
    return listener;
  }

  std::string ProcessOf(const std::string& id) {
    return "/proc/" + std::to_string(State(id)["pid"].get<int>());
  }

 private:
  std::string before_;
};

}  // namespace loadline::runtime
