// SPDX-License-Identifier: Apache-2.0
// seccomp filters: what the compiler takes, and the agent that is asked about calls of real
// containers.
#include <gmock/gmock.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "reference-runtime/seccomp_filter.h"
#include "reference-runtime/testing/bundle.h"

namespace loadline::runtime {
namespace {

using testing::HasSubstr;

TEST(CompileFilter, KnowsEveryWordOfTheFeatures) {
  for (const std::string& architecture : SeccompArchitectures()) {
    const auto filter =
        CompileFilter({{"defaultAction", "SCMP_ACT_ALLOW"}, {"architectures", {architecture}}});
    EXPECT_TRUE(filter.has_value()) << architecture << filter.error().ToLine();
  }
  EXPECT_EQ(SeccompArchitectures().size(), 23U);
  for (const std::string& flag : SeccompFlags()) {
    EXPECT_TRUE(CompileFilter({{"defaultAction", "SCMP_ACT_ALLOW"}, {"flags", {flag}}}).has_value())
        << flag;
  }
  for (const std::string& action : SeccompActions()) {
    if (action == "SCMP_ACT_NOTIFY") continue;
    const Json rule{{"names", {"uname", "a_call_of_tomorrow"}}, {"action", action}};
    const Json other = action == "SCMP_ACT_ALLOW" ? "SCMP_ACT_LOG" : "SCMP_ACT_ALLOW";
    const auto filter = CompileFilter({{"defaultAction", other}, {"syscalls", {rule}}});
    EXPECT_TRUE(filter.has_value()) << action;
    EXPECT_GT(filter->program.size(), 4U) << action;
  }
}

TEST(CompileFilter, OneOfTwoConditionsOnAnArgumentIsEnough) {
  const auto with = [](const Json& arguments) {
    const Json rule{{"names", {"personality"}}, {"action", "SCMP_ACT_ERRNO"}, {"args", arguments}};
    const auto filter = CompileFilter({{"defaultAction", "SCMP_ACT_ALLOW"}, {"syscalls", {rule}}});
    EXPECT_TRUE(filter.has_value());
    return filter.has_value() ? filter->program.size() : 0;
  };
  const Json first{{"index", 0}, {"value", 8}, {"op", "SCMP_CMP_EQ"}};
  const Json second{{"index", 0}, {"value", 9}, {"op", "SCMP_CMP_EQ"}};
  EXPECT_GT(with(Json::array({first, second})), with(Json::array({first})));
}

TEST(CompileFilter, RefusesWhatItCannotKeep) {
  const auto refusal = [](const Json& seccomp) {
    const auto filter = CompileFilter(seccomp);
    return filter.has_value() ? "none" : filter.error().ToLine();
  };
  EXPECT_THAT(refusal({{"defaultAction", "SCMP_ACT_ALLOW"}, {"architectures", {"SCMP_ARCH_Z80"}}}),
              HasSubstr("unknown architecture SCMP_ARCH_Z80"));
  EXPECT_THAT(refusal({{"defaultAction", "SCMP_ACT_ALLOW"}, {"flags", {"X"}}}),
              HasSubstr("unknown flag X"));
  EXPECT_THAT(refusal({{"defaultAction", "SCMP_ACT_NOTIFY"}}), HasSubstr("every call"));
  EXPECT_THAT(refusal({{"defaultAction", "SCMP_ACT_KILL"}, {"defaultErrnoRet", 1}}),
              HasSubstr("cannot return"));
  Json notify{{"defaultAction", "SCMP_ACT_ALLOW"},
              {"syscalls", {{{"names", {"uname"}}, {"action", "SCMP_ACT_NOTIFY"}}}}};
  EXPECT_THAT(refusal(notify), HasSubstr("without a listenerPath"));
  notify["syscalls"][0]["names"] = {"uname", "sendmsg"};
  EXPECT_THAT(refusal(notify), HasSubstr("about sendmsg"));
}

class Seccomp : public Bundle {
 protected:
  void SetUp() override {
    Bundle::SetUp();
    if (IsSkipped()) return;
    listener_ = UniqueFd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path("agent").copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(listen(listener_.get(), 4), 0);
    config["linux"]["seccomp"] = {
        {"defaultAction", "SCMP_ACT_ALLOW"},
        {"listenerPath", path("agent")},
        {"listenerMetadata", "of the ship"},
        {"syscalls", {{{"names", {"uname"}}, {"action", "SCMP_ACT_NOTIFY"}}}}};
  }

