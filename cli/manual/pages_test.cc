// SPDX-License-Identifier: Apache-2.0
#include "cli/manual/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/temp_dir.h"

namespace loadline::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

CommandTree PageSample() {
  CommandTree verb{"weigh", "how heavy is it?", "", {}, {}, {}};
  verb.options.push_back(
      {{"-f", "--format"}, "FORMAT", {"text", "json"}, "how to say it", false, false});
  verb.options.push_back({{"--unit"}, "UNIT", {"kg", "lb"}, "kg or lb", false, false});
  verb.words.push_back({{"paths"}, "PATH", {}, "what", true, true});
  return {"loadline", "a scale", "Examples:\n  loadline weigh .\n\nExit status: 0 light, 1 heavy",
          {},         {},        {verb}};
}

TEST(ManualPages, OneOfTheProgramAndOneOfEachVerb) {
  const auto pages = ManualPages(PageSample(), "/nonexistent", "2026-01-02");
  ASSERT_EQ(pages.size(), 2u);
  EXPECT_EQ(pages[0].name, "loadline");
  EXPECT_THAT(pages[0].text, HasSubstr("loadline\\-weigh(1)"));
  EXPECT_THAT(pages[0].text,
              HasSubstr(".SH \"EXIT STATUS\"\n.TP\n\\fB0\\fR\nlight\n.TP\n\\fB1\\fR\nheavy\n"));
  EXPECT_THAT(pages[0].text, HasSubstr(".EX\nloadline weigh .\n.EE"));
  EXPECT_EQ(pages[1].name, "loadline-weigh");
  EXPECT_THAT(pages[1].text, HasSubstr("\\fBloadline weigh\\fR \\fI[OPTION]... PATH...\\fR"));
}

TEST(ManualPages, ChoicesAreNamedOnce) {
  const std::string text = ManualPages(PageSample(), "/nonexistent", "2026-01-02")[1].text;
  EXPECT_THAT(text, HasSubstr("how to say it: text, json\n"));
  EXPECT_THAT(text, HasSubstr("\nkg or lb\n"));
}

TEST(ManualPages, ProseFollowsTheOptions) {
  const auto directory = TempDir::Make("prose").value();
  ASSERT_TRUE(
      WriteFileAtomically(directory.path() + "/loadline-weigh.man", ".SH EXAMPLES\nof use\n")
          .has_value());
  const std::string text = ManualPages(PageSample(), directory.path(), "2026-01-02")[1].text;
  EXPECT_LT(text.find("how to say it"), text.find("of use"));
  EXPECT_THAT(ManualPages(PageSample(), "/nonexistent", "")[1].text, Not(HasSubstr("of use")));
}

}  // namespace
}  // namespace loadline::cli
