// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/equivalence/allowances.h"

#include <gmock/gmock.h>

#include <set>

namespace loadline::conformance::equivalence {
namespace {

using reports::Verdict;
using testing::EndsWith;
using testing::HasSubstr;

TEST(Allowances, AreNamedOnceAndExcuseSomething) {
  std::set<std::string> names;
  for (const Allowance& allowance : AllAllowances()) {
    EXPECT_TRUE(names.insert(NameOf(allowance.property)).second) << allowance.property;
    EXPECT_FALSE(allowance.excused.empty()) << allowance.property;
  }
  EXPECT_TRUE(names.contains("cap-sys-admin"));
  EXPECT_TRUE(names.contains("namespace-pid"));
  EXPECT_TRUE(names.contains("hostname"));
  EXPECT_FALSE(names.contains("kernel")) << "nothing in a configuration declares that";
}

TEST(Allowances, EachIsUsedByEachBehaviour) {
  EXPECT_EQ(JudgeUse("CAP_KILL", {{"a", "ok", "EPERM", "EPERM"}, {"b", "no", "EACCES", "EACCES"}})
                .verdict,
            Verdict::kPass);
  EXPECT_EQ(JudgeUse("/hostname", {{"a", "cell", "cell", "there"}}).verdict, Verdict::kPass);
}

TEST(Allowances, UseByOneDoesNotCoverAnother) {
  const Judgement use =
      JudgeUse("CAP_KILL", {{"used", "ok", "EPERM", "EPERM"}, {"not", "ok", "EPERM", "ok"}});
  EXPECT_EQ(use.verdict, Verdict::kFail);
  EXPECT_THAT(use.message, EndsWith("as natively all the same answers not"));
  EXPECT_EQ(JudgeUse("namespace:pid", {{"a", "no", "no", "yes"}, {"b", "no", "no", "no"}}).verdict,
            Verdict::kFail);
}

TEST(Allowances, ADifferenceThatTheCapabilityDoesNotMakeIsNoUse) {
  const Judgement use = JudgeUse("CAP_KILL", {{"a", "ok", "EPERM", "ENOSYS"}});
  EXPECT_EQ(use.verdict, Verdict::kFail);
  EXPECT_EQ(use.message, "a answers \"ENOSYS\" and natively without CAP_KILL \"EPERM\"");
}

TEST(Allowances, WhatMakesNoDifferenceNativelyIsNoEvidence) {
  const Answers silent{"silent", "no", "no", "EPERM"};
  EXPECT_EQ(JudgeUse("CAP_KILL", {silent}).verdict, Verdict::kEnvironment);
  EXPECT_EQ(JudgeUse("CAP_KILL", {silent, {"a", "ok", "EPERM", "ok"}}).verdict, Verdict::kFail);
  EXPECT_EQ(JudgeUse("CAP_KILL", {silent, {"a", "ok", "EPERM", "EPERM"}}).verdict, Verdict::kPass);
}

TEST(Allowances, WhatTheCandidateGivesAllTheSameIsUnused) {
  const Judgement use =
      JudgeUse("CAP_KILL", {{"a", "ok", "EPERM", "ok"}, {"b", "no", "EPERM", "no"}});
  EXPECT_EQ(use.verdict, Verdict::kFail);
  EXPECT_THAT(use.message, HasSubstr("CAP_KILL"));
  EXPECT_THAT(use.message, HasSubstr("a, b"));
  EXPECT_EQ(JudgeUse("namespace:pid", {{"a", "no", "no", "no"}}).verdict, Verdict::kFail);
}

TEST(Allowances, WhatMakesNoDifferenceNativelyIsTheHosts) {
  const Judgement use = JudgeUse("CAP_SYS_RESOURCE", {{"a", "EPERM", "EPERM", "EPERM"}});
  EXPECT_EQ(use.verdict, Verdict::kEnvironment);
  EXPECT_THAT(use.message, HasSubstr("makes no difference on this host"));
}

}  // namespace
}  // namespace loadline::conformance::equivalence