  // What came over one connection up to its end, and the descriptor that came with it.
  std::pair<Json, UniqueFd> Receive() {
    const UniqueFd connection(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    std::string text;
    UniqueFd descriptor;
    while (true) {
      char bytes[4096];
      iovec data{bytes, sizeof bytes};
      alignas(cmsghdr) char control[CMSG_SPACE(4 * sizeof(int))];
      msghdr message{};
      message.msg_iov = &data;
      message.msg_iovlen = 1;
      message.msg_control = control;
      message.msg_controllen = sizeof control;
      const ssize_t count = recvmsg(connection.get(), &message, MSG_CMSG_CLOEXEC);
      if (count <= 0) break;
      text.append(bytes, static_cast<size_t>(count));
      for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
           header = CMSG_NXTHDR(&message, header)) {
        EXPECT_EQ(header->cmsg_len, CMSG_LEN(sizeof(int))) << "one descriptor";
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
        descriptor = UniqueFd(fd);
      }
    }
    return {Json::parse(text, nullptr, false), std::move(descriptor)};
  }

  // Answers the next call that the agent is asked about with an errno.
  static void Answer(const UniqueFd& seccomp, int number) {
    seccomp_notif asked{};
    ASSERT_EQ(ioctl(seccomp.get(), SECCOMP_IOCTL_NOTIF_RECV, &asked), 0) << strerror(errno);
    seccomp_notif_resp answer{};
    answer.id = asked.id;
    answer.error = -number;
    ASSERT_EQ(ioctl(seccomp.get(), SECCOMP_IOCTL_NOTIF_SEND, &answer), 0) << strerror(errno);
  }

 private:
  UniqueFd listener_;
};

TEST_F(Seccomp, TheAgentGetsOneStateAndAnswers) {
  config["annotations"] = {{"a", "b"}};
  Args({"names"});
  ASSERT_EQ(Make("create", "a").code, 0);
  const int pid = State("a")["pid"];
  const loadline::runtime::Answer started = Runtime({"start", "a"});
  ASSERT_EQ(started.code, 0) << started.errors;
  const auto [state, seccomp] = Receive();
  EXPECT_EQ(state["ociVersion"], config["ociVersion"]);
  EXPECT_EQ(state["fds"], Json({"seccompFd"}));
  EXPECT_EQ(state["pid"], pid);
  EXPECT_EQ(state["metadata"], "of the ship");
  EXPECT_EQ(state["state"]["id"], "a");
  EXPECT_EQ(state["state"]["status"], "creating");
  EXPECT_EQ(state["state"]["pid"], pid);
  EXPECT_EQ(state["state"]["annotations"], config["annotations"]);
  Answer(seccomp, EACCES);
  WaitForEnd("a");
  EXPECT_EQ(Output(), "hostname  domainname \n");
}

TEST_F(Seccomp, ExecTellsOfItsOwnProcess) {
  config["linux"]["seccomp"].erase("listenerMetadata");
  Args({"wait"});
  ASSERT_EQ(Make("create", "a").code, 0);
  ASSERT_EQ(Runtime({"start", "a"}).code, 0);
  Receive();
  ASSERT_EQ(
      Runtime({"exec", "--detach", "--pid-file", path("pid"), "a", "/bin/payload", "wait"}).code,
      0);
  const auto [state, seccomp] = Receive();
  EXPECT_EQ(std::to_string(state["pid"].get<int>()), ReadFile(path("pid")).value());
  EXPECT_EQ(state["state"]["pid"], State("a")["pid"]);
  EXPECT_EQ(state["state"]["status"], "running");
  EXPECT_FALSE(state.contains("metadata"));
}

TEST_F(Seccomp, WithoutAnAgentNothingStarts) {
  std::filesystem::remove(path("agent"));
  Args({"ids"});
  EXPECT_THAT(Make("create", "a").errors, HasSubstr("seccomp: connect"));
  config["linux"]["seccomp"]["syscalls"][0]["action"] = "SCMP_ACT_LOG";
  config["linux"]["seccomp"]["flags"] = {"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"};
  EXPECT_EQ(Make("run", "a").code, 0) << "listenerPath is ignored, and so is the flag";
}

TEST_F(Seccomp, EverySupportedFlagCanBeUsed) {
  Args({"ids"});
  const Json features = Json::parse(Runtime({"features"}).output)["linux"]["seccomp"];
  EXPECT_FALSE(features["supportedFlags"].empty());
  for (const Json& flag : features["supportedFlags"]) {
    config["linux"]["seccomp"] = {{"defaultAction", "SCMP_ACT_ALLOW"}, {"flags", {flag}}};
    EXPECT_EQ(Make("run", "a").code, 0) << flag;
  }
}

}  // namespace
}  // namespace loadline::runtime
