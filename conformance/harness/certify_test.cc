// SPDX-License-Identifier: Apache-2.0
// Whole certifications of scripted runtimes: what a good one gets, and that a bad one gets a clean
// verdict and leaves nothing behind.
#include "conformance/certify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "base/digest.h"
#include "base/files.h"
#include "base/temp_dir.h"
#include "conformance/doctor.h"
#include "conformance/harness/certify_fake.h"

namespace loadline::conformance {
namespace {

using reports::CheckResult;
using reports::Verdict;
using testing::HasSubstr;

TEST_F(CertifyFake, AnHonestRuntime) {
  const auto results = Results("");
  EXPECT_EQ(version_, "7.8.9");
  EXPECT_EQ(results.at("t/good").verdict, Verdict::kPass) << results.at("t/good").message;
  EXPECT_EQ(results.at("t/bad").verdict, Verdict::kFail);
  EXPECT_EQ(results.at("t/bad").message, "/probe/uid/real: expected 77, seen 0");
  EXPECT_EQ(results.at("t/refused").verdict, Verdict::kPass) << results.at("t/refused").message;
  EXPECT_EQ(results.at("t/state").verdict, Verdict::kPass) << results.at("t/state").message;
  EXPECT_EQ(results.at("t/together").verdict, Verdict::kPass) << results.at("t/together").message;
  EXPECT_EQ(results.at("t/needy").verdict, Verdict::kEnvironment);
  EXPECT_EQ(results.at("oci-runtime/runs/leaks").verdict, Verdict::kPass)
      << results.at("oci-runtime/runs/leaks").message;
  EXPECT_EQ(results.at("oci-runtime/runs/state-documents").verdict, Verdict::kPass)
      << results.at("oci-runtime/runs/state-documents").message;
}

TEST_F(CertifyFake, OneThatRefusesEverythingPassesNothing) {
  const auto results = Results("echo no >&2; exit 1");
  EXPECT_EQ(results.at("t/good").verdict, Verdict::kFail);
  EXPECT_EQ(results.at("t/good").message, "create: exit status 1: no");
  EXPECT_EQ(results.at("t/refused").verdict, Verdict::kError);
  EXPECT_THAT(results.at("t/refused").message, HasSubstr("the control of create2"));
}

TEST_F(CertifyFake, OneThatDies) {
  options_.only = {"t/good"};
  const auto results = Results("kill -SEGV $$");
  EXPECT_EQ(results.at("t/good").message, "create: killed by SIGSEGV");
}

TEST_F(CertifyFake, OneThatFloods) {
  options_.only = {"t/good"};
  const auto results = Results("[ $verb != create ] || exec cat /dev/zero");
  EXPECT_EQ(results.at("t/good").verdict, Verdict::kFail);
  EXPECT_THAT(results.at("t/good").message, HasSubstr("printed more than"));
}

TEST_F(CertifyFake, OneThatForksAwayAndLies) {
  options_.only = {"t/good"};
  options_.step_time = std::chrono::seconds(1);
  const auto results = Results(
      "[ $verb != create ] || { setsid tail -f /dev/null & echo 999999 > $pidfile; exit 0; }");
  EXPECT_EQ(results.at("t/good").verdict, Verdict::kFail);
}

TEST_F(CertifyFake, OneThatLeavesThingsBehind) {
  options_.only = {"t/good"};
  const auto results = Results(
      "[ $verb != delete ] || { mkdir /run/left; setsid tail -f /dev/null >/dev/null 2>&1 & }");
  EXPECT_EQ(results.at("t/good").verdict, Verdict::kPass);
  const CheckResult& leaks = results.at("oci-runtime/runs/leaks");
  EXPECT_EQ(leaks.verdict, Verdict::kFail);
  EXPECT_THAT(leaks.message, HasSubstr("/run/left"));
}

TEST_F(CertifyFake, OneThatAnswersNonsense) {
  options_.only = {"t/state"};
  const auto results = Results("[ $verb != state ] || { echo '{\"id\": 5}'; exit 0; }");
  EXPECT_EQ(results.at("t/state").verdict, Verdict::kFail);
  EXPECT_EQ(results.at("oci-runtime/runs/state-documents").verdict, Verdict::kFail);
}

TEST_F(CertifyFake, OneThatMayRefuseIsJudgedByWhatItDoesAndTells) {
  options_.only = {"t/perhaps"};
  const auto expect = [this](const std::string& mode, Verdict verdict) {
    const auto results =
        Results("[ $verb != features ] || { echo '{\"told\": false}'; exit 0; }\n" + mode);
    EXPECT_EQ(results.at("t/perhaps").verdict, verdict) << results.at("t/perhaps").message;
  };
  const std::string told = "[ $verb != create ] || ! grep -q told $bundle/config.json || ";
  expect("", Verdict::kFail);
  expect(told + "exit 1", Verdict::kPass);
  expect("[ $verb != create ] || exit 1", Verdict::kError);  // the control fails, too
}

TEST_F(CertifyFake, CallsCanBeUnusualAndWhatTheySayIsCounted) {
  options_.only = {"t/without", "t/said"};
  auto results =
      Results("[ $verb != create ] || { echo 'one\n\ntwo' >&2; [ -n \"$id\" ] || exit 1; }");
  EXPECT_EQ(results.at("t/without").verdict, Verdict::kPass) << results.at("t/without").message;
  EXPECT_EQ(results.at("t/said").verdict, Verdict::kPass) << results.at("t/said").message;
  results = Results("umask 022; [ -n \"$id\" ] || id=some");
  EXPECT_EQ(results.at("t/without").verdict, Verdict::kFail);
  EXPECT_EQ(results.at("t/said").verdict, Verdict::kFail);
}

TEST_F(CertifyFake, WhatCannotBeKeptIsToldAndNothingIsReported) {
  options_.only = {"t/good"};
  options_.candidate = WriteFakeRuntime(directory_->path(), "");
  options_.keep_directory = directory_->path() + "/kept";
  ASSERT_TRUE(Certify(options_).has_value());
  EXPECT_TRUE(std::filesystem::exists(options_.keep_directory + "/t_good-0/config.json"));
  options_.keep_directory = "/proc/nowhere";
  const auto report = Certify(options_);
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().ToLine(), HasSubstr("certify without --keep"));
  ExpectNoGroups();
}

TEST_F(CertifyFake, OneThatHangsAndAnInterruption) {
  options_.only = {"t/good"};
  options_.candidate =
      WriteFakeRuntime(directory_->path(), "[ $verb != create ] || exec tail -f /dev/null");
  std::error_code error;
  bool sent = false;
  // The interruption comes while the cell hangs: as soon as the version has been asked for, the
  // signal is pending.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  sent = kill(getpid(), SIGINT) == 0;
  auto report = Certify(options_);
  sigprocmask(SIG_UNBLOCK, &signals, nullptr);
  ASSERT_TRUE(sent);
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().kind, ErrorKind::kInterrupted);
  ExpectNoGroups();
}

