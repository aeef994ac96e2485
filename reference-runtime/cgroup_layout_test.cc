// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "base/temp_dir.h"
#include "reference-runtime/cgroup.h"
#include "reference-runtime/cgroup_limits.h"
#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::json;

constexpr const char* kMemory = "32 31 0:29 / /cg/memory rw - cgroup cgroup rw,memory\n";
constexpr const char* kCpu = "33 31 0:30 / /cg/cpu rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n";
constexpr const char* kNamed =
    "34 31 0:31 / /cg/systemd rw - cgroup cgroup rw,xattr,name=systemd\n";
constexpr const char* kUnified =
    "35 31 0:32 /part /cg/unified rw - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n";

std::vector<Hierarchy> Of(std::initializer_list<const char*> lines, bool unified) {
  std::string text = "22 1 0:20 / / rw - ext4 /dev/root rw\n";
  for (const char* line : lines) text += line;
  return HierarchiesOf(text, unified);
}

TEST(CgroupLayout, V1Alone) {
  const auto found = Of({kMemory, kCpu, kNamed, kMemory}, true);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_TRUE(found[1].Has("cpuacct"));
  EXPECT_FALSE(found[1].Has("memory"));
  EXPECT_TRUE(found[2].Has("name=systemd"));
  EXPECT_EQ(FindUnified(found), nullptr);
}

TEST(CgroupLayout, V2AloneIsUsedUnasked) {
  const auto found = Of({kUnified}, false);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].version, 2);
  EXPECT_EQ(found[0].mount_point, "/cg/unified");
  EXPECT_EQ(found[0].root, "/part");
  EXPECT_EQ(found[0].options, (std::vector<std::string>{"nsdelegate", "memory_recursiveprot"}));
}

// Whoever calls may have other mounts than whoever created the container.
TEST(CgroupLayout, APlaceKnowsItsHierarchiesAsLongAsTheyAreThere) {
  auto directory = TempDir::Make("cgroups");
  ASSERT_TRUE(directory.has_value());
  const std::string mount = directory->path() + "/memory";
  ASSERT_EQ(mkdir(mount.c_str(), 0755), 0);
  const CgroupPlace place{"/group", false,
                          "32 31 0:29 / " + mount + " rw - cgroup cgroup rw,memory\n"};
  const auto elsewhere = FindHierarchies(place);
  const auto now = FindHierarchies(false);
  ASSERT_TRUE(elsewhere.has_value() && now.has_value());
  ASSERT_FALSE(now->empty());
  EXPECT_EQ(elsewhere->front().mount_point, now->front().mount_point);
  ASSERT_EQ(mkdir((mount + "/group").c_str(), 0755), 0);
  const auto known = FindHierarchies(place);
  ASSERT_TRUE(known.has_value());
  ASSERT_EQ(known->size(), 1u);
  EXPECT_EQ(known->front().mount_point, mount);
}

TEST(CgroupLayout, APathIsTheOneOfTheHierarchyBelowItsMount) {
  const std::string membership =
      "3:cpu,cpuacct:/a\n2:memory:/b\n1:name=systemd:/c.slice\n0::/part/d\n";
  const auto found = Of({kMemory, kCpu, kNamed, kUnified}, true);
  ASSERT_EQ(found.size(), 4u);
  std::vector<std::string> paths;
  for (const Hierarchy& hierarchy : found) paths.push_back(PathInHierarchy(hierarchy, membership));
  EXPECT_EQ(paths, (std::vector<std::string>{"/b", "/a", "/c.slice", "/d"}));
  EXPECT_EQ(PathInHierarchy(found[0], "2:memory:/\n"), "");
}

TEST(CgroupLayout, ANameLimitsNothing) { EXPECT_EQ(Of({kNamed, kUnified}, false).size(), 2u); }

TEST(CgroupLayout, BesideV1TheTreeOfV2HasToBeAskedFor) {
  EXPECT_EQ(Of({kUnified, kMemory}, false).size(), 1u);
  EXPECT_EQ(Of({kUnified, kMemory}, true).size(), 2u);
}

