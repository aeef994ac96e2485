// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/caller.h"

#include <gtest/gtest.h>

#include "conformance/harness/merge.h"
#include "conformance/harness/rights.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;

const json kUsersMap = {{{"containerID", 0}, {"hostID", 1000}, {"size", 1}},
                        {{"containerID", 1}, {"hostID", 100000}, {"size", 65536}}};

json Adapted(const json& changes, Caller caller) {
  auto config = EffectiveConfig("1.3.0", changes, json::array());
  EXPECT_TRUE(config.has_value());
  AdaptConfig(*config, caller);
  return *config;
}

json NamespaceOf(const json& config, const std::string& type) {
  for (const json& entry : config["linux"]["namespaces"]) {
    if (entry["type"] == type) return entry;
  }
  return nullptr;
}

json MountOf(const json& config, const std::string& destination) {
  for (const json& mount : config["mounts"]) {
    if (mount["destination"] == destination) return mount;
  }
  return nullptr;
}

TEST(AdaptConfig, LeavesRootWhatItIs) {
  EXPECT_EQ(Adapted(json::object(), Caller::kRoot),
            *EffectiveConfig("1.3.0", json::object(), json::array()));
}

TEST(AdaptConfig, GivesAUserAUserNamespaceAndNoGroupThatIsNotDelegated) {
  const json config = Adapted(json::object(), Caller::kUser);
  EXPECT_EQ(NamespaceOf(config, "user"), json({{"type", "user"}}));
  EXPECT_EQ(config["linux"]["uidMappings"], kUsersMap);
  EXPECT_EQ(config["linux"]["gidMappings"], kUsersMap);
  EXPECT_FALSE(config["linux"].contains("cgroupsPath"));
  EXPECT_EQ(Adapted(json::object(), Caller::kUserWithGroups)["linux"]["cgroupsPath"], "${cgroup}");
  EXPECT_EQ(MapOfUser(), "0 1000 1\n1 100000 65536\n");
}

TEST(AdaptConfig, KeepsWhatTheCaseSays) {
  const json map = {{{"containerID", 0}, {"hostID", 100000}, {"size", 10}}};
  const json config = Adapted({{"linux",
                                {{"namespaces", {{"user", json::object()}}},
                                 {"uidMappings", map},
                                 {"cgroupsPath", "/elsewhere"}}}},
                              Caller::kUser);
  EXPECT_EQ(config["linux"]["uidMappings"], map);
  EXPECT_EQ(config["linux"]["gidMappings"], kUsersMap);
  EXPECT_EQ(config["linux"]["cgroupsPath"], "/elsewhere");
}

TEST(AdaptConfig, JoinsTheUserNamespaceThatAFixturesNamespaceBelongsTo) {
  const json config = Adapted(
      {{"linux", {{"namespaces", {{"network", {{"path", "${ns.other}"}}}}}}}}, Caller::kUser);
  EXPECT_EQ(NamespaceOf(config, "user")["path"], "${ns.caller}");
}

TEST(AdaptConfig, MountsOnlyWhatShowsNamespacesOfTheContainer) {
  const json config =
      Adapted({{"linux", {{"namespaces", {{"pid", nullptr}, {"ipc", nullptr}}}}}}, Caller::kUser);
  EXPECT_EQ(MountOf(config, "/proc")["options"], json({"rbind"}));
  EXPECT_TRUE(MountOf(config, "/dev/mqueue").is_null());
  EXPECT_EQ(MountOf(Adapted(json::object(), Caller::kUser), "/proc")["type"], "proc");
}

// What stands against a case of which these are the parts.
std::string WhyNot(const json& parts, Caller caller = Caller::kUserWithGroups) {
  json declaration = {{"id", "t/case"},
                      {"title", "t"},
                      {"requirements", {"oci-runtime/config-linux/namespaces/new-when-no-path"}},
                      {"expect", {{"probe", {{"pid", 1}}}}}};
  declaration.update(parts);
  const auto cases = ParseCase(declaration);
  EXPECT_TRUE(cases.has_value()) << cases.error().ToLine();
  const auto plan = MakePlan({&cases->front()}, "1.3.0", caller);
  EXPECT_TRUE(plan.has_value()) << plan.error().ToLine();
  return WhyNotRuns(cases->front(), plan->runs, caller);
}

bool Says(const std::string& why, const char* words) {
  return why.find(words) != std::string::npos;
}

