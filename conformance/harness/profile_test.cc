// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/harness/candidate.h"
#include "conformance/harness/cgroups.h"
#include "conformance/harness/needs.h"

namespace loadline::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;

TEST(Profile, CommandLinesTakePlaceholdersAndOptionalGroups) {
  const auto profile = ParseProfile(
      "p", R"({"name": "x", "command": ["/x", "--y"], "globalOptions": ["--root", "${root}"]})");
  ASSERT_TRUE(profile.has_value()) << profile.error().ToLine();
  nlohmann::json values = {{"root", "/r"}, {"bundle", "/b"}, {"pidFile", "/p"}, {"id", "c"}};
  EXPECT_THAT(profile->CommandLine("create", values).value(),
              ElementsAre("/x", "--y", "--root", "/r", "create", "--bundle", "/b", "--pid-file",
                          "/p", "c"));
  values["consoleSocket"] = "/s";
  EXPECT_THAT(profile->CommandLine("create", values).value(),
              testing::Contains("--console-socket"));
}

TEST(Profile, ArgumentsCanBeLeftOut) {
  const auto profile =
      ParseProfile("p", R"({"name": "x", "command": ["/x"], "verbs": {"start": ["go", "${id}"]}})");
  ASSERT_TRUE(profile.has_value()) << profile.error().ToLine();
  const nlohmann::json values = {{"bundle", "/b"}, {"pidFile", "/p"}, {"id", "c"}};
  EXPECT_THAT(profile->CommandLine("create", values, {"bundle"}).value(),
              ElementsAre("/x", "create", "--pid-file", "/p", "c"));
  EXPECT_THAT(profile->CommandLine("create", values, {"id"}).value(),
              ElementsAre("/x", "create", "--bundle", "/b", "--pid-file", "/p"));
  EXPECT_THAT(profile->CommandLine("start", values, {"id"}).value(), ElementsAre("/x", "go"));
}

TEST(Profile, VerbsCanBeChangedOrTakenAway) {
  const auto profile = ParseProfile(
      "p",
      R"({"name": "x", "command": ["/x"], "verbs": {"pause": null, "kill": ["signal", "${signal}"]}})");
  ASSERT_TRUE(profile.has_value());
  EXPECT_FALSE(profile->HasVerb("pause"));
  EXPECT_FALSE(profile->CommandLine("pause", {}).has_value());
  EXPECT_THAT(profile->CommandLine("kill", {{"signal", "TERM"}}).value(),
              ElementsAre("/x", "signal", "TERM"));
}

TEST(Profile, AnAdapterSaysWhatItCannotDo) {
  const auto profile = ParseProfile(
      "p",
      R"({"name": "x", "command": ["/bin/sh"], "programs": {"no-such-program": "its-package"},
          "cannotExpress": ["/hooks"], "refusalStatus": 95, "callSeconds": 40,
          "alongside": ["../lib"]})");
  ASSERT_TRUE(profile.has_value()) << profile.error().ToLine();
  EXPECT_THAT(profile->cannot_express, ElementsAre("/hooks"));
  EXPECT_EQ(profile->refusal_status, 95);
  EXPECT_EQ(profile->call_time, std::chrono::seconds(40));
  EXPECT_THAT(profile->alongside, ElementsAre("../lib"));
  Profile resolved = *profile;
  const auto found = ResolveCommand(resolved);
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().kind, ErrorKind::kUnreadable);
  EXPECT_THAT(found.error().ToLine(), HasSubstr("apt-get install its-package"));
}

TEST(Profile, MistakesAreNamed) {
  for (const char* text :
       {"{", R"({"name": "x"})", R"({"name": "x", "command": ["/x"], "verb": {}})",
        R"({"name": "x", "command": ["/x"], "verbs": {"fly": []}})",
        R"({"name": "x", "command": ["/x"], "environment": {"A": 1}})"}) {
    const auto profile = ParseProfile("p.json", text);
    ASSERT_FALSE(profile.has_value()) << text;
    EXPECT_THAT(profile.error().ToLine(), MatchesRegex("p\\.json:[^\n]+; [^\n]+"));
    EXPECT_EQ(profile.error().kind, ErrorKind::kUnreadable);
  }
}

TEST(Candidate, VersionsAreFoundInWhatProgramsPrint) {
  EXPECT_EQ(FindVersion("runc version 1.1.5+ds1\ncommit: 1.1.5"), "1.1.5+ds1");
  EXPECT_EQ(FindVersion("nothing"), "");
}

