// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/equivalence/program_answers.h"

#include <gtest/gtest.h>

#include <set>

#include "conformance/batteries/equivalence/programs.h"
#include "conformance/host/examinations.h"

namespace loadline::conformance::equivalence {
namespace {

using nlohmann::json;

json Answer(const std::string& output, const std::string& end = "exit 0",
            const json& files = json::object()) {
  return {{"end", end}, {"output", output}, {"errors", ""}, {"files", files}};
}

TEST(FirstDifference, IsEmptyForTheSame) {
  EXPECT_EQ(FirstDifference(Answer("a\n"), Answer("a\n")), "");
}

TEST(FirstDifference, NamesTheLine) {
  EXPECT_EQ(FirstDifference(Answer("a\nb\nc\n"), Answer("a\nx\nc\n")),
            "line 2 of the output: natively \"b\", in the container \"x\"");
  EXPECT_EQ(FirstDifference(Answer("a\nb\n"), Answer("a\n")),
            "line 2 of the output: natively \"b\", in the container nothing");
  EXPECT_EQ(FirstDifference(Answer("a"), Answer("a\n")),
            "the last line of the output: natively \"a\", in the container \"a\\n\"");
}

TEST(FirstDifference, NamesTheEndAndTheFile) {
  EXPECT_EQ(FirstDifference(Answer("a"), Answer("a", "SIGSYS")),
            "the end: natively \"exit 0\", in the container \"SIGSYS\"");
  EXPECT_EQ(FirstDifference(Answer("", "exit 0", {{"f", {{"mode", "0644"}}}}), Answer("")),
            "the file f: natively {\"mode\":\"0644\"}, in the container nothing");
}

TEST(Programs, AreNamedOnceAndNeedWhatAHostCanBeAskedFor) {
  std::set<std::string> names;
  for (const ProgramGroup& group : AllProgramGroups()) {
    EXPECT_NE(FindExamination(group.need), nullptr) << group.need;
    EXPECT_FALSE(group.words.empty()) << group.name;
    for (const Program& program : group.programs)
      EXPECT_TRUE(names.insert(std::string(group.name) + "/" + program.name).second)
          << program.name << " stands twice";
  }
  EXPECT_GE(names.size(), 150u);
}

}  // namespace
}  // namespace loadline::conformance::equivalence
