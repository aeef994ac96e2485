// SPDX-License-Identifier: Apache-2.0
// The options of create and run, on real containers.
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "reference-runtime/testing/bundle.h"

namespace loadline::runtime {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Making : public Bundle {
 protected:
  UniqueFd Listen(const std::string& name) {
    UniqueFd listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path(name).copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listener.get(), 1), 0);
    return listener;
  }

  // The descriptor that somebody has sent; -1 when nobody has.
  static UniqueFd Take(const UniqueFd& listener) {
    const UniqueFd connection(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    char bytes[64];
    iovec data{bytes, sizeof bytes};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    if (recvmsg(connection.get(), &message, MSG_CMSG_CLOEXEC) <= 0) return UniqueFd();
    int fd = -1;
    if (const cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr)
      std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
    return UniqueFd(fd);
  }

  static std::string PidOf(const UniqueFd& pidfd) {
    const std::string info = ReadFile("/proc/self/fdinfo/" + std::to_string(pidfd.get())).value();
    const size_t at = info.find("\nPid:\t");
    return at == std::string::npos ? "none" : info.substr(at + 6, info.find('\n', at + 1) - at - 6);
  }
};

TEST_F(Making, APidfdGoesToItsSocket) {
  Args({"wait"});
  const UniqueFd listener = Listen("pidfd");
  const Answer created = Make("create", "a", {"--pidfd-socket", path("pidfd")});
  ASSERT_EQ(created.code, 0) << created.errors;
  EXPECT_EQ(PidOf(Take(listener)), std::to_string(State("a")["pid"].get<int>()));

  ASSERT_EQ(Runtime({"start", "a"}).code, 0);
  const Answer executed = Runtime({"exec", "--detach", "--pid-file", path("pid"), "--pidfd-socket",
                                   path("pidfd"), "a", "/bin/payload", "wait"});
  ASSERT_EQ(executed.code, 0) << executed.errors;
  EXPECT_EQ(PidOf(Take(listener)), ReadFile(path("pid")).value());
}

TEST_F(Making, APidfdThatNobodyTakesIsAnError) {
  Args({"wait"});
  EXPECT_EQ(Make("create", "a", {"--pidfd-socket", path("nothing")}).code, 1);
  EXPECT_EQ(State("a")["status"], "none");
}

TEST_F(Making, ItsSessionKeyringIsItsOwn) {
  Args({"keyring"});
  ASSERT_EQ(Make("run", "a").code, 0);
  EXPECT_THAT(Output(), HasSubstr(";_ses.a."));
  Args({"wait"});
  ASSERT_EQ(Make("run", "a", {"--detach"}).code, 0);
  EXPECT_THAT(Runtime({"exec", "a", "/bin/payload", "keyring"}).output, HasSubstr(";_ses.a."));
}

TEST_F(Making, TheCallersKeyringCanBeKept) {
  Args({"keyring"});
  ASSERT_EQ(Make("run", "a", {"--no-new-keyring"}).code, 0);
  EXPECT_THAT(Output(), testing::Not(HasSubstr("_ses.a")));
  Args({"wait"});
  ASSERT_EQ(Make("run", "a", {"--detach", "--no-new-keyring"}).code, 0);
  EXPECT_THAT(Runtime({"exec", "a", "/bin/payload", "keyring"}).output,
              testing::Not(HasSubstr("_ses.a")));
}

TEST_F(Making, WithoutPivotNothingOfTheCallerIsMounted) {
  Args({"cat", "/proc/self/mountinfo", "list", "/", "cat", path("config.json")});
  const Answer ran = Make("run", "a", {"--no-pivot"});
  ASSERT_EQ(ran.code, 0) << ran.errors;
  const std::string output = Output();
  EXPECT_THAT(output, HasSubstr("/rootfs / ro"));
  EXPECT_THAT(output, testing::Not(HasSubstr("/sys/fs/cgroup")));
  EXPECT_THAT(output, HasSubstr(path("config.json") + ": errno 2"));
  EXPECT_THAT(output, HasSubstr(" bin "));
}

TEST_F(Making, ExecFindsARootThatWasMoved) {
  Args({"wait"});
  ASSERT_EQ(Make("run", "a", {"--detach", "--no-pivot"}).code, 0);
  const Answer executed = Runtime({"exec", "a", "/bin/payload", "list", "/bin"});
  EXPECT_EQ(executed.output, "payload \n") << executed.errors;
}

TEST_F(Making, ARunContainerCanBeKept) {
  Args({"exit", "3"});
  EXPECT_EQ(Make("run", "a", {"--keep"}).code, 3);
  EXPECT_EQ(State("a")["status"], "stopped");
  EXPECT_EQ(Runtime({"delete", "a"}).code, 0);
  EXPECT_EQ(Make("run", "a").code, 3);
  EXPECT_EQ(State("a")["status"], "none");
}

TEST_F(Making, HomeIsThatOfTheUser) {
  std::filesystem::create_directories(path("rootfs/etc"));
  ASSERT_TRUE(
      WriteFileAtomically(path("rootfs/etc/passwd"), "web:x:33:34::/srv:/bin/sh\n").has_value());
  config["process"]["user"]["uid"] = 33;
  EXPECT_THAT(RunPayload({"environment"}), HasSubstr("HOME=/srv\n"));
  config["process"]["user"]["uid"] = 34;
  EXPECT_THAT(RunPayload({"environment"}), HasSubstr("HOME=/\n"));
  config["process"]["env"].push_back("HOME=/own");
  EXPECT_THAT(RunPayload({"environment"}), HasSubstr("HOME=/own\n"));
}

TEST_F(Making, DescriptorsThatAreNotThereCannotBeKept) {
  Args({"list", "/proc/self/fd"});
  EXPECT_EQ(Make("run", "a", {"--preserve-fds", "500"}).code, 1);
  EXPECT_EQ(Make("run", "a", {"--preserve-fds", "x"}).code, 1);
}

TEST_F(Making, RootlessIsOneOfThreeWords) {
  Args({"ids"});
  EXPECT_EQ(Runtime({"--rootless", "perhaps", "list"}).code, 1);
  EXPECT_EQ(Runtime({"--rootless=auto", "list"}).code, 0);
}

TEST_F(Making, ASpecForCallersWithoutRightsHasTheirIds) {
  std::filesystem::create_directories(path("spec"));
  ASSERT_EQ(Runtime({"spec", "--rootless", "--bundle", path("spec")}).code, 0);
  const Json spec = Json::parse(ReadFile(path("spec/config.json")).value());
  EXPECT_EQ(spec["linux"]["uidMappings"],
            Json::parse(R"([{"containerID": 0, "hostID": )" + std::to_string(geteuid()) +
                        R"(, "size": 1}])"));
  EXPECT_THAT(spec["linux"]["namespaces"].dump(), HasSubstr("user"));
  EXPECT_THAT(spec["linux"]["namespaces"].dump(), testing::Not(HasSubstr("network")));
  // It is one that this runtime runs.
  config = spec;
  config["process"]["terminal"] = false;
  EXPECT_THAT(RunPayload({"ids"}), StartsWith("uid 0 gid 0"));
}

}  // namespace
}  // namespace loadline::runtime
