// SPDX-License-Identifier: Apache-2.0
// loadline-mutant around a scripted runtime that shows the documents it meets.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "base/child_process.h"
#include "base/files.h"
#include "base/temp_dir.h"
#include "conformance/mutants/mutants.h"
#include "conformance/mutants/pointer_pattern.h"

namespace loadline::mutants {
namespace {

using nlohmann::json;

constexpr const char* kConfig =
    R"({"ociVersion": "1.3.0", "process": {"cwd": "/there", "args": ["a"]},
  "hooks": {"createRuntime": [{"path": "/one"}, {"path": "/two"}]},
  "mounts": [{"destination": "/proc", "options": ["ro", "nosuid"]}, {"destination": "/x"}],
  "linux": {"namespaces": [{"type": "pid"}, {"type": "uts"}], "maskedPaths": ["/proc/keys"]}})";

// create shows config.json, state and delete say what was called, kill dies, start fails.
constexpr const char* kRuntime = R"(#!/bin/sh
for word; do case $word in create|state|start|kill|delete|exec) verb=$word; break ;; esac; done
case $verb in
  create) cat "$BUNDLE/config.json"; exit 7 ;;
  exec) cat "$BUNDLE/process.json" ;;
  state) echo '{"ociVersion": "1.3.0", "id": "c", "status": "created", "pid": 1, "bundle": "/b"}' ;;
  kill) kill -9 $$ ;;
  start) exit 5 ;;
  delete) echo "$*" ;;
esac
)";

class MutantTest : public testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::Make("mutant");
    ASSERT_TRUE(made.has_value());
    directory_.emplace(std::move(*made));
    bundle_ = directory_->path() + "/bundle";
    runtime_ = directory_->path() + "/runtime";
    ASSERT_EQ(mkdir(bundle_.c_str(), 0755), 0);
    ASSERT_TRUE(WriteFileAtomically(Config(), kConfig).has_value());
    ASSERT_TRUE(WriteFileAtomically(runtime_, kRuntime, 0755).has_value());
  }

  std::string Config() const { return bundle_ + "/config.json"; }

  RunOutcome Run(std::vector<std::string> changes, std::vector<std::string> verb) {
    RunOptions run;
    run.spawn.argv = {LOADLINE_BINARY_DIR "/loadline-mutant"};
    for (auto* part : {&changes, &verb}) {
      run.spawn.argv.insert(run.spawn.argv.end(), part->begin(), part->end());
      if (part == &changes) {
        for (const char* word : {"--", runtime_.c_str(), "--root", "/state"})
          run.spawn.argv.emplace_back(word);
      }
    }
    run.spawn.environment = {"PATH=/usr/bin:/bin", "BUNDLE=" + bundle_};
    run.deadline = Deadline::After(std::chrono::seconds(20));
    auto outcome = RunToEnd(run);
    EXPECT_TRUE(outcome.has_value());
    return outcome.has_value() ? *outcome : RunOutcome{};
  }

  // What the runtime meets as config.json; afterwards the bundle must be as before.
  json Met(const std::vector<std::string>& changes) {
    struct stat before {};
    struct stat after {};
    stat(Config().c_str(), &before);
    const RunOutcome outcome = Run(changes, {"create", "--bundle", bundle_, "c"});
    EXPECT_EQ(outcome.status.code, 7) << outcome.standard_error;
    EXPECT_EQ(*ReadFile(Config()), kConfig);
    stat(Config().c_str(), &after);
    EXPECT_EQ(before.st_ino, after.st_ino);
    const std::filesystem::directory_iterator entries(bundle_);
    EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
    return json::parse(outcome.standard_output, nullptr, false);
  }

  std::optional<TempDir> directory_;
  std::string bundle_;
  std::string runtime_;
};

TEST_F(MutantTest, DropsAndReplacesProperties) {
  json expected = json::parse(kConfig);
  expected["mounts"][0]["options"] = {"ro"};
  expected["linux"]["namespaces"] = json::parse(R"([{"type": "pid"}])");
  expected["linux"].erase("maskedPaths");
  expected["process"]["cwd"] = "/";
  EXPECT_EQ(Met({"--drop", "/mounts/*/options/{nosuid}", "--drop", "/linux/namespaces/{type=uts}",
                 "--drop", "/linux/maskedPaths", "--replace", "/process/cwd=\"/\""}),
            expected);
}

TEST_F(MutantTest, LeavesADocumentAloneThatNoChangeTouches) {
  EXPECT_EQ(Met({"--drop", "/hostname"}), json::parse(kConfig));
  const std::string broken = "{\"mounts\": [";
  ASSERT_TRUE(WriteFileAtomically(Config(), broken).has_value());
  EXPECT_EQ(Run({"--drop", "/mounts"}, {"create", "-b", bundle_, "c"}).standard_output, broken);
}

TEST_F(MutantTest, SpoilsTheProcessOfExec) {
  const std::string file = bundle_ + "/process.json";
  ASSERT_TRUE(WriteFileAtomically(file, R"({"cwd": "/", "noNewPrivileges": true})").has_value());
  const RunOutcome outcome =
      Run({"--drop", "/process/noNewPrivileges"}, {"exec", "--process", file, "c"});
  EXPECT_EQ(json::parse(outcome.standard_output, nullptr, false), json({{"cwd", "/"}}));
}