TEST(Candidate, TheSpecIsTheNewestThatBothKnow) {
  EXPECT_EQ(ChooseSpec("", "1.0.2-dev").value(), "1.0.2");
  EXPECT_EQ(ChooseSpec("", "1.1.0+dev").value(), "1.1.0");
  EXPECT_EQ(ChooseSpec("", "9.0.0").value(), ChooseSpec("", "").value());
  EXPECT_EQ(ChooseSpec("", "1.0.0").value(), "1.0.2");
  EXPECT_EQ(ChooseSpec("1.2.0", "1.0.2").value(), "1.2.0");
  EXPECT_EQ(ChooseSpec("1.2", "").error().kind, ErrorKind::kUsage);
}

TEST(Needs, AreMetByHostAndCandidate) {
  HostFacts host;
  host.abilities = {{"time-namespace", true, ""}, {"cap-mknod", false, "missing"}};
  Profile profile;
  profile.lacks = {"terminal"};
  const auto verdict = [&](const std::string& need, const nlohmann::json& features) {
    return JudgeNeeds({need}, host, profile, features).verdict;
  };
  using reports::Verdict;
  EXPECT_EQ(verdict("time-namespace", nullptr), Verdict::kPass);
  EXPECT_EQ(verdict("time-namespace", {{"linux", {{"namespaces", {"pid"}}}}}),
            Verdict::kUnsupported);
  EXPECT_EQ(verdict("cap-mknod", nullptr), Verdict::kEnvironment);
  EXPECT_EQ(verdict("kernel-99.0", nullptr), Verdict::kEnvironment);
  EXPECT_EQ(verdict("kernel-3.0", nullptr), Verdict::kPass);
  EXPECT_EQ(verdict("hook-prestart", {{"hooks", {"poststart"}}}), Verdict::kUnsupported);
  EXPECT_EQ(verdict("feature-a.b", {{"a", {{"b", true}}}}), Verdict::kPass);
  EXPECT_EQ(verdict("feature-a.b", {{"a", {{"b", false}}}}), Verdict::kUnsupported);
  EXPECT_EQ(verdict("feature-a.b", nullptr), Verdict::kPass);
  EXPECT_EQ(verdict("features", nlohmann::json::object()), Verdict::kPass);
  EXPECT_EQ(verdict("features", nullptr), Verdict::kUnsupported);
  EXPECT_EQ(verdict("stated-a.b", {{"a", {{"b", false}}}}), Verdict::kPass);
  EXPECT_EQ(verdict("stated-a.b", {{"a", {{"b", nullptr}}}}), Verdict::kUnsupported);
  EXPECT_EQ(verdict("stated-a.b", nullptr), Verdict::kUnsupported);
  EXPECT_EQ(verdict("listed-a.b=C=D", {{"a", {{"b", {"C=D"}}}}}), Verdict::kPass);
  EXPECT_EQ(verdict("listed-a.b=C", {{"a", {{"b", {"D"}}}}}), Verdict::kUnsupported);
  EXPECT_EQ(verdict("listed-a.b=C", {{"a", 1}}), Verdict::kUnsupported);
  EXPECT_EQ(verdict("listed-a.b=C", nullptr), Verdict::kUnsupported);
  EXPECT_EQ(verdict("verb-pause", nullptr), Verdict::kUnsupported);
  EXPECT_EQ(verdict("terminal", nullptr), Verdict::kUnsupported);
}

TEST(Hierarchies, AreReadFromMountinfo) {
  const auto hybrid = ParseHierarchies(
      "31 23 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:5 - cgroup cgroup rw,cpu,cpuacct\n"
      "32 23 0:28 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n"
      "33 23 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
      "34 23 0:29 / /elsewhere rw - cgroup2 cgroup2 rw\n"
      "35 23 0:30 / /tmp rw - tmpfs tmpfs rw\n"
      "garbage\n");
  ASSERT_EQ(hybrid.size(), 3U);
  EXPECT_EQ(hybrid[0].controllers, "cpu,cpuacct");
  EXPECT_EQ(hybrid[1].controllers, "name=systemd");
  EXPECT_TRUE(hybrid[2].v2);
  EXPECT_EQ(CgroupLayout(hybrid), "hybrid");
  EXPECT_EQ(CgroupLayout(MakeView(hybrid, {"cgroup-v1-only"})->hierarchies), "v1");
  EXPECT_FALSE(MakeView(hybrid, {"moon"}).has_value());
  EXPECT_EQ(CgroupLayout({}), "");
}

}  // namespace
}  // namespace loadline::conformance
