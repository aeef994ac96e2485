// SPDX-License-Identifier: Apache-2.0
// Runs that are killed in the middle: what was judged is there, and says that it is not the whole.
#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/child_process.h"
#include "base/files.h"
#include "base/pipe.h"
#include "base/temp_dir.h"

namespace loadline::cli {
namespace {

constexpr const char* kLoadline = LOADLINE_BINARY_DIR "/loadline";

size_t LinesIn(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

RunOutcome Loadline(std::vector<std::string> argv) {
  RunOptions options;
  argv.insert(argv.begin(), kLoadline);
  options.spawn.argv = std::move(argv);
  options.deadline = Deadline::After(std::chrono::seconds(60));
  return RunToEnd(options).value();
}

// Until so many lines have come, or the end of the stream when `lines` is 0.
std::string ReadLines(int fd, size_t lines) {
  std::string text;
  char buffer[4096];
  while (lines == 0 || LinesIn(text) < lines) {
    const ssize_t count = read(fd, buffer, sizeof buffer);
    if (count <= 0) break;
    text.append(buffer, static_cast<size_t>(count));
  }
  return text;
}

class KilledCertify : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "cells need root";
    directory_.emplace(TempDir::Make("killed").value());
    file_ = directory_->path() + "/run.jsonl";
    Pipe pipe = MakePipe().value();
    SpawnOptions options;
    options.argv = {
        kLoadline, "certify",  "--battery", "cases",    "--only",        "oci-runtime/mounts/*",
        "--quiet", "--format", "jsonl",     "--report", "jsonl=" + file_};
    options.environment = CurrentEnvironment();
    options.standard_output = pipe.write.get();
    ChildProcess child = ChildProcess::Spawn(options).value();
    pipe.write = UniqueFd();
    shown_ = ReadLines(pipe.read.get(), 4);  // a header and three results
    ASSERT_TRUE(child.Kill(SIGKILL).has_value());
    ASSERT_TRUE(child.Wait(Deadline::After(std::chrono::seconds(60))).value().has_value());
    shown_ += ReadLines(pipe.read.get(), 0);
  }

  std::optional<TempDir> directory_;
  std::string file_;
  std::string shown_;  // on standard output
};

TEST_F(KilledCertify, LosesNothingThatWasJudged) {
  const std::string kept = ReadFile(file_).value();
  ASSERT_GE(LinesIn(shown_), 4U) << shown_;
  // Both get each line as it is known, and the end may come between the two.
  EXPECT_LE(LinesIn(kept), LinesIn(shown_) + 1) << kept;
  EXPECT_GE(LinesIn(kept) + 1, LinesIn(shown_)) << kept;
  EXPECT_EQ(kept.find("\"footer\""), std::string::npos);

  const RunOutcome text = Loadline({"report", "render", file_});
  EXPECT_EQ(text.status.code, 4) << text.standard_output << text.standard_error;
  EXPECT_THAT(text.standard_output, testing::HasSubstr("\nnot finished: "));
  EXPECT_THAT(text.standard_error, testing::HasSubstr("the run was not finished: "));

  const auto report = nlohmann::json::parse(
      Loadline({"report", "render", file_, "--format", "json"}).standard_output);
  EXPECT_EQ(report["results"].size(), LinesIn(kept) - 1);
  EXPECT_GT(report["unfinished"]["planned"], report["results"].size());
  EXPECT_EQ(Loadline({"report", "merge", file_, file_}).status.code, 4);
  EXPECT_EQ(Loadline({"compare", file_}).status.code, 4);
  EXPECT_EQ(Loadline({"report", "diff", file_, file_}).status.code, 0);
}

// The third path is standard input, which never comes to its end.
class KilledValidate : public testing::Test {
 protected:
  void SetUp() override {
    const std::string bundles = LOADLINE_SOURCE_DIR "/cli/golden/files/";
    paths_ = {bundles + "bad", bundles + "good"};
    whole_ = nlohmann::json::parse(
        Loadline({"validate", paths_[0], paths_[1], "--format", "json"}).standard_output);
    directory_.emplace(TempDir::Make("killed").value());
    file_ = directory_->path() + "/run.jsonl";
    Pipe input = MakePipe().value();
    Pipe output = MakePipe().value();
    SpawnOptions options;
    options.argv = {kLoadline, "validate", paths_[0], paths_[1],  "-",
                    "--quiet", "--format", "jsonl",   "--report", "jsonl=" + file_};
    options.environment = CurrentEnvironment();
    options.standard_input = input.read.get();
    options.standard_output = output.write.get();
    ChildProcess child = ChildProcess::Spawn(options).value();
    output.write = UniqueFd();
    // A header, and what is known of both paths.
    shown_ = ReadLines(output.read.get(), 1 + 2 + whole_["results"].size());
    ASSERT_TRUE(child.Kill(SIGKILL).has_value());
    ASSERT_TRUE(child.Wait(Deadline::After(std::chrono::seconds(60))).value().has_value());
  }

  std::vector<std::string> paths_;
  nlohmann::json whole_;  // the report of both, in peace
  std::optional<TempDir> directory_;
  std::string file_;
  std::string shown_;  // on standard output
};

TEST_F(KilledValidate, LeavesThePathsThatWereJudged) {
  ASSERT_GT(whole_["results"].size(), 0U);
  // The file gets each line after standard output does.
  const std::string kept = ReadFile(file_).value();
  ASSERT_GE(LinesIn(kept) + 1, LinesIn(shown_)) << kept;
  EXPECT_EQ(kept.find("\"footer\""), std::string::npos);
  ASSERT_TRUE(WriteFileAtomically(file_, shown_).has_value());

  const auto report = nlohmann::json::parse(
      Loadline({"report", "render", file_, "--format", "json"}).standard_output);
  EXPECT_TRUE(report.contains("unfinished"));
  EXPECT_EQ(report["subjects"], whole_["subjects"]);
  EXPECT_EQ(report["results"], whole_["results"]);

  const RunOutcome text = Loadline({"report", "render", file_});
  EXPECT_EQ(text.status.code, 1) << text.standard_output << text.standard_error;
  EXPECT_THAT(text.standard_output, testing::HasSubstr(paths_[0] + ": not sound"));
  EXPECT_THAT(text.standard_output, testing::HasSubstr(paths_[1] + ": not finished"));
  EXPECT_THAT(text.standard_error,
              testing::HasSubstr("the run was not finished: 2 paths judged so far, "));
}

}  // namespace
}  // namespace loadline::cli