TEST(ResourceParts, OnV2EverythingGoesThere) {
  const Json resources{{"memory", {{"limit", 5}}},  {"cpu", {{"shares", 2}, {"cpus", "0"}}},
                       {"pids", Json::object()},    {"devices", {{{"allow", false}}}},
                       {"hugepageLimits", nullptr}, {"unified", {{"io.max", "x"}}}};
  const auto parts = SplitResources(Of({kUnified}, true), resources);
  ASSERT_TRUE(parts.has_value()) << parts.error().ToLine();
  EXPECT_TRUE(parts->v1.empty());
  EXPECT_EQ(parts->v2["cpu"], resources["cpu"]);
  EXPECT_FALSE(parts->v2.contains("pids"));
  EXPECT_EQ(parts->controllers, (std::vector<std::string>{"memory", "cpuset", "cpu", "io"}));
}

TEST(ResourceParts, BesideANameTooEverythingGoesToV2) {
  const auto hierarchies = Of({kNamed, kUnified}, true);
  const Json resources{{"pids", {{"limit", 5}}}, {"devices", {{{"allow", false}}}}};
  const auto parts = SplitResources(hierarchies, resources);
  EXPECT_TRUE(parts->v1.empty());
  EXPECT_EQ(parts->v2, resources);
  EXPECT_FALSE(NeedsUnified(hierarchies, resources).value());
}

TEST(ResourceParts, V1KeepsWhatItHas) {
  const auto both = Of({kMemory, kCpu, kUnified}, true);
  const Json ordinary{{"memory", {{"limit", 5}}}, {"cpu", {{"shares", 2}, {"period", nullptr}}}};
  const auto parts = SplitResources(both, ordinary);
  ASSERT_TRUE(parts.has_value()) << parts.error().ToLine();
  EXPECT_EQ(parts->v1, ordinary);
  EXPECT_TRUE(parts->v2.empty());
  EXPECT_FALSE(NeedsUnified(both, ordinary).value());
}

TEST(ResourceParts, BesideV1TheTreeKeepsWhatIsMeantForIt) {
  const auto both = Of({kMemory, kCpu, kUnified}, true);
  const Json unified{{"unified", {{"cgroup.max.depth", "3"}}}};
  EXPECT_TRUE(NeedsUnified(both, unified).value());
  EXPECT_TRUE(SplitResources(both, unified)->controllers.empty());
  // There is no v1 controller for devices here, and v2 needs none.
  EXPECT_TRUE(NeedsUnified(both, Json{{"devices", {{{"allow", false}}}}}).value());
  EXPECT_FALSE(NeedsUnified(both, Json{{"devices", Json::array()}}).value());
}

TEST(ResourceParts, FilesOfEveryGroupNeedNoController) {
  const Json resources{
      {"unified", {{"cgroup.freeze", "0"}, {"irq.pressure", "x"}, {"misc.max", "x"}}}};
  const auto parts = SplitResources(Of({kUnified}, true), resources);
  EXPECT_EQ(parts->controllers, std::vector<std::string>{"misc"});
}

TEST(ResourceParts, AKeyOfUnifiedIsTheNameOfAFile) {
  for (const char* key : {"../cgroup.procs", "a/b", "..", ""}) {
    const Json resources{{"unified", {{key, "1"}}}};
    EXPECT_FALSE(SplitResources(Of({kUnified}, true), resources).has_value()) << key;
  }
}

TEST(Resources, ZeroOutsideOfARangeIsUnsaid) {
  const Json docker{{"cpu", {{"shares", 0}}}, {"blockIO", {{"weight", 0}}}};
  EXPECT_EQ(AsDeclared(Config(), docker), Json::parse(R"({"cpu": {}, "blockIO": {}})"));
  const Json others{{"cpu", {{"shares", 2}, {"burst", 0}}}, {"blockIO", {{"weight", 10}}}};
  EXPECT_EQ(AsDeclared(Config(), others), others);
  // A limit of memory may be 0, but an engine's update means that it stays.
  const Json memory{{"memory", {{"limit", 0}, {"reservation", 0}, {"swappiness", 0}}}};
  EXPECT_EQ(AsDeclared(Config(), memory), memory);
  EXPECT_EQ(AsChange(Config(), memory), Json::parse(R"({"memory": {"swappiness": 0}})"));
}

}  // namespace
}  // namespace loadline::runtime
