// SPDX-License-Identifier: Apache-2.0
// The six kinds of hooks, on real containers: when they run, what they are told, and what a failure
// does in which version of the standard.
#include "reference-runtime/testing/bundle.h"

namespace loadline::runtime {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class HooksRun : public Bundle {
 protected:
  // A hook that appends the state it is given to one log, which every namespace sees.
  Json Recorder(bool inside = false) const {
    const std::string root = inside ? "" : path("rootfs");
    return {{"path", root + "/bin/payload"}, {"args", {"hook", "append", root + "/log"}}};
  }

  Json Failing() const {
    return {{"path", path("rootfs/bin/payload")}, {"args", {"hook", "exit", "9"}}};
  }

  // The statuses of the states in the log, in order; empties the log.
  std::vector<std::string> Recorded() {
    std::vector<std::string> statuses;
    auto text = ReadFile(path("rootfs/log"));
    if (!text.has_value()) return statuses;
    size_t at = 0;
    while ((at = text->find("\"status\": \"", at)) != std::string::npos) {
      at += 11;
      statuses.push_back(text->substr(at, text->find('"', at) - at));
    }
    std::filesystem::remove(path("rootfs/log"));
    return statuses;
  }

  void SetUp() override {
    Bundle::SetUp();
    if (IsSkipped()) return;
    config["root"]["readonly"] = false;
    Args({"names"});
  }
};

TEST_F(HooksRun, AllSixInTheirOrder) {
  config["hooks"] = {{"prestart", {Recorder()}},        {"createRuntime", {Recorder()}},
                     {"createContainer", {Recorder()}}, {"startContainer", {Recorder(true)}},
                     {"poststart", {Recorder()}},       {"poststop", {Recorder()}}};
  const Answer created = Make("create", "a");
  ASSERT_EQ(created.code, 0) << created.errors;
  EXPECT_THAT(Recorded(), ElementsAre("creating", "creating", "creating"));
  const Answer started = Runtime({"start", "a"});
  EXPECT_EQ(started.code, 0) << started.errors;
  EXPECT_THAT(Recorded(), ElementsAre("created", "running"));
  WaitForEnd("a");
  EXPECT_EQ(Runtime({"delete", "a"}).code, 0);
  EXPECT_THAT(Recorded(), ElementsAre("stopped"));
}

TEST_F(HooksRun, ThePidIsTheOneOfTheHooksNamespace) {
  config["hooks"] = {{"createRuntime", {Recorder()}}};
  ASSERT_EQ(Make("create", "a").code, 0);
  const Json outside = Json::parse(ReadFile(path("rootfs/log")).value());
  EXPECT_EQ(outside["pid"], State("a")["pid"]);
  std::filesystem::remove(path("rootfs/log"));
  config["hooks"] = {{"startContainer", {Recorder(true)}}};
  ASSERT_EQ(Make("run", "b").code, 0);
  EXPECT_EQ(Json::parse(ReadFile(path("rootfs/log")).value())["pid"], 1);
}

TEST_F(HooksRun, PrestartHooksWaitForStartBefore11) {
  config["ociVersion"] = "1.0.2";
  config["hooks"] = {{"prestart", {Recorder()}}};
  ASSERT_EQ(Make("create", "a").code, 0);
  EXPECT_THAT(Recorded(), ElementsAre());
  ASSERT_EQ(Runtime({"start", "a"}).code, 0);
  EXPECT_THAT(Recorded(), ElementsAre("created"));
}

TEST_F(HooksRun, AFailureBeforeStartEndsTheContainer) {
  for (const std::string kind : {"prestart", "createRuntime", "createContainer"}) {
    config["hooks"] = {{kind, {Recorder(), Failing(), Recorder()}}, {"poststop", {Recorder()}}};
    const Answer created = Make("create", "a");
    EXPECT_EQ(created.code, 1) << kind;
    EXPECT_THAT(created.errors, HasSubstr("exit status 9")) << kind;
    EXPECT_THAT(Recorded(), ElementsAre("creating", "stopped")) << kind;
    EXPECT_EQ(State("a")["status"], "none") << kind;
  }
}

TEST_F(HooksRun, AFailingStartContainerHookKeepsTheProgramFromRunning) {
  config["hooks"] = {{"startContainer", {{{"path", "/bin/payload"}, {"args", {"h", "exit", "9"}}}}},
                     {"poststop", {Recorder()}}};
  ASSERT_EQ(Make("create", "a").code, 0);
  Output();
  EXPECT_EQ(Runtime({"start", "a"}).code, 1);
  EXPECT_EQ(Output(), "");
  EXPECT_THAT(Recorded(), ElementsAre("stopped"));
  EXPECT_EQ(State("a")["status"], "none");
}

TEST_F(HooksRun, AFailingPoststartHookIsAWarningBefore13) {
  config["hooks"] = {{"poststart", {Failing(), Recorder()}}};
  Args({"wait"});
  config["ociVersion"] = "1.2.1";
  ASSERT_EQ(Make("create", "a").code, 0);
  const Answer started = Runtime({"start", "a"});
  EXPECT_EQ(started.code, 0);
  EXPECT_THAT(started.errors, HasSubstr("warning: poststart"));
  EXPECT_THAT(Recorded(), ElementsAre("running"));
  EXPECT_EQ(State("a")["status"], "running");
}

TEST_F(HooksRun, AFailingPoststartHookEndsTheContainerSince13) {
  config["hooks"] = {{"poststart", {Failing(), Recorder()}}};
  Args({"wait"});
  ASSERT_EQ(Make("create", "a").code, 0);
  EXPECT_EQ(Runtime({"start", "a"}).code, 1);
  EXPECT_THAT(Recorded(), ElementsAre());
  EXPECT_EQ(State("a")["status"], "none");
}

TEST_F(HooksRun, AFailingPoststopHookIsAWarning) {
  config["hooks"] = {{"poststop", {Failing(), Recorder()}}};
  const Answer ran = Make("run", "a");
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.errors, HasSubstr("warning: poststop"));
  EXPECT_THAT(Recorded(), ElementsAre("stopped"));
}

TEST_F(HooksRun, AHookThatTakesTooLongIsAFailure) {
  config["hooks"] = {
      {"createRuntime",
       {{{"path", path("rootfs/bin/payload")}, {"args", {"hook", "wait"}}, {"timeout", 1}}}}};
  const Answer created = Make("create", "a");
  EXPECT_EQ(created.code, 1);
  EXPECT_THAT(created.errors, HasSubstr("longer than its timeout of 1 s"));
}

}  // namespace
}  // namespace loadline::runtime
