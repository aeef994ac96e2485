// SPDX-License-Identifier: Apache-2.0
// What the end-to-end tests share: a bundle with a tiny program in it, and calls of the runtime.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/child_process.h"
#include "base/files.h"
#include "base/temp_dir.h"
#include "reference-runtime/cgroup.h"

namespace loadline::runtime {

using Json = nlohmann::json;

// What one call of the runtime did. What `create` and `run` print is the container's own: see
// Bundle::Output.
struct Answer {
  int code = -1;
  std::string errors;
  std::string output;
};

// The runtime of this build; safety/defences.py names another, from which a defence was taken out.
inline std::string RuntimeProgram() {
  const char* other = std::getenv("LOADLINE_TEST_RUNTIME");
  return other != nullptr ? other : LOADLINE_BINARY_DIR "/loadline-runtime";
}

class Bundle : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "making containers needs root";
    auto made = TempDir::Make("loadline-runtime-test-");
    ASSERT_TRUE(made.has_value()) << made.error().ToLine();
    directory_.emplace(std::move(*made));
    std::filesystem::create_directories(path("rootfs/bin"));
    std::filesystem::copy_file(LOADLINE_BINARY_DIR "/runtime_test_payload",
                               path("rootfs/bin/payload"));
    const Answer spec = Runtime({"spec", "--bundle", path("")});
    ASSERT_EQ(spec.code, 0) << spec.errors;
    config = Json::parse(ReadFile(path("config.json")).value());
    config["process"]["terminal"] = false;
  }

  void TearDown() override {
    for (const std::string& id : ids_) Runtime({"delete", "--force", id});
    if (!directory_) return;
    EXPECT_TRUE(std::filesystem::is_empty(path("root"))) << "state is left behind";
  }

  std::string path(const std::string& name) const { return directory_->path() + "/" + name; }

  void Args(const std::vector<std::string>& words) {
    config["process"]["args"] = {"/bin/payload"};
    for (const std::string& word : words) config["process"]["args"].push_back(word);
  }

  // Calls the runtime with these arguments after --root.
  Answer Runtime(const std::vector<std::string>& arguments,
                 std::vector<std::pair<int, int>> descriptors = {}) {
    std::filesystem::create_directories(path("root"));
    const bool makes =
        arguments[0] == "create" || arguments[0] == "run" || arguments[0] == "restore";
    // New files: what a detached process of an earlier call writes late is not in this answer.
    for (const char* name : {"answer", "errors"}) std::filesystem::remove(path(name));
    const UniqueFd output(makes ? open(path("output").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644)
                                : open(path("answer").c_str(), O_RDWR | O_CREAT | O_TRUNC, 0644));
    const UniqueFd errors(open(path("errors").c_str(), O_RDWR | O_CREAT | O_TRUNC, 0644));
    SpawnOptions options;
    options.argv = caller;
    for (const std::string& word : {runtime_program, std::string("--root"), path("root")})
      options.argv.push_back(word);
    options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
    options.standard_output = output.get();
    options.standard_error = errors.get();
    options.descriptors = std::move(descriptors);
    auto child = ChildProcess::Spawn(options);
    if (!child.has_value()) return {-1, child.error().ToLine()};
    auto ended = child->Wait(Deadline::After(std::chrono::seconds(30)));
    Answer answer;
    if (ended.has_value() && ended->has_value()) answer.code = (*ended)->code;
    answer.errors = ReadFile(path("errors")).value();
    if (!makes) answer.output = ReadFile(path("answer")).value();
    return answer;
  }

  // `create` or `run` of the bundle with the config as it is now.
  Answer Make(const std::string& verb, const std::string& id,
              const std::vector<std::string>& options = {}) {
    ids_.push_back(id);
    EXPECT_TRUE(WriteFileAtomically(path("config.json"), config.dump()).has_value());
    std::vector<std::string> arguments{verb, "--bundle", path("")};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.push_back(id);
    return Runtime(arguments);
  }

  // What the containers have printed since the last call.
  std::string Output() {
    auto text = ReadFile(path("output"));
    if (!text.has_value()) return "";
    std::filesystem::resize_file(path("output"), 0);
    return *text;
  }

  // Runs the payload with these words and returns what it printed.
  std::string RunPayload(const std::vector<std::string>& words) {
    Args(words);
    Output();
    const Answer answer = Make("run", "payload");
    EXPECT_EQ(answer.code, 0) << answer.errors;
    return Output();
  }

  Json State(const std::string& id) {
    const Answer answer = Runtime({"state", id});
    return answer.code == 0 ? Json::parse(answer.output) : Json{{"status", "none"}};
  }

  // Where the groups of a controller are on this host, with a / at the end; empty: nowhere.
  static std::string GroupsOf(const std::string& controller) {
    const auto hierarchies = FindHierarchies(false).value();
    for (const Hierarchy& hierarchy : hierarchies)
      if (hierarchy.Has(controller)) return hierarchy.mount_point + "/";
    const Hierarchy* unified = FindUnified(hierarchies);
    if (unified == nullptr) return "";
    const std::string offered = ReadFile(unified->mount_point + "/cgroup.controllers").value();
    // Every group of v2 has a freezer.
    const bool offers =
        controller == "freezer" || (" " + offered).find(" " + controller) != std::string::npos;
    return offers ? unified->mount_point + "/" : "";
  }

  // Waits until the container's process is gone.
  void WaitForEnd(const std::string& id) {
    const Json state = State(id);
    if (!state.contains("pid")) return;
    const UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, state["pid"].get<pid_t>(), 0)));
    if (pidfd) {
      auto ready = WaitFor(pidfd.get(), POLLIN, Deadline::After(std::chrono::seconds(30)));
      EXPECT_TRUE(ready.has_value() && *ready == Readiness::kReady);
    }
  }

  Json config;
  std::string runtime_program = RuntimeProgram();
  std::vector<std::string> caller;  // a command that calls the runtime, when the test does not

 private:
  std::optional<TempDir> directory_;
  std::vector<std::string> ids_;
};

}  // namespace loadline::runtime