TEST_F(CertifyFake, OneThatHangsTimesOut) {
  options_.only = {"t/good"};
  options_.step_time = std::chrono::milliseconds(500);
  const auto results = Results("[ $verb != start ] || exec tail -f /dev/null");
  EXPECT_EQ(results.at("t/good").verdict, Verdict::kTimeout);
  EXPECT_EQ(results.at("t/good").message, "start: no answer in time");
}

TEST_F(CertifyFake, ShardsAreAPartition) {
  options_.dry_run = true;
  std::set<std::string> seen;
  for (const char* shard : {"1/2", "2/2"}) {
    options_.shard = Shard::Parse(shard).value();
    options_.candidate = WriteFakeRuntime(directory_->path(), "");
    const auto report = Certify(options_);
    ASSERT_TRUE(report.has_value());
    for (const CheckResult& result : report->results) {
      EXPECT_TRUE(seen.insert(result.id).second);
      EXPECT_EQ(result.verdict, Verdict::kInconclusive);
    }
  }
  EXPECT_EQ(seen.size(), 12U);
}

TEST(Certify, NamesTheProgramByItsDigest) {
  const auto directory = TempDir::Make("loadline-test").value();
  CertifyOptions options;
  options.dry_run = true;
  options.candidate = WriteFakeRuntime(directory.path(), "");
  const std::string digest = Sha256(ReadFile(options.candidate).value());
  const auto report = Certify(options);
  ASSERT_TRUE(report.has_value()) << report.error().ToLine();
  EXPECT_EQ(report->subjects.at(0).digest, digest);
  std::ofstream(options.candidate, std::ios::app) << "# changed\n";
  EXPECT_NE(Certify(options)->subjects.at(0).digest, digest);
}

