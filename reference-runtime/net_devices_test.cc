// SPDX-License-Identifier: Apache-2.0
// Network devices that move into real containers. The test has a network namespace of its own, with
// a tap device in it.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/if_tun.h>
#include <linux/ipv6.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>

#include "reference-runtime/testing/bundle.h"

namespace loadline::runtime {
namespace {

using testing::HasSubstr;
using testing::Not;

class NetDevices : public Bundle {
 protected:
  void SetUp() override {
    Bundle::SetUp();
    if (IsSkipped()) return;
    caller_ = UniqueFd(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    ASSERT_EQ(unshare(CLONE_NEWNET), 0);
    socket_ = UniqueFd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!MakeTap("wave0")) GTEST_SKIP() << "this host makes no tap devices";
    Configure();
    config["linux"]["netDevices"] = {{"wave0", {{"name", "deck0"}}}};
  }

  void TearDown() override {
    Bundle::TearDown();
    if (caller_) {
      EXPECT_EQ(setns(caller_.get(), CLONE_NEWNET), 0);
    }
  }

  static bool MakeTap(const char* name) {
    const UniqueFd tun(open("/dev/net/tun", O_RDWR | O_CLOEXEC));
    ifreq request{};
    std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    return tun && ioctl(tun.get(), TUNSETIFF, &request) == 0 &&
           ioctl(tun.get(), TUNSETPERSIST, 1) == 0;
  }

  // 192.0.2.7/24 and 2001:db8::7/64, MTU 1400, up.
  void Configure() {
    ifreq request{};
    std::strcpy(request.ifr_name, "wave0");
    auto* address = reinterpret_cast<sockaddr_in*>(&request.ifr_addr);
    address->sin_family = AF_INET;
    inet_pton(AF_INET, "192.0.2.7", &address->sin_addr);
    ASSERT_EQ(ioctl(socket_.get(), SIOCSIFADDR, &request), 0);
    inet_pton(AF_INET, "255.255.255.0", &address->sin_addr);
    ASSERT_EQ(ioctl(socket_.get(), SIOCSIFNETMASK, &request), 0);
    request.ifr_mtu = 1400;
    ASSERT_EQ(ioctl(socket_.get(), SIOCSIFMTU, &request), 0);
    in6_ifreq six{};
    six.ifr6_prefixlen = 64;
    six.ifr6_ifindex = static_cast<int>(if_nametoindex("wave0"));
    inet_pton(AF_INET6, "2001:db8::7", &six.ifr6_addr);
    const UniqueFd socket6(socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    has_ipv6_ = socket6 && ioctl(socket6.get(), SIOCSIFADDR, &six) == 0;
    request.ifr_flags = IFF_UP;
    ASSERT_EQ(ioctl(socket_.get(), SIOCSIFFLAGS, &request), 0);
  }

  bool has_ipv6_ = false;
  UniqueFd socket_;

 private:
  UniqueFd caller_;
};

TEST_F(NetDevices, MoveWithNewNameAddressesAndAttributesAndAreUp) {
  const std::string seen = RunPayload({"list", "/sys/class/net", "cat", "/sys/class/net/deck0/mtu",
                                       "cat", "/sys/class/net/deck0/flags", "cat",
                                       "/proc/net/fib_trie", "cat", "/proc/net/if_inet6"});
  EXPECT_THAT(seen, HasSubstr("deck0"));
  EXPECT_THAT(seen, Not(HasSubstr("wave0")));
  EXPECT_THAT(seen, HasSubstr("1400\n0x3\n"));  // up, broadcast
  EXPECT_THAT(seen, HasSubstr("192.0.2.7"));
  EXPECT_THAT(seen, HasSubstr("192.0.2.0/24"));
  if (has_ipv6_) {
    EXPECT_THAT(seen, HasSubstr("20010db8000000000000000000000007"));
  }
  EXPECT_EQ(if_nametoindex("wave0"), 0U) << "it is still here";
}

TEST_F(NetDevices, KeepItsNameWithoutAnother) {
  config["linux"]["netDevices"] = {{"wave0", Json::object()}};
  EXPECT_THAT(RunPayload({"list", "/sys/class/net"}), HasSubstr("wave0"));
}

TEST_F(NetDevices, GetANumberFromTheKernelWhereTheNameIsATemplate) {
  ASSERT_TRUE(MakeTap("wave1"));
  config["linux"]["netDevices"] = {{"wave0", {{"name", "deck%d"}}},
                                   {"wave1", {{"name", "deck%d"}}}};
  const std::string seen = RunPayload({"list", "/sys/class/net"});
  EXPECT_THAT(seen, HasSubstr("deck0"));
  EXPECT_THAT(seen, HasSubstr("deck1"));
}

TEST_F(NetDevices, StayWhereTheyAreWhenTheNameIsTaken) {
  Args({"ids"});
  config["linux"]["netDevices"] = {{"wave0", {{"name", "lo"}}}};
  const Answer taken = Make("create", "a");
  EXPECT_EQ(taken.code, 1);
  EXPECT_THAT(taken.errors, HasSubstr("has a network device lo already"));
  EXPECT_NE(if_nametoindex("wave0"), 0U);
  config["linux"]["netDevices"] = {{"absent", Json::object()}};
  EXPECT_THAT(Make("create", "a").errors, HasSubstr("there is no network device absent"));
  config["linux"]["netDevices"] = {{"lo", {{"name", "other"}}}};
  EXPECT_THAT(Make("create", "a").errors, HasSubstr("moving lo"));
}

TEST_F(NetDevices, StayWithoutTheStage) {
  Args({"list", "/sys/class/net"});
  EXPECT_EQ(Make("run", "a", {"--without-stage", "network-devices"}).code, 0);
  EXPECT_THAT(Output(), Not(HasSubstr("deck0")));
  EXPECT_NE(if_nametoindex("wave0"), 0U);
}

TEST_F(NetDevices, MoveIntoAContainerWithAUserNamespace) {
  config["linux"]["namespaces"].push_back({{"type", "user"}});
  config["linux"]["uidMappings"] = {{{"containerID", 0}, {"hostID", 100000}, {"size", 65536}}};
  config["linux"]["gidMappings"] = config["linux"]["uidMappings"];
  std::filesystem::permissions(path(""), std::filesystem::perms(0755));
  ASSERT_EQ(chown(path("rootfs").c_str(), 100000, 100000), 0);
  EXPECT_THAT(RunPayload({"cat", "/proc/net/fib_trie"}), HasSubstr("192.0.2.7"));
}

}  // namespace
}  // namespace loadline::runtime
