// SPDX-License-Identifier: Apache-2.0
// Mounts, devices and device rules, seen from inside real containers and from their control groups.
#include <cerrno>

#include "reference-runtime/testing/bundle.h"

namespace loadline::runtime {
namespace {

using testing::HasSubstr;

class Mounts : public Bundle {
 protected:
  void Add(const std::string& destination, const std::string& type,
           const std::vector<std::string>& options) {
    config["mounts"].push_back(
        {{"destination", destination}, {"type", type}, {"source", type}, {"options", options}});
  }

  // The line of the container's mount table about a place.
  std::string LineOf(const std::string& place) {
    const std::string table = RunPayload({"cat", "/proc/self/mountinfo"});
    const size_t found = table.rfind(" " + place + " ");
    if (found == std::string::npos) return "";
    const size_t begin = table.rfind('\n', found) + 1;
    return table.substr(begin, table.find('\n', found) - begin);
  }
};

TEST_F(Mounts, OptionsWithoutMeaningForAFilesystemAreNoError) {
  Add("/scratch", "tmpfs",
      {"silent", "loud", "iversion", "noiversion", "defaults", "async", "acl", "noacl"});
  EXPECT_THAT(LineOf("/scratch"), HasSubstr(" - tmpfs "));
}

TEST_F(Mounts, OptionsOfTheMountCommandAreNotTheFilesystems) {
  Add("/scratch", "tmpfs", {"auto", "noauto", "nofail", "_netdev", "user", "exec"});
  const std::string line = LineOf("/scratch");
  EXPECT_THAT(line, HasSubstr("nosuid,nodev"));
  EXPECT_THAT(line, testing::Not(HasSubstr("noexec")));
}

TEST_F(Mounts, ARemountChangesTheFilesystemToo) {
  Add("/scratch", "tmpfs", {"size=64k"});
  Add("/scratch", "tmpfs", {"remount", "nosuid", "size=128k"});
  const std::string line = LineOf("/scratch");
  EXPECT_THAT(line, HasSubstr("nosuid"));
  EXPECT_THAT(line, HasSubstr("size=128k"));
}

// Each of these has callers that count on it: an image's /tmp or /root, and podman's --tmpfs.
TEST_F(Mounts, ATmpfsLooksLikeWhatItCoversUnlessAnOptionSaysOtherwise) {
  std::filesystem::create_directories(path("rootfs/scratch"));
  ASSERT_EQ(chmod(path("rootfs/scratch").c_str(), 0710), 0);
  ASSERT_EQ(chown(path("rootfs/scratch").c_str(), 7, 8), 0);
  const Json others = config["mounts"];
  struct Row {
    const char* place;
    std::vector<std::string> options;
    const char* seen;
  };
  const Row rows[] = {
      {"/scratch", {}, "/scratch 710 0:0\n"},
      {"/scratch", {"tmpcopyup"}, "/scratch 710 7:8\n"},
      {"/scratch", {"mode=1750"}, "/scratch 1750 0:0\n"},
      {"/scratch", {"mode=1750", "uid=5", "tmpcopyup"}, "/scratch 1750 5:8\n"},
      {"/new", {"mode=1750", "tmpcopyup"}, "/new 1750 0:0\n"},
      {"/newer", {}, "/newer 1777 0:0\n"},
  };
  for (const Row& row : rows) {
    config["mounts"] = others;
    Add(row.place, "tmpfs", row.options);
    EXPECT_EQ(RunPayload({"mode", row.place}), row.seen);
  }
}

TEST_F(Mounts, AReadOnlyTmpfsCanBeFilledFromBelow) {
  std::filesystem::create_directories(path("rootfs/scratch"));
  ASSERT_TRUE(WriteFileAtomically(path("rootfs/scratch/file"), "below\n").has_value());
  const Json others = config["mounts"];
  for (const char* option : {"ro", "rro"}) {
    config["mounts"] = others;
    Add("/scratch", "tmpfs", {"tmpcopyup", option});
    EXPECT_EQ(RunPayload({"cat", "/scratch/file", "write", "/scratch/file"}),
              "below\nwrite /scratch/file: errno " + std::to_string(EROFS) + "\n")
        << option;
  }
}

// In a user namespace the container's process may not map the ids of the host's filesystems.
TEST_F(Mounts, IdsAreMappedForAContainerInAUserNamespace) {
  struct stat info {};
  const std::string source = path("shared");
  std::filesystem::create_directories(source);
  ASSERT_EQ(chown(source.c_str(), 5, 6), 0);
  config["linux"]["namespaces"].push_back({{"type", "user"}});
  config["linux"]["uidMappings"] = {{{"containerID", 0}, {"hostID", 100000}, {"size", 65536}}};
  config["linux"]["gidMappings"] = config["linux"]["uidMappings"];
  std::filesystem::permissions(path(""), std::filesystem::perms(0755));
  ASSERT_EQ(chown(path("rootfs").c_str(), 100000, 100000), 0);
  config["mounts"].push_back(
      {{"destination", "/shared"}, {"source", source}, {"options", {"rbind", "idmap"}}});
  EXPECT_EQ(RunPayload({"owner", "/shared"}), "/shared: 5 6\n") << "by the container's mapping";
  Json& mount = config["mounts"].back();
  mount["options"] = {"bind", "ridmap"};
  mount["uidMappings"] = {{{"containerID", 5}, {"hostID", 100007}, {"size", 1}}};
  mount["gidMappings"] = {{{"containerID", 6}, {"hostID", 100008}, {"size", 1}}};
  EXPECT_EQ(RunPayload({"owner", "/shared"}), "/shared: 7 8\n") << "by its own";
  ASSERT_EQ(stat(source.c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, 5U);
}

TEST_F(Mounts, IdsAreNotMappedWithoutAMapping) {
  Args({"ids"});
  config["mounts"].push_back(
      {{"destination", "/shared"}, {"source", path("")}, {"options", {"bind", "idmap"}}});
  const Answer refused = Make("create", "a");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("is to be id-mapped without mappings"));
}

TEST_F(Mounts, ARelativeDestinationBeginsAtTheRoot) {
  Add("scratch/deep", "tmpfs", {"nosuid"});
  EXPECT_THAT(LineOf("/scratch/deep"), HasSubstr(" - tmpfs "));
}

// The host's network namespace is another user namespace's, so there is no sysfs for it.
TEST_F(Mounts, InAUserNamespaceWithTheCallersNetworkSysIsTheCallers) {
  config["linux"]["namespaces"].push_back({{"type", "user"}});
  config["linux"]["uidMappings"] = {{{"containerID", 0}, {"hostID", 100000}, {"size", 65536}}};
  config["linux"]["gidMappings"] = config["linux"]["uidMappings"];
  std::filesystem::permissions(path(""), std::filesystem::perms(0755));
  ASSERT_EQ(chown(path("rootfs").c_str(), 100000, 100000), 0);
  std::erase_if(config["linux"]["namespaces"].get_ref<Json::array_t&>(),
                [](const Json& entry) { return entry["type"] == "network"; });
  config["linux"].erase("readonlyPaths");  // one of them has a root of that name
  const std::string line = LineOf("/sys");
  EXPECT_THAT(line, HasSubstr(" - sysfs "));
  EXPECT_THAT(line, HasSubstr(" ro,"));
}

TEST_F(Mounts, InAUserNamespaceOnlyTheRequestedDeviceIsBound) {
  config["linux"]["namespaces"].push_back({{"type", "user"}});
  config["linux"]["uidMappings"] = {{{"containerID", 0}, {"hostID", 100000}, {"size", 65536}}};
  config["linux"]["gidMappings"] = config["linux"]["uidMappings"];
  std::filesystem::permissions(path(""), std::filesystem::perms(0755));
  ASSERT_EQ(chown(path("rootfs").c_str(), 100000, 100000), 0);
  Args({"ids"});
  config["linux"]["devices"] = {{{"path", "/dev/zero"}, {"type", "c"}, {"major", 1}, {"minor", 3}}};
  const Answer other = Make("run", "a");
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.errors, HasSubstr("/dev/zero of the host is another device"));
  config["linux"]["devices"] = {{{"path", "/dev/fifo"}, {"type", "p"}}};
  const Answer pipe = Make("run", "b");
  EXPECT_EQ(pipe.code, 0) << pipe.errors;
}

// The kernel reads such a line as "everything": it must not be handed over like that.
TEST_F(Mounts, ADeviceRuleForAllTypesIsNotWiderThanItSays) {
  const std::string hierarchy = "/sys/fs/cgroup/devices/";
  if (!std::filesystem::exists(hierarchy + "cgroup.procs"))
    GTEST_SKIP() << "no cgroup v1 devices controller at " << hierarchy;
  const std::string group = "loadline/test-devices-" + std::to_string(getpid());
  config["linux"]["cgroupsPath"] = "/" + group;
  config["linux"]["resources"] = {
      {"devices",
       {{{"allow", false}, {"access", "rwm"}},
        {{"allow", true}, {"major", 10}, {"minor", 229}, {"access", "r"}}}}};
  Args({"wait"});
  const Answer created = Make("create", "a");
  ASSERT_EQ(created.code, 0) << created.errors;
  const std::string list = ReadFile(hierarchy + group + "/devices.list").value();
  EXPECT_THAT(list, HasSubstr("c 10:229 r\n"));
  EXPECT_THAT(list, HasSubstr("b 10:229 r\n"));
  EXPECT_THAT(list, testing::Not(HasSubstr("a *:*")));
  EXPECT_EQ(Runtime({"delete", "--force", "a"}).code, 0);
}

}  // namespace
}  // namespace loadline::runtime
