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
#include <thread>

#include "base/digest.h"
#include "base/files.h"
#include "base/temp_dir.h"
#include "conformance/harness/cgroups.h"
#include "conformance/harness/fake_runtime.h"
#include "reports/model_json.h"
#include "schema/schema_set.h"

namespace loadline::conformance {
namespace {

using reports::CheckResult;
using reports::Verdict;
using testing::HasSubstr;

// Both look at one run of the probe; the second cannot hold.
constexpr const char* kCases = R"({"schemaVersion": 1, "cases": [
  {"id": "t/good", "title": "t", "requirements": ["oci-runtime/config-linux/namespaces/new-when-no-path"],
   "expect": {"probe": {"uid": {"real": 0}}, "host": {"process": {"exitCode": 0}}}},
  {"id": "t/bad", "title": "t", "requirements": ["oci-runtime/config-linux/namespaces/new-when-no-path"],
   "expect": {"probe": {"uid": {"real": 77}}}},
  {"id": "t/refused", "title": "t", "requirements": ["oci-runtime/config-linux/namespaces/new-when-no-path"],
   "steps": ["create", {"do": "create", "fails": true, "control": {"steps": ["create"]}}]},
  {"id": "t/state", "title": "t", "requirements": ["oci-runtime/config-linux/namespaces/new-when-no-path"],
   "steps": ["create", {"do": "state", "then": {"state": {"state": {"id": "${id}"}}}}, "start", "wait", "delete",
             {"do": "state", "fails": true, "control": {"steps": ["create", "state"]}}]},
  {"id": "t/together", "title": "t", "requirements": ["oci-runtime/config-linux/namespaces/new-when-no-path"],
   "steps": ["create", {"do": "together", "steps": ["state", "state", "state"], "succeed": 3}]},
  {"id": "t/needy", "title": "t", "needs": ["cap-none-such"],
   "requirements": ["oci-runtime/config-linux/namespaces/new-when-no-path"],
   "expect": {"probe": {"uid": {"real": 0}}}}
]})";

class CertifyFake : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "cells need root";
    directory_.emplace(TempDir::Make("loadline-test").value());
    std::filesystem::create_directory(directory_->path() + "/cases");
    std::ofstream(directory_->path() + "/cases/t.json") << kCases;
    options_.case_directories = {directory_->path() + "/cases"};
    options_.probe = LOADLINE_BINARY_DIR "/loadline-probe";
  }

  // Certifies a fake of the given mode; the results by id.
  std::map<std::string, CheckResult> Results(const std::string& mode) {
    options_.candidate = WriteFakeRuntime(directory_->path(), mode);
    auto report = Certify(options_);
    EXPECT_TRUE(report.has_value()) << report.error().ToLine();
    std::map<std::string, CheckResult> results;
    if (!report) return results;
    version_ = report->subjects.at(0).version;
    ExpectSound(*report);
    for (CheckResult& result : report->results)
      results[result.id.substr(0, result.id.find('@'))] = std::move(result);
    ExpectNoGroups();
    return results;
  }

  // Whatever a candidate says, the report about it keeps to its schema.
  static void ExpectSound(const reports::Report& report) {
    const auto document = nlohmann::json::parse(
        reports::ToJson(report).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    const auto errors = schema::CheckSchema("loadline/report.json", document);
    ASSERT_TRUE(errors.has_value()) << errors.error().ToLine();
    for (const schema::SchemaError& error : *errors)
      ADD_FAILURE() << error.pointer << ": " << error.message;
  }

  static void ExpectNoGroups() {
    const auto hierarchies = Hierarchies();
    ASSERT_TRUE(hierarchies.has_value());
    for (const Hierarchy& hierarchy : *hierarchies) {
      std::error_code error;
      for (const auto& entry :
           std::filesystem::directory_iterator(hierarchy.mount + "/loadline", error))
        EXPECT_FALSE(entry.path().filename().string().starts_with(std::to_string(getpid()) + "-"))
            << entry.path();
    }
  }

  std::optional<TempDir> directory_;
  CertifyOptions options_;
  std::string version_;
};

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

TEST_F(CertifyFake, OneThatFillsTheWorkArea) {
  options_.only = {"t/good"};
  const auto results = Results("[ $verb != create ] || { cat /dev/zero > $root/full; exit 1; }");
  EXPECT_EQ(results.at("t/good").verdict, Verdict::kEnvironment);
  EXPECT_THAT(results.at("t/good").message, HasSubstr("full"));
}

TEST_F(CertifyFake, OneThatWritesToTheHostCannot) {
  options_.only = {"t/good"};
  const std::string target = directory_->path() + "/touched";
  Results("echo x > " + target + " 2>/dev/null");
  EXPECT_FALSE(std::filesystem::exists(target));
}

TEST_F(CertifyFake, OneThatKillsItsPidOneOnlyEndsItsCell) {
  options_.only = {"t/good"};
  // pid 1 of a pid namespace ignores signals from inside, so the run goes on.
  const auto results = Results("kill -9 1; kill -9 -1");
  EXPECT_NE(results.at("t/good").verdict, Verdict::kPass);
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
  EXPECT_EQ(report.error().number, EINTR);
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
  EXPECT_EQ(seen.size(), 6U);
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
  const auto number = [](CertifyOptions options) {
    options.dry_run = true;
    auto report = Certify(options);
    return report ? 0 : report.error().number;
  };
  CertifyOptions options;
  options.candidate = "no-such-candidate";
  EXPECT_EQ(number(options), ENOENT);
  options.candidate = "/nowhere/runtime";
  EXPECT_EQ(number(options), ENOENT);
  options.candidate = "/etc/passwd";
  EXPECT_EQ(number(options), EACCES);
  options.candidate = "/etc";
  EXPECT_EQ(number(options), EACCES);
  options.candidate = "/bin/sh";
  EXPECT_EQ(number(options), 0);
  options.only = {"no/such/case"};
  EXPECT_EQ(number(options), EINVAL);
  options.only.clear();
  options.spec = "9.9.9";
  EXPECT_EQ(number(options), EINVAL);
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
  ASSERT_FALSE(cases->empty());
  EXPECT_THAT(cases->front().source, HasSubstr("\"id\""));
}

TEST(ListCandidates, HasTheEmbeddedProfiles) {
  std::set<std::string> names;
  for (const CandidateSummary& candidate : ListCandidates()) names.insert(candidate.name);
  EXPECT_TRUE(names.count("loadline") == 1 && names.count("runc") == 1);
}

}  // namespace
}  // namespace loadline::conformance
