// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/recursion/level.h"

#include <gmock/gmock.h>

#include "conformance/harness/merge.h"

namespace loadline::conformance::recursion {
namespace {

using nlohmann::json;

json Whole(const json& changes) {
  auto config = EffectiveConfig("1.0.2", changes, json::array());
  EXPECT_TRUE(config.has_value());
  return config.has_value() ? *config : json::object();
}

json MountAt(const json& config, const std::string& place) {
  for (const json& mount : config["mounts"]) {
    if (mount["destination"] == place) return mount;
  }
  return nullptr;
}

TEST(Level, TheFirstTakesTheProgramsFromTheHostAndTheDeeperOnesFromIt) {
  const json first = Whole(ConfigOfFirst("/run/here/programs", false));
  const json second = ConfigOfDeeper(first, "second", false);
  EXPECT_EQ(MountAt(first, kPrograms)["source"], "/run/here/programs");
  EXPECT_EQ(MountAt(second, kPrograms)["source"], kPrograms);
  EXPECT_EQ(MountAt(second, "/sys/fs/cgroup"), MountAt(first, "/sys/fs/cgroup"));
  EXPECT_EQ(second["linux"]["cgroupsPath"], "/second");
  EXPECT_FALSE(second["linux"].contains("uidMappings"));
}

TEST(Level, NothingIsMaskedAndAllDevicesMayBeMade) {
  const json first = Whole(ConfigOfFirst("/run/here/programs", false));
  EXPECT_FALSE(first["linux"].contains("maskedPaths"));
  EXPECT_FALSE(first["linux"].contains("readonlyPaths"));
  EXPECT_EQ(first["linux"]["resources"]["devices"],
            json::array({{{"allow", true}, {"access", "rwm"}}}));
  const json bounding = first["process"]["capabilities"]["bounding"];
  EXPECT_THAT(bounding, testing::Contains(json("CAP_SYS_ADMIN")));
}

TEST(Level, EachUserNamespaceHandsAllOnAndNoGroups) {
  const json first = Whole(ConfigOfFirst("/run/here/programs", true));
  const json second = ConfigOfDeeper(first, "second", true);
  EXPECT_EQ(first["linux"]["uidMappings"][0]["hostID"], 100000);
  EXPECT_EQ(second["linux"]["uidMappings"][0]["hostID"], 0);
  EXPECT_EQ(second["linux"]["gidMappings"][0]["size"], first["linux"]["gidMappings"][0]["size"]);
  EXPECT_FALSE(second["linux"].contains("cgroupsPath"));
  EXPECT_FALSE(second["linux"].contains("resources"));
}

}  // namespace
}  // namespace loadline::conformance::recursion