TEST(Certify, WrongUsageAndUnusableCandidatesAreTold) {
  const auto kind = [](CertifyOptions options) -> std::optional<ErrorKind> {
    options.dry_run = true;
    const auto report = Certify(options);
    if (report.has_value()) return std::nullopt;
    return report.error().kind;
  };
  CertifyOptions options;
  options.candidate = "no-such-candidate";
  EXPECT_EQ(kind(options), ErrorKind::kUnreadable);
  options.candidate = "/nowhere/runtime";
  EXPECT_EQ(kind(options), ErrorKind::kUnreadable);
  options.candidate = "/etc/passwd";
  EXPECT_EQ(kind(options), ErrorKind::kUnreadable);
  options.candidate = "/etc";
  EXPECT_EQ(kind(options), ErrorKind::kUnreadable);
  options.candidate = "/bin/sh";
  EXPECT_EQ(kind(options), std::nullopt);
  options.only = {"no/such/case"};
  EXPECT_EQ(kind(options), ErrorKind::kUsage);
  options.only.clear();
  options.spec = "9.9.9";
  EXPECT_EQ(kind(options), ErrorKind::kUsage);
}

class CertifyRootless : public CertifyFake {
 protected:
  void SetUp() override {
    CertifyFake::SetUp();
    if (IsSkipped()) return;
    const HostAbility rootless = Examine().Ability("rootless");
    if (!rootless.available) GTEST_SKIP() << rootless.why;
    options_.rootless = true;
    std::filesystem::permissions(directory_->path(), std::filesystem::perms(0755));
  }
};

TEST_F(CertifyRootless, AUserCallsTheCandidate) {
  // The fake makes no user namespace, so the probe runs as whoever called.
  EXPECT_THAT(Results("").at("t/good").message, HasSubstr("seen 1000"));
  const auto asked = Results(
      "[ \"$(id -u) $(id -g) $(id -G)\" = \"1000 1000 1000\" ] || exit 1; "
      "grep -q 'CapEff:.0*$' /proc/self/status || exit 2; "
      "[ \"$(stat -c %u . $root)\" = \"$(printf '1000\\n1000')\" ] || exit 3; "
      "grep -q '^sailor:100000:65536$' /etc/subuid || exit 4; "
      "touch /etc/subuid 2>/dev/null && exit 5; "
      "case $verb in create) grep -q uidMappings $bundle/config.json || exit 6; esac");
  EXPECT_EQ(asked.at("t/state").verdict, Verdict::kPass) << asked.at("t/state").message;
}

TEST_F(CertifyRootless, WhatAUserLeavesIsALeak) {
  options_.only = {"t/good", "t/state"};
  const auto results = Results("[ \"$verb\" != delete ] || touch $root/left");
  EXPECT_THAT(results.at("oci-runtime/runs/leaks").message, HasSubstr("state"));
}

TEST_F(CertifyRootless, ACandidateThatTheUserCannotReachIsAnError) {
  std::filesystem::permissions(directory_->path(), std::filesystem::perms(0700));
  options_.candidate = WriteFakeRuntime(directory_->path(), "");
  const auto report = Certify(options_);
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().ToLine(), HasSubstr("put it where every user may"));
}

TEST(Shard, IsAPartThatExists) {
  EXPECT_TRUE(Shard::Parse("").value().Has("anything"));
  EXPECT_EQ(Shard::Parse("2/3").value().number, 2);
  for (const char* text : {"3/2", "0/2", "1", "1/0", "1/2x"})
    EXPECT_FALSE(Shard::Parse(text).has_value()) << text;
}

TEST(ListCases, HasTheirDeclarations) {
  const auto cases = ListCases();
  ASSERT_TRUE(cases.has_value());
  int checks = 0;
  for (const CaseSummary& one : *cases) {
    const bool check = one.file.starts_with("conformance/batteries/");
    checks += check ? 1 : 0;
    EXPECT_EQ(one.source.find("\"id\"") == std::string::npos, check) << one.id;
    EXPECT_FALSE(one.requirements.empty()) << one.id;
  }
  EXPECT_GT(checks, 0) << "the batteries' checks are listed too";
}

TEST(ListCandidates, HasTheEmbeddedProfiles) {
  std::set<std::string> names;
  for (const CandidateSummary& candidate : ListCandidates()) names.insert(candidate.name);
  EXPECT_TRUE(names.count("loadline") == 1 && names.count("runc") == 1);
}

}  // namespace
}  // namespace loadline::conformance
