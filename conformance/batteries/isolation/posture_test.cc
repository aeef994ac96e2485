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
  EXPECT_GE(names.size(), 45u);
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
