// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/config.h"

#include <gmock/gmock.h>
#include <sched.h>

#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/temp_dir.h"
#include "reference-runtime/documents.h"
#include "reference-runtime/sysctl_policy.h"

namespace loadline::runtime {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

Result<Config> Read(const std::string& text) {
  ASSIGN_OR_RETURN(const TempDir directory, TempDir::Make("loadline-config-"));
  RETURN_IF_ERROR(WriteFileAtomically(directory.path() + "/config.json", text));
  return ReadConfig(directory.path() + "/config.json", "/bundle");
}

TEST(ReadConfig, TheSpecOfThisProgram) {
  const auto config = Read(SpecDocument());
  ASSERT_TRUE(config.has_value()) << config.error().ToLine();
  EXPECT_EQ(config->root_path, "/bundle/rootfs");
  EXPECT_TRUE(config->root_readonly);
  EXPECT_EQ(config->process->args.front(), "sh");
  EXPECT_TRUE(config->linux_spec.Makes(CLONE_NEWNS));
  EXPECT_FALSE(config->linux_spec.Has(CLONE_NEWUSER));
  EXPECT_EQ(config->text, SpecDocument());
}

TEST(ReadConfig, IgnoresWhatItDoesNotKnow) {
  Json document = Json::parse(SpecDocument());
  document["tomorrow"] = {1, 2};
  document["linux"]["tomorrow"] = "x";
  EXPECT_TRUE(Read(document.dump()).has_value());
}

struct Wrong {
  const char* pointer;
  Json value;
  const char* says;
};

TEST(ReadConfig, RefusesWhatItCannotHonour) {
  const Wrong table[] = {
      {"/ociVersion", "2.0.0", "ociVersion"},
      {"/ociVersion", "latest", "ociVersion"},
      {"/ociVersion", 1, "type must be string"},
      {"/root", nullptr, "/root: the property path is missing"},
      {"/root/path", "", "/root/path"},
      {"/process/cwd", "tmp", "is not absolute"},
      {"/process/args", Json::array(), "/process/args"},
      {"/process/args", {1}, "/process: type must be string"},
      {"/process/user/uid", -1, "/process: -1 is not a whole number"},
      {"/process/user/uid", 4294967296, "/process: 4294967296 is not a whole number"},
      {"/process/user/gid", 4294967295, "is nobody's id"},
      {"/process/user/umask", 1.5, "/process: 1.5 is not a whole number"},
      {"/process/user/additionalGids", {"wheel"}, "is not a whole number"},
      {"/mounts/0", {{"type", "tmpfs"}}, "/mounts: the property destination is missing"},
      {"/annotations", {{"a", 1}}, "/annotations: type must be string"},
      {"/process/rlimits/0/type", "RLIMIT_OF_TOMORROW", "unknown type"},
      {"/process/rlimits/1", {{"type", "RLIMIT_NOFILE"}, {"soft", 1}, {"hard", 1}}, "twice"},
      {"/process/ioPriority", {{"class", "IOPRIO_CLASS_BEST"}, {"priority", 1}}, "is not known"},
      {"/hooks", {{"poststop", {{{"path", "bin/true"}}}}}, "is not absolute"},
      {"/hooks", {{"poststop", {{{"path", "/bin/true"}, {"timeout", 0}}}}}, "above zero"},
      {"/linux/namespaces/0/type", "moon", "unknown type"},
      {"/linux/namespaces/6", {{"type", "pid"}}, "twice"},
      {"/linux/namespaces/0/path", "proc/1/ns/pid", "not absolute"},
      {"/linux/namespaces", {{{"type", "mount"}}}, "hostname needs a uts namespace"},
      {"/linux/uidMappings", {{{"containerID", 0}, {"hostID", 0}, {"size", 1}}}, "user namespace"},
      {"/linux/timeOffsets", {{"boottime", {{"secs", 1}}}}, "time namespace"},
      {"/linux/devices", {{{"path", "/dev/x"}, {"type", "x"}}}, "unknown type"},
      {"/linux/personality", {{"domain", "LINUX"}, {"flags", {"X"}}}, "none is known"},
      {"/mounts/0/uidMappings",
       {{{"containerID", 0}, {"hostID", 0}, {"size", 1}}},
       "mappings of one kind of id only"},
      {"/process/execCPUAffinity", {{"initial", "0-"}}, "/process/execCPUAffinity/initial"},
      {"/process/execCPUAffinity", {{"final", "two"}}, "/process/execCPUAffinity/final"},
      {"/linux/memoryPolicy", {{"nodes", "0"}}, "the property mode is missing"},
      {"/linux/memoryPolicy", {{"mode", "MPOL_BEST"}}, "unknown word \"MPOL_BEST\""},
      {"/linux/memoryPolicy", {{"mode", "MPOL_BIND"}, {"nodes", "0:1"}}, "is not a list"},
      {"/linux/memoryPolicy", {{"mode", "MPOL_LOCAL"}, {"flags", {"MPOL_F_X"}}}, "MPOL_F_X"},
      {"/linux/netDevices", {{"eth0", {{"name", "a/b"}}}}, "cannot be the name"},
      {"/linux/netDevices", {{"longer-than-fifteen", Json::object()}}, "cannot be the name"},
      {"/linux/netDevices", {{"eth0", {{"name", "%s"}}}}, "cannot be the name"},
      {"/linux/intelRdt", {{"memBwSchema", "L3:0=1"}}, "does not start with MB:"},
      {"/linux/intelRdt", {{"memBwSchema", "MB:0=1\nMB:1=1"}}, "more than one line"},
      {"/linux/intelRdt", {{"schemata", {"L3:0=1\n"}}}, "more than one line"},
  };
  for (const Wrong& wrong : table) {
    Json document = Json::parse(SpecDocument());
    document[Json::json_pointer(wrong.pointer)] = wrong.value;
    const auto config = Read(document.dump());
    ASSERT_FALSE(config.has_value()) << wrong.pointer << " " << wrong.value;
    EXPECT_THAT(config.error().ToLine(), HasSubstr(wrong.says)) << wrong.pointer;
    EXPECT_FALSE(config.error().hint.empty()) << wrong.pointer;
  }
}

TEST(ReadConfig, NetworkDevicesNeedANamespace) {
  Json document = Json::parse(SpecDocument());
  document["linux"]["netDevices"] = {{"eth0", {{"name", "eth%d"}}}, {"eth1", Json::object()}};
  const auto config = Read(document.dump());
  ASSERT_TRUE(config.has_value()) << config.error().ToLine();
  EXPECT_EQ(config->linux_spec.net_devices[0].new_name, "eth%d");
  EXPECT_EQ(config->linux_spec.net_devices[1].new_name, "eth1");
  auto& namespaces = document["linux"]["namespaces"].get_ref<Json::array_t&>();
  std::erase_if(namespaces, [](const Json& entry) { return entry["type"] == "network"; });
  EXPECT_FALSE(Read(document.dump()).has_value());
}

TEST(ReadConfig, RefusesWhatIsNoConfig) {
  for (const char* text : {"", "{", "[]", "null", "\"x\"", "{}", "\x01"}) {
    EXPECT_FALSE(Read(text).has_value()) << text;
  }
  EXPECT_FALSE(Read(std::string(200000, '[')).has_value());
}

TEST(ReadConfig, KnowsTheVersionThatIsDeclared) {
  Json document = Json::parse(SpecDocument());
  document["ociVersion"] = "1.2.1";
  const auto config = Read(document.dump());
  ASSERT_TRUE(config.has_value());
  EXPECT_TRUE(config->DeclaresAtLeast(1, 1, 0));
  EXPECT_TRUE(config->DeclaresAtLeast(1, 2, 1));
  EXPECT_FALSE(config->DeclaresAtLeast(1, 3, 0));
}

TEST(SysctlFile, OnlyOfNamespacesThatTheContainerHas) {
  LinuxSpec spec;
  EXPECT_FALSE(SysctlFile("net.ipv4.ip_forward", spec).has_value());
  spec.namespaces.push_back({CLONE_NEWNET, ""});
  EXPECT_EQ(*SysctlFile("net.ipv4.ip_forward", spec), "net/ipv4/ip_forward");
  EXPECT_EQ(*SysctlFile("net/ipv4/conf/eth0.1/forwarding", spec),
            "net/ipv4/conf/eth0.1/forwarding");
  for (const char* key : {"kernel.shmmax", "kernel.core_pattern", "vm.swappiness", "", "net",
                          "net/../kernel/core_pattern", "/net/ipv4/ip_forward", "net..ipv4"})
    EXPECT_FALSE(SysctlFile(key, spec).has_value()) << key;
}

}  // namespace
}  // namespace loadline::runtime
