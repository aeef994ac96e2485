// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/equivalence/compare.h"

#include <gtest/gtest.h>

#include "conformance/probe/behaviour.h"

namespace loadline::conformance::equivalence {
namespace {

using nlohmann::json;

const json kConfig = {{"process", {{"capabilities", {{"effective", {"CAP_KILL"}}}}}},
                      {"hostname", "there"},
                      {"linux", {{"namespaces", {{{"type", "pid"}}}}}}};

TEST(Compare, TheSameIsEqual) {
  const Difference same = Compare("", "ok", "ok", kConfig);
  EXPECT_TRUE(same.equal);
  EXPECT_FALSE(same.declared);
}

TEST(Compare, WhatNothingDeclaresIsAFinding) {
  const Difference difference = Compare("", "ok", "EPERM", kConfig);
  EXPECT_FALSE(difference.equal || difference.declared);
  EXPECT_EQ(difference.message, "natively \"ok\", in the container \"EPERM\"");
}

TEST(Compare, AMissingCapabilityDeclaresWhatIsSeenNativelyWithoutIt) {
  const Difference difference = Compare("CAP_SYS_ADMIN", "ok", "EPERM", kConfig, "EPERM");
  EXPECT_FALSE(difference.equal);
  EXPECT_TRUE(difference.declared);
}

TEST(Compare, ARefusalThatNoMissingCapabilityExplainsIsAFinding) {
  const Difference difference = Compare("CAP_SYS_ADMIN", "ok", "EPERM", kConfig, "ok");
  EXPECT_FALSE(difference.equal || difference.declared);
  EXPECT_EQ(difference.message,
            "natively \"ok\" (without CAP_SYS_ADMIN "
            "\"ok\"), in the container \"EPERM\"");
  EXPECT_FALSE(Compare("CAP_SYS_ADMIN", "ok", "ENOSYS", kConfig, "EPERM").declared);
  EXPECT_FALSE(Compare("CAP_SYS_ADMIN", "ok", "EPERM", kConfig).declared) << "nobody was asked";
}

TEST(Compare, AGrantedCapabilityDeclaresNothing) {
  EXPECT_FALSE(IsMissingCapability("CAP_KILL", kConfig));
  EXPECT_FALSE(Compare("CAP_KILL", "ok", "EPERM", kConfig, "EPERM").declared);
  EXPECT_FALSE(Compare("CAP_SYS_ADMIN", "ok", "EPERM", json::object(), "EPERM").declared);
}

TEST(Compare, InAUserNamespaceWhatIsOfTheHostIsMissing) {
  json config = {{"process", {{"capabilities", {{"effective", {"CAP_KILL", "CAP_MKNOD"}}}}}}};
  EXPECT_FALSE(IsMissingCapability("CAP_MKNOD", config));
  EXPECT_EQ(CapabilitiesOfUse(config), json({{"effective", {"CAP_KILL", "CAP_MKNOD"}}}));
  config["linux"] = {{"namespaces", {{{"type", "user"}}}}};
  EXPECT_TRUE(IsMissingCapability("CAP_MKNOD", config));
  EXPECT_TRUE(Compare("CAP_MKNOD", "ok", "EPERM", config, "EPERM").declared);
  EXPECT_EQ(CapabilitiesOfUse(config), json({{"effective", json::array({"CAP_KILL"})}}));
}

TEST(Compare, ANamespaceAndAPropertyHaveToBeThere) {
  EXPECT_TRUE(Compare("namespace:pid", "no", "yes", kConfig).declared);
  EXPECT_FALSE(Compare("namespace:uts", "no", "yes", kConfig).declared);
  EXPECT_TRUE(Compare("/hostname", "cell", "there", kConfig).declared);
  EXPECT_FALSE(Compare("/domainname", "a", "b", kConfig).declared);
}

TEST(Compare, WhatIsOfTheKernelIsAFindingWhereThereIsOneKernel) {
  EXPECT_FALSE(Compare(probe::kOfTheKernel, "ok", "EINVAL", kConfig).declared);
}

}  // namespace
}  // namespace loadline::conformance::equivalence
