// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/merge.h"

#include <gtest/gtest.h>

namespace loadline::conformance {
namespace {

using nlohmann::json;

json Merged(json config, const json& changes) {
  auto merged = MergeConfig(config, changes);
  EXPECT_TRUE(merged.has_value());
  return config;
}

TEST(Merge, ObjectsDescendAndNullRemoves) {
  const json config = {{"hostname", "a"}, {"root", {{"path", "rootfs"}, {"readonly", true}}}};
  const json expected = {{"root", {{"path", "rootfs"}, {"readonly", false}}}};
  EXPECT_EQ(Merged(config, {{"hostname", nullptr}, {"root", {{"readonly", false}}}}), expected);
}

TEST(Merge, AnArrayReplacesAnArray) {
  EXPECT_EQ(Merged({{"mounts", {{{"destination", "/a"}}}}}, {{"mounts", json::array()}}),
            json({{"mounts", json::array()}}));
}

TEST(Merge, AnObjectChangesMountsByDestinationAndKeepsTheirPlaces) {
  const json config = {
      {"mounts", {{{"destination", "/proc"}, {"type", "proc"}}, {{"destination", "/dev"}}}}};
  const json changed = Merged(
      config,
      {{"mounts",
        {{"/proc", {{"options", {"ro"}}}}, {"/dev", nullptr}, {"/new", {{"type", "tmpfs"}}}}}});
  const json expected = {{"mounts",
                          {{{"destination", "/proc"}, {"type", "proc"}, {"options", {"ro"}}},
                           {{"destination", "/new"}, {"type", "tmpfs"}}}}};
  EXPECT_EQ(changed, expected);
}

TEST(Merge, ArraysThatAreNotThereYetAreMade) {
  const json changed =
      Merged(json::object(), {{"process", {{"rlimits", {{"RLIMIT_CORE", {{"soft", 1}}}}}}}});
  EXPECT_EQ(changed["process"]["rlimits"][0], json({{"type", "RLIMIT_CORE"}, {"soft", 1}}));
}

TEST(Merge, EnvironmentIsKeyedByName) {
  const json config = {{"process", {{"env", {"A=1", "AB=2"}}}}};
  const json changed =
      Merged(config, {{"process", {{"env", {{"A", "x=y"}, {"AB", nullptr}, {"C", ""}}}}}});
  EXPECT_EQ(changed["process"]["env"], json({"A=x=y", "C="}));
}

TEST(Merge, AnArrayWithoutNaturalKeyIsReplacedByAnObject) {
  const json changed =
      Merged({{"linux", {{"maskedPaths", {"/a"}}}}}, {{"linux", {{"maskedPaths", {{"x", 1}}}}}});
  EXPECT_EQ(changed["linux"]["maskedPaths"], json({{"x", 1}}));
}

TEST(Merge, ElementsOfAnotherShapeAreLeftAlone) {
  const json changed = Merged({{"mounts", {1, "x"}}}, {{"mounts", {{"/a", {{"type", "t"}}}}}});
  EXPECT_EQ(changed["mounts"].size(), 3U);
}

TEST(Patch, AppliesOrLeavesTheDocumentAlone) {
  json document = {{"a", 1}};
  EXPECT_TRUE(ApplyPatch(document, {{{"op", "add"}, {"path", "/b"}, {"value", 2}}}).has_value());
  EXPECT_EQ(document, json({{"a", 1}, {"b", 2}}));
  const auto failed = ApplyPatch(document, {{{"op", "remove"}, {"path", "/nothing"}}});
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(document, json({{"a", 1}, {"b", 2}}));
}

TEST(EffectiveConfig, IsTheBaseBundleInTheVersionUnderTest) {
  const auto config = EffectiveConfig("1.2.0", {{"hostname", "other"}}, json::array());
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ((*config)["ociVersion"], "1.2.0");
  EXPECT_EQ((*config)["hostname"], "other");
  EXPECT_EQ((*config)["root"]["path"], "rootfs");
}

}  // namespace
}  // namespace loadline::conformance
