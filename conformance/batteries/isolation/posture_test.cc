// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/isolation/posture.h"

#include <gtest/gtest.h>

#include <set>

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

// The comparison of one fact of the table.
Comparison Compare(const std::string& name, const Circumstances& circumstances) {
  for (const Fact& fact : AllFacts()) {
    if (name == fact.name) return CompareFact(fact, circumstances);
  }
  ADD_FAILURE() << "there is no fact " << name;
  return {};
}

Circumstances Some(json config, json probe, json native = json::object()) {
  Circumstances circumstances;
  circumstances.config = std::move(config);
  circumstances.probe = std::move(probe);
  circumstances.native = std::move(native);
  circumstances.more = json::object();
  circumstances.id = "c";
  return circumstances;
}

TEST(Facts, AreNamedOnce) {
  std::set<std::string> names;
  for (const Fact& fact : AllFacts()) EXPECT_TRUE(names.insert(fact.name).second) << fact.name;
  EXPECT_GE(names.size(), 105u);
}

TEST(Facts, ANamespaceIsItsOwnOrTheCallers) {
  const json own = {{"linux", {{"namespaces", {{{"type", "ipc"}}}}}}};
  const json probe = {{"namespaces", {{"ipc", "ipc:[2]"}}}};
  const json native = {{"namespaces", {{"ipc", "ipc:[1]"}}}};
  EXPECT_TRUE(Compare("ipc-namespace", Some(own, probe, native)).holds);
  EXPECT_FALSE(Compare("ipc-namespace", Some(json::object(), probe, native)).holds);
  EXPECT_FALSE(Compare("ipc-namespace", Some(own, native, native)).holds);
  EXPECT_FALSE(Compare("ipc-namespace", Some(own, json::object(), native)).visible);
}

TEST(Facts, LessIsFineAndMoreIsNot) {
  const json config = {{"process", {{"user", {{"gid", 5}, {"additionalGids", {7, 8}}}}}}};
  EXPECT_TRUE(Compare("additional-groups", Some(config, {{"groups", {5, 7}}})).holds);
  EXPECT_FALSE(Compare("additional-groups", Some(config, {{"groups", {7, 9}}})).holds);
}

TEST(Facts, WhatTheConfigurationDoesNotSayIsNotJudged) {
  EXPECT_FALSE(Compare("oom-score", Some(json::object(), {{"oomScoreAdj", 3}})).judged);
  const json config = {{"process", {{"oomScoreAdj", 3}}}};
  EXPECT_TRUE(Compare("oom-score", Some(config, {{"oomScoreAdj", 3}})).holds);
}

TEST(Facts, CapabilitiesAreComparedWithoutTheirOrder) {
  const json config = {{"process", {{"capabilities", {{"bounding", {"CAP_KILL", "CAP_CHOWN"}}}}}}};
  const auto with = [&](const json& set) {
    return Compare("bounding-set", Some(config, {{"capabilities", {{"bounding", set}}}})).holds;
  };
  EXPECT_TRUE(with({"CAP_CHOWN", "CAP_KILL"}));
  EXPECT_FALSE(with({"CAP_CHOWN", "CAP_KILL", "CAP_SYS_ADMIN"}));
  EXPECT_FALSE(with({"CAP_CHOWN"}));
}

TEST(Facts, AMaskedPathThatIsNotThereNeedsNoMask) {
  const json config = {{"linux", {{"maskedPaths", {"/there", "/missing"}}}}};
  const auto with = [&](const json& there) {
    return Compare("masked-paths", Some(config, {{"paths", {{"/there", there}}}})).holds;
  };
  EXPECT_TRUE(with({{"exists", true}, {"type", "character"}}));
  EXPECT_TRUE(with({{"exists", true}, {"type", "directory"}, {"entries", json::array()}}));
  EXPECT_FALSE(with({{"exists", true}, {"type", "file"}, {"content", "secret"}}));
  EXPECT_FALSE(with({{"exists", true}, {"type", "directory"}, {"entries", {"a"}}}));
}