TEST_F(MutantTest, EndsLikeTheRuntime) {
  EXPECT_EQ(Run({}, {"kill", "c"}).status.signal, SIGKILL);
  EXPECT_EQ(Run({}, {"start", "c"}).status.code, 5);
  EXPECT_EQ(Run({"--mutation", "start-never-fails"}, {"start", "c"}).status.code, 0);
  EXPECT_EQ(Run({"--mutation", "start-never-fails"}, {"kill", "c"}).status.signal, SIGKILL);
  EXPECT_EQ(Run({"--mutation", "create-dies"}, {"create", "c"}).status.signal, SIGSEGV);
}

TEST_F(MutantTest, Misbehaves) {
  EXPECT_EQ(Met({"--mutation", "hooks-reversed"})["hooks"]["createRuntime"][0]["path"], "/two");
  const json state = json::parse(
      Run({"--mutation", "state-stopped"}, {"state", "c"}).standard_output, nullptr, false);
  EXPECT_EQ(state["status"], "stopped");
  EXPECT_EQ(state["bundle"], "/b");
  EXPECT_EQ(Run({"--mutation", "delete-any-status"}, {"delete", "c"}).standard_output,
            "--root /state delete --force c\n");
  EXPECT_EQ(Run({"--mutation", "delete-does-nothing"}, {"delete", "c"}).standard_output, "");
}

TEST_F(MutantTest, IsolatesLessThanItIsAsked) {
  const json forgotten = Met({"--mutation", "kernel-file-systems-forgotten"})["mounts"];
  EXPECT_EQ(forgotten.size(), 1u) << "the image has no directory /proc";
  EXPECT_EQ(Met({"--mutation", "environment-kept"})["process"]["env"],
            json({"PATH=/usr/bin:/bin", "BUNDLE=" + bundle_}));
  EXPECT_EQ(Met({"--mutation", "privileges-kept"})["process"]["noNewPrivileges"], false);
}

TEST_F(MutantTest, FollowsLinksOfTheImage) {
  const std::string outside = directory_->path() + "/outside";
  ASSERT_EQ(mkdir((bundle_ + "/rootfs").c_str(), 0755), 0);
  ASSERT_EQ(mkdir(outside.c_str(), 0755), 0);
  ASSERT_EQ(symlink(outside.c_str(), (bundle_ + "/rootfs/link").c_str()), 0);
  ASSERT_TRUE(
      WriteFileAtomically(Config(), R"({"mounts": [{"destination": "/link/new"}]})").has_value());
  Run({"--mutation", "links-followed"}, {"create", "--bundle", bundle_, "c"});
  EXPECT_EQ(access((outside + "/new").c_str(), F_OK), 0);
}

TEST_F(MutantTest, SaysWhatIsWrongWithItsOptions) {
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--mutation", "no-such"},
                                                {"--drop", "mounts"},
                                                {"--drop", ""},
                                                {"--drop", "/a/{type=pid"},
                                                {"--replace", "/a=notjson"},
                                                {"--unknown", "x"}}) {
    const RunOutcome outcome = Run(wrong, {"state", "c"});
    EXPECT_EQ(outcome.status.code, 2);
    EXPECT_NE(outcome.standard_error.find("loadline-mutant: "), std::string::npos);
  }
}

TEST(MutantsTest, EveryMutantIsNamedOnceAndReadable) {
  const auto mutants = ListMutants();
  ASSERT_TRUE(mutants.has_value());
  std::set<std::string> names;
  for (const Mutant& mutant : *mutants) {
    EXPECT_TRUE(names.insert(mutant.name).second) << mutant.name;
    EXPECT_FALSE(mutant.summary.empty());
    EXPECT_TRUE(Touches(mutant, json::object(), {}).has_value()) << mutant.name;
  }
  EXPECT_EQ(names.count("field:/root/readonly"), 1u);
  EXPECT_EQ(names.count("field:/linux/namespaces/{type=time}"), 1u);
  EXPECT_EQ(names.count("mutation:kill-does-nothing"), 1u);
}

TEST(MutantsTest, TouchesWhatItSpoils) {
  const json config = json::parse(kConfig);
  const auto mutants = ListMutants();
  ASSERT_TRUE(mutants.has_value());
  const auto touches = [&](const char* name, const char* verb) {
    for (const Mutant& mutant : *mutants) {
      if (mutant.name == name) return *Touches(mutant, config, {verb});
    }
    ADD_FAILURE() << name;
    return false;
  };
  EXPECT_TRUE(touches("field:/mounts/*/options/{nosuid}", "create"));
  EXPECT_FALSE(touches("field:/mounts/*/options/{noexec}", "create"));
  EXPECT_TRUE(touches("mutation:hooks-reversed", "create"));
  EXPECT_FALSE(touches("mutation:environment-reversed", "create"));
  EXPECT_FALSE(touches("mutation:kill-does-nothing", "delete"));
}

}  // namespace
}  // namespace loadline::mutants
