// SPDX-License-Identifier: Apache-2.0
#include "base/manual_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loadline {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(ManualPage, BeginsWithWhatManNeeds) {
  const ManualPage page("loadline-validate", "is it sound?", "0.1.0", "2026-11-28");
  EXPECT_THAT(page.text(),
              StartsWith(".TH \"LOADLINE\\-VALIDATE\" 1 \"2026-11-28\" \"Loadline 0.1.0\" "
                         "\"Loadline\"\n.SH NAME\nloadline\\-validate \\- is it sound?\n"));
}

TEST(ManualPage, TextIsNoCommand) {
  EXPECT_EQ(RoffText(".so /etc/passwd\n'br\na\\fBb -x"),
            "\\&.so /etc/passwd\n\\&'br\na\\efBb \\-x");
}

TEST(ManualPage, AnArgumentKeepsItsQuotes) {
  ManualPage page("a", "b", "1", "2");
  page.Subsection("say \"x\"");
  EXPECT_THAT(page.text(), HasSubstr(".SS \"say \\(dqx\\(dq\"\n"));
}

TEST(ManualPage, AParagraphBeginsUnlessAHeadingBeganIt) {
  ManualPage page("a", "b", "1", "2");
  page.Section("c");
  page.Paragraph("one");
  page.Paragraph("two");
  EXPECT_THAT(page.text(), testing::EndsWith(".SH \"C\"\none\n.PP\ntwo\n"));
}

TEST(ManualPage, ItemsAndExamples) {
  ManualPage page("a", "b", "1", "2");
  page.Item("-f, --format", "FORMAT", "how");
  page.Example("$ a\n.b");
  EXPECT_THAT(page.text(), HasSubstr(".TP\n\\fB\\-f, \\-\\-format\\fR \\fIFORMAT\\fR\nhow\n"));
  EXPECT_THAT(page.text(), HasSubstr(".EX\n$ a\n\\&.b\n.EE\n"));
}

}  // namespace
}  // namespace loadline