TEST(Facts, DefaultDevicesHaveTheirNumbersUnlessTheyAreConfigured) {
  json probe = json::object();
  const std::pair<const char*, json> devices[] = {{"null", {1, 3}},    {"zero", {1, 5}},
                                                  {"full", {1, 7}},    {"random", {1, 8}},
                                                  {"urandom", {1, 9}}, {"tty", {5, 0}}};
  for (const auto& [name, numbers] : devices)
    probe["paths"]["/dev/" + std::string(name)] = {
        {"type", "character"}, {"major", numbers[0]}, {"minor", numbers[1]}, {"mode", "0666"}};
  EXPECT_TRUE(Compare("default-devices", Some(json::object(), probe)).holds);
  probe["paths"]["/dev/null"]["minor"] = 1;  // /dev/mem
  EXPECT_FALSE(Compare("default-devices", Some(json::object(), probe)).holds);
  const json config = {{"linux", {{"devices", {{{"path", "/dev/null"}}}}}}};
  EXPECT_TRUE(Compare("default-devices", Some(config, probe)).holds);
}

TEST(Facts, AreAboutInitOrExecOrBoth) {
  Circumstances c = Some(json::object(), json::object());
  c.host = {{"threads", {{"differences", json::array()}}}};
  EXPECT_TRUE(Compare("threads-from-outside", c).judged);
  c.exec = true;
  EXPECT_FALSE(Compare("threads-from-outside", c).judged);
}

TEST(Facts, RootGetsWhatIsNotRuledOutAndAUserWhatIsAmbient) {
  const json sets = {{"bounding", {"CAP_KILL", "CAP_CHOWN"}},
                     {"permitted", {"CAP_KILL"}},
                     {"inheritable", {"CAP_KILL"}},
                     {"ambient", {"CAP_KILL", "CAP_CHOWN"}}};
  Circumstances c = Some({{"process", {{"capabilities", sets}}}}, json::object());
  EXPECT_EQ(CapabilitiesOfPayload(c)["permitted"], json({"CAP_CHOWN", "CAP_KILL"}));
  c.config["process"]["noNewPrivileges"] = true;
  EXPECT_EQ(CapabilitiesOfPayload(c)["permitted"], json({"CAP_KILL"}));
  c.config["process"]["user"]["uid"] = 5;
  EXPECT_EQ(CapabilitiesOfPayload(c)["effective"], json({"CAP_KILL"}));
  c.native["capabilities"]["bounding"] = {"CAP_CHOWN"};  // the caller's limit
  EXPECT_EQ(CapabilitiesOfPayload(c)["bounding"], json({"CAP_CHOWN"}));
}

TEST(Facts, AFilterAnswersByItsRulesOrByDefault) {
  const json config = json::parse(R"({"linux": {"seccomp": {
    "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38,
    "syscalls": [{"names": ["a", "b"], "action": "SCMP_ACT_ALLOW"},
                 {"names": ["c"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]},
                 {"names": ["d"], "action": "SCMP_ACT_NOTIFY"},
                 {"names": ["b"], "action": "SCMP_ACT_KILL_THREAD"}]}}})");
  EXPECT_EQ(FilteredAnswer(config, "a"), "allowed");
  EXPECT_EQ(FilteredAnswer(config, "z"), "ENOSYS");
  for (const char* unclear : {"b", "c", "d"})
    EXPECT_TRUE(FilteredAnswer(config, unclear).is_null()) << unclear;
  EXPECT_EQ(FilteredAnswer(json::object(), "a"), "allowed");
}

TEST(Facts, InitIsTheFirstProcessAndExecIsNot) {
  Circumstances c = Some({{"linux", {{"namespaces", {{{"type", "pid"}}}}}}}, {{"pid", 1}});
  EXPECT_TRUE(Compare("first-process", c).holds);
  c.exec = true;
  EXPECT_FALSE(Compare("first-process", c).holds);
  c.probe["pid"] = 7;
  EXPECT_TRUE(Compare("first-process", c).holds);
}

}  // namespace
}  // namespace loadline::conformance::isolation