TEST(Rights, AnOrdinaryContainerNeedsNone) {
  EXPECT_EQ(WhyNot(json::object(), Caller::kUser), "");
  EXPECT_EQ(WhyNot({{"steps", {"create", "start", "pause"}}}, Caller::kRoot), "");
}

TEST(Rights, GroupsAreThereOnlyWhenTheyAreDelegated) {
  const json asking[] = {{{"steps", {"create", "start", "pause", "resume"}}},
                         {{"config", {{"linux", {{"cgroupsPath", "/a"}}}}}},
                         {{"config", {{"linux", {{"resources", {{"pids", {{"limit", 1}}}}}}}}}},
                         {{"fixtures", {{{"make", "cgroup"}, {"path", "a"}}}}},
                         {{"expect", {{"host", {{"cgroups", {{"pids", "/a"}}}}}}}}};
  for (const json& parts : asking) {
    EXPECT_TRUE(Says(WhyNot(parts, Caller::kUser), "no control group")) << parts;
    EXPECT_EQ(WhyNot(parts), "") << parts;
  }
  EXPECT_EQ(WhyNot({{"config", {{"linux", {{"resources", {{"devices", json::array()}}}}}}}},
                   Caller::kUser),
            "");
}

TEST(Rights, OnlySubordinateIdsAreMapped) {
  const auto mapped = [](int first, int size) {
    return json{{"config",
                 {{"linux",
                   {{"uidMappings", {{{"containerID", 0}, {"hostID", first}, {"size", size}}}}}}}}};
  };
  EXPECT_TRUE(Says(WhyNot(mapped(0, 1)), "uidMappings names ids"));
  EXPECT_TRUE(Says(WhyNot(mapped(100000, 65537)), "uidMappings names ids"));
  EXPECT_EQ(WhyNot(mapped(100000, 65536)), "");
  EXPECT_EQ(WhyNot(mapped(1000, 1)), "");
}

TEST(Rights, NodesAreBoundFromTheHostOrNotThere) {
  const auto device = [](const char* path, const char* type) {
    return json{{"config", {{"linux", {{"devices", {{path, {{"type", type}}}}}}}}}};
  };
  EXPECT_TRUE(Says(WhyNot(device("/dev/no-such", "c")), "has no /dev/no-such to bind"));
  EXPECT_EQ(WhyNot(device("/dev/no-such", "p")), "");
  EXPECT_EQ(WhyNot(device("/dev/null", "c")), "");
}

TEST(Rights, ASysctlThatNobodyHasIsTheRuntimesBusiness) {
  EXPECT_EQ(WhyNot({{"config", {{"linux", {{"sysctl", {{"net.ipv4.no_such", "1"}}}}}}}}), "");
  EXPECT_EQ(WhyNot({{"config", {{"linux", {{"sysctl", {{"net.ipv4.ip_forward", "1"}}}}}}}}), "");
}

TEST(Rights, FlagsOfRootsMountsAreLocked) {
  const auto bound = [](const json& options) {
    return json{
        {"fixtures",
         {{{"make", "mount"}, {"path", "${work}/tree"}, {"options", {"ro"}}},
          {{"make", "mount"}, {"path", "${work}/tree/below"}}}},
        {"config", {{"mounts", {{"/tree", {{"source", "${work}/tree"}, {"options", options}}}}}}}};
  };
  EXPECT_TRUE(Says(WhyNot(bound({"bind"})), "without what root has mounted below it"));
  EXPECT_TRUE(Says(WhyNot(bound({"rbind", "rrw"})), "take ro away"));
  EXPECT_TRUE(Says(WhyNot(bound({"rbind", "rnoatime"})), "access times"));
  EXPECT_EQ(WhyNot(bound({"rbind", "rnosuid"})), "");
}

TEST(Rights, SomeNeedsAreRootsWhateverTheHostHas) {
  EXPECT_TRUE(Says(WhyNotNeeds({"kernel-5.12", "cap-sys-admin"}, Caller::kUserWithGroups),
                   "cap-sys-admin: a user has no capability"));
  EXPECT_TRUE(Says(WhyNotNeeds({"controller-pids"}, Caller::kUser), "no control group"));
  EXPECT_EQ(WhyNotNeeds({"controller-pids"}, Caller::kUserWithGroups), "");
  EXPECT_FALSE(WhyNotNeeds({"controller-devices"}, Caller::kUserWithGroups).empty());
  EXPECT_EQ(WhyNotNeeds({"root"}, Caller::kRoot), "");
}

}  // namespace
}  // namespace loadline::conformance
