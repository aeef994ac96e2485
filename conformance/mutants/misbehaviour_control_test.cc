// SPDX-License-Identifier: Apache-2.0
// What the mutants that cheat on limits make of config.json, and that each does make something of
// it: one that changes nothing would survive for a reason that has nothing to do with the checks.
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "conformance/mutants/mutations.h"

namespace loadline::mutants {
namespace {

using nlohmann::json;

constexpr const char* kLimited = R"({
  "process": {"rlimits": [{"type": "RLIMIT_NOFILE", "soft": 10, "hard": 20}]},
  "linux": {
    "namespaces": [{"type": "pid"}, {"type": "uts"}],
    "resources": {
      "memory": {"limit": 100, "reservation": 50, "swap": 300, "disableOOMKiller": true},
      "cpu": {"quota": 20, "period": 100, "burst": 10, "idle": 1, "cpus": "0",
              "shares": 512, "realtimeRuntime": 3},
      "pids": {"limit": 0},
      "hugepageLimits": [{"pageSize": "2MB", "limit": 4194304}],
      "blockIO": {"weight": 10,
                  "throttleReadBpsDevice": [{"major": 7, "minor": 0, "rate": 400}]}}}})";

// A change of one place: what stands there afterwards, null when nothing does.
struct Cheat {
  const char* mutation;
  const char* place;
  json afterwards;
};

const std::vector<Cheat>& Cheats() {
  static const std::vector<Cheat> cheats = {
      {"burst-dropped", "/linux/resources/cpu/burst", nullptr},
      {"huge-pages-dropped", "/linux/resources/hugepageLimits", nullptr},
      {"idle-dropped", "/linux/resources/cpu/idle", nullptr},
      {"oom-killer-kept", "/linux/resources/memory/disableOOMKiller", nullptr},
      {"period-dropped", "/linux/resources/cpu/period", nullptr},
      {"processes-shared", "/linux/namespaces", json::parse(R"([{"type": "uts"}])")},
      {"rates-dropped", "/linux/resources/blockIO", nullptr},
      {"rates-halved", "/linux/resources/blockIO/throttleReadBpsDevice/0/rate", 200},
      {"rates-tenfold", "/linux/resources/blockIO/throttleReadBpsDevice/0/rate", 4000},
      {"realtime-dropped", "/linux/resources/cpu/realtimeRuntime", nullptr},
      {"reservation-dropped", "/linux/resources/memory/reservation", nullptr},
      {"rlimits-doubled", "/process/rlimits/0/hard", 40},
      {"rlimits-of-exec-dropped", "/process/rlimits", nullptr},
      {"swap-doubled", "/linux/resources/memory/swap", 600},
      {"update-forgets-memory", "/linux/resources/memory", nullptr},
      {"update-forgets-processes", "/linux/resources/pids", nullptr},
      {"update-forgets-processors", "/linux/resources/cpu/cpus", nullptr},
      {"update-forgets-quota", "/linux/resources/cpu/quota", nullptr},
      {"update-forgets-shares", "/linux/resources/cpu/shares", nullptr},
      {"update-forgets-reservation", "/linux/resources/memory/reservation", nullptr},
      {"update-unlimits-huge-pages", "/linux/resources/hugepageLimits/0/limit",
       std::numeric_limits<int64_t>::max()},
      {"update-unlimits-swap", "/linux/resources/memory/swap", -1},
      {"zero-processes-are-many", "/linux/resources/pids/limit", -1},
  };
  return cheats;
}

json After(const char* mutation, json config) {
  const Mutation* found = FindMutation(mutation);
  if (found == nullptr || found->config == nullptr) return "there is no such change";
  found->config(config);
  return config;
}

TEST(CheatsOnLimits, ChangeTheirPlace) {
  for (const Cheat& cheat : Cheats()) {
    const json spoiled = After(cheat.mutation, json::parse(kLimited));
    const json::json_pointer place(cheat.place);
    ASSERT_TRUE(spoiled.is_object()) << cheat.mutation;
    EXPECT_EQ(spoiled.contains(place) ? spoiled[place] : json(), cheat.afterwards)
        << cheat.mutation;
  }
}

TEST(CheatsOnLimits, TakeAQuotaOnlyWhereThereIsNone) {
  const json with = json::parse(kLimited);
  EXPECT_EQ(After("quota-invented", with), with);
  json without = with;
  without["linux"]["resources"]["cpu"].erase("quota");
  EXPECT_EQ(After("quota-invented", without)["linux"]["resources"]["cpu"]["quota"], 50);
}

TEST(CheatsOnLimits, TakeEveryLimitAway) {
  const json spoiled = After("update-unlimits", json::parse(kLimited))["linux"]["resources"];
  EXPECT_EQ(spoiled["memory"]["limit"], -1);
  EXPECT_EQ(spoiled["memory"]["swap"], -1);
  EXPECT_EQ(spoiled["pids"]["limit"], -1);
  EXPECT_EQ(spoiled["cpu"]["quota"], -1);
  EXPECT_EQ(spoiled["cpu"]["cpus"], "0-1");
  EXPECT_EQ(spoiled["hugepageLimits"][0]["limit"], std::numeric_limits<int64_t>::max());
  EXPECT_EQ(spoiled["blockIO"]["throttleReadBpsDevice"][0]["rate"], 0);
}

TEST(CheatsOnLimits, LeaveAloneWhatIsNotThere) {
  const json other = json::parse(R"({"linux": {"resources": {"pids": {"limit": 5}}}})");
  for (const Cheat& cheat : Cheats()) {
    if (std::string_view(cheat.place).find("/pids") != std::string_view::npos) continue;
    EXPECT_EQ(After(cheat.mutation, other), other) << cheat.mutation;
  }
}

}  // namespace
}  // namespace loadline::mutants
