// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/normalised.h"

#include <gmock/gmock.h>

namespace loadline::conformance {
namespace {

using nlohmann::json;
using testing::IsEmpty;

json Observation(const char* id, int inode) {
  return {{"pid", 1},
          {"namespaces", {{"pid", "pid:[" + std::to_string(inode) + "]"}}},
          {"fds", {{"0", "pipe:[" + std::to_string(inode) + "]"}, {"3", "/file"}}},
          {"root", {{"inode", inode}, {"readonly", false}}},
          {"cgroups", {{"pids", "/" + std::string(id)}}},
          {"mounts",
           {{"/", {{"root", "/bundles/" + std::string(id)}, {"index", inode}, {"fstype", "tmpfs"}}},
            {"/proc", {{"root", "/"}, {"index", inode + 1}, {"fstype", "proc"}}}}},
          {"time", {{"boottimeSeconds", inode}}}};
}

TEST(Normalised, TwoContainersThatAreAlikeAreEqual) {
  const json one = Normalised(Observation("first", 10), "first");
  const json other = Normalised(Observation("second", 20), "second");
  EXPECT_THAT(Differences(one, other), IsEmpty());
  EXPECT_EQ(one["cgroups"]["pids"], "/ID");
  EXPECT_EQ(one["fds"], json({{"0", "pipe"}, {"3", "/file"}}));
  EXPECT_EQ(one["mounts"]["/proc"], json({{"root", "/"}, {"fstype", "proc"}}));
}

TEST(Normalised, WhatLiesInTheRootFilesystemIsNamedByItsPlaceInThere) {
  const auto observation = [](const std::string& place) {
    json seen = Observation("first", 10);
    seen["mounts"]["/"]["root"] = place;
    seen["mounts"]["/again"] = {{"root", place}};
    seen["mounts"]["/part"] = {{"root", place + "/part"}};
    seen["mounts"]["/beside"] = {{"root", "/bundles/rootfs2"}};
    return Normalised(seen, "first");
  };
  const json first = observation("/bundles/rootfs");
  EXPECT_THAT(Differences(first, observation("/bundles/rootfs/next/rootfs")), IsEmpty());
  EXPECT_EQ(first["mounts"]["/again"]["root"], "ROOT");
  EXPECT_EQ(first["mounts"]["/part"]["root"], "ROOT/part");
  EXPECT_EQ(first["mounts"]["/beside"]["root"], "/bundles/rootfs2");
}

TEST(Normalised, WhatDiffersIsNamedByItsPlace) {
  json other = Observation("first", 10);
  other["mounts"]["/proc"]["fstype"] = "tmpfs";
  other["extra"] = true;
  other.erase("pid");
  const auto differences =
      Differences(Normalised(Observation("first", 10), "first"), Normalised(other, "first"));
  EXPECT_THAT(differences,
              testing::UnorderedElementsAre(
                  "/mounts/~1proc/fstype is \"tmpfs\" instead of \"proc\"",
                  "/extra is true instead of nothing", "/pid is nothing instead of 1"));
}

TEST(Normalised, TheCallerNamesMore) {
  constexpr Varying kMore[] = {{"/mounts/*/fstype", "a test"}, {"/pid", "a test"}};
  json other = Observation("first", 10);
  other["mounts"]["/proc"]["fstype"] = "tmpfs";
  other["pid"] = 7;
  EXPECT_THAT(Differences(Normalised(Observation("first", 10), "first", kMore),
                          Normalised(other, "first", kMore)),
              IsEmpty());
}

TEST(Normalised, ManyDifferencesAreSaidInShort) {
  EXPECT_EQ(InShort({}), "");
  EXPECT_EQ(InShort({"a"}), "a");
  EXPECT_EQ(InShort({"a", "b", "c"}), "a; and 2 more");
}

}  // namespace
}  // namespace loadline::conformance
