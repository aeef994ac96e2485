// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/chance.h"

#include <gmock/gmock.h>

#include "conformance/batteries/normalised.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

json Seen(const std::string& id, const json& hooks = {"a", "b"}) {
  return {{"environ", {{"uuid", id}, {"HOME", "/"}}}, {"hooks", hooks}, {"pid", 1}};
}

const Chance kIds(Seen("first"), Seen("second"));

std::vector<std::string> Evidence(const Chance& chance, const json& expected, const json& seen) {
  return Differences(chance.Marked(expected), chance.Marked(seen));
}

TEST(Chance, WhatTwoDoNotAgreeOnIsNoEvidenceAndIsTold) {
  EXPECT_THAT(kIds.differences(), ElementsAre("/environ/uuid is \"second\" instead of \"first\""));
  EXPECT_THAT(Evidence(kIds, Seen("first"), Seen("third")), IsEmpty());
  EXPECT_TRUE(kIds.IsNewIn(Seen("third")));
}

TEST(Chance, AllElseStaysEvidence) {
  json seen = Seen("third", {"b", "a"});
  seen["environ"]["HOME"] = "/root";
  seen["environ"]["USER"] = "root";
  EXPECT_THAT(Evidence(kIds, Seen("first"), seen),
              testing::UnorderedElementsAre("/environ/HOME is \"/root\" instead of \"/\"",
                                            "/environ/USER is \"root\" instead of nothing",
                                            "/hooks/0 is \"b\" instead of \"a\"",
                                            "/hooks/1 is \"a\" instead of \"b\""));
  EXPECT_THAT(Evidence(Chance(), Seen("first"), Seen("third")), testing::SizeIs(1));
}

TEST(Chance, ThatThereIsSomethingCounts) {
  json without = Seen("third");
  without["environ"].erase("uuid");
  EXPECT_THAT(Evidence(kIds, Seen("first"), without), testing::SizeIs(1));
  json of_another_type = Seen("third");
  of_another_type["environ"] = "no answer";
  EXPECT_THAT(Evidence(kIds, Seen("first"), of_another_type), testing::SizeIs(1));
  EXPECT_FALSE(kIds.IsNewIn(of_another_type));
}

TEST(Chance, NamesMayBeLeftToItToo) {
  const auto mounts = [](const char* name) { return json{{"/", "root"}, {name, "tmpfs"}}; };
  const Chance names(mounts("/.first"), mounts("/.second"));
  EXPECT_THAT(Evidence(names, mounts("/.first"), mounts("/.third")), IsEmpty());
  EXPECT_TRUE(names.IsNewIn(mounts("/.third")));
  EXPECT_FALSE(names.IsNewIn(mounts("/.second")));
  EXPECT_THAT(Evidence(names, mounts("/.first"), {{"/", "other"}}), testing::SizeIs(1));
}

TEST(Chance, WhatIsSeenAgainComesAndGoes) {
  const Chance order(Seen("one", {"a", "b"}), Seen("one", {"b", "a"}));
  EXPECT_THAT(Evidence(order, Seen("one", {"a", "b"}), Seen("one", {"b", "a"})), IsEmpty());
  EXPECT_FALSE(order.IsNewIn(Seen("one", {"a", "b"})));
  EXPECT_FALSE(order.IsNewIn(Seen("one", {"b", "a"})));
  const Chance answers(Seen("one"), "no answer");
  EXPECT_FALSE(answers.IsNewIn(Seen("two")));
}

}  // namespace
}  // namespace loadline::conformance
