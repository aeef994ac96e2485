// SPDX-License-Identifier: Apache-2.0
// Tools that others wrote read what we write. A tool that is not installed is not asked.
#include <fstream>

#include "base/child_process.h"
#include "base/temp_dir.h"
#include "reports/parity/sample_comparison.h"
#include "reports/sample_report.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

using testing::HasSubstr;

RunOutcome Shell(const std::string& command) {
  RunOptions options;
  options.spawn.argv = {"/bin/sh", "-c", command};
  options.spawn.environment = CurrentEnvironment();
  options.deadline = Deadline::After(std::chrono::seconds(60));
  return RunToEnd(options).value();
}

class ForeignTool : public testing::Test {
 protected:
  // Whether somebody installed it (and what would, when nobody did).
  bool Has(const char* tool) const {
    return Shell(std::string("command -v ") + tool).status.Success();
  }

  // The paths of files with the samples in this format, and of the certification alone.
  std::string Files(std::string_view format) {
    for (const Writer& writer : AllWriters()) {
      if (writer.format != format) continue;
      const std::string end = "." + std::string(format);
      Write("certification" + end, writer.write(SampleCertification(), {}));
      Write("validation" + end, writer.write(SampleValidation(), {}));
      Write("comparison" + end, writer.write_comparison(SampleComparison(), {}));
      return directory_.path() + "/*" + end;
    }
    return "";
  }
  std::string File(std::string_view format) {
    Files(format);
    return directory_.path() + "/certification." + std::string(format);
  }

 private:
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(directory_.path() + "/" + name) << text;
  }
  TempDir directory_ = TempDir::Make("tools").value();
};

TEST_F(ForeignTool, ProveCountsTests) {
  if (!Has("prove")) GTEST_SKIP() << "there is no prove (apt-get install perl)";
  const RunOutcome outcome = Shell("prove --exec cat " + File("tap"));
  EXPECT_NE(outcome.status.code, 0) << "one test fails";
  const std::string said = outcome.standard_output + outcome.standard_error;
  EXPECT_THAT(said, HasSubstr("Failed test:  2"));
  EXPECT_THAT(said, HasSubstr("Tests=5"));
  EXPECT_THAT(said, HasSubstr("TODO passed:   4"));
  EXPECT_THAT(said, testing::Not(HasSubstr("Parse errors")));
}

TEST_F(ForeignTool, TapParserReadsSubtests) {
  if (!Has("tap-parser")) GTEST_SKIP() << "there is no tap-parser (npm install -g tap-parser)";
  const RunOutcome outcome = Shell("tap-parser < " + File("tap14"));
  EXPECT_THAT(outcome.standard_output, HasSubstr("oci-runtime/mounts/bind/ro@1.2.0"));
  EXPECT_THAT(outcome.standard_output, HasSubstr("child"));
  EXPECT_THAT(outcome.standard_output, testing::Not(HasSubstr("tapError")));
}

TEST_F(ForeignTool, XmllintFindsXml) {
  if (!Has("xmllint")) GTEST_SKIP() << "there is no xmllint (apt-get install libxml2-utils)";
  const RunOutcome outcome = Shell("xmllint --noout " + Files("junit"));
  EXPECT_EQ(outcome.status.code, 0) << outcome.standard_error;
  const RunOutcome count = Shell("xmllint --xpath 'count(//testcase)' " + File("junit"));
  EXPECT_EQ(count.standard_output, "5\n");
}

TEST_F(ForeignTool, CtrfFindsItsFormat) {
  if (!Shell("node -e 'require(\"ctrf\")'").status.Success())
    GTEST_SKIP() << "node knows no ctrf (npm install ctrf, and NODE_PATH)";
  const RunOutcome outcome = Shell(R"(node -e '
    const ctrf = require("ctrf"), fs = require("fs");
    for (const file of process.argv.slice(1)) {
      const answer = ctrf.validate(JSON.parse(fs.readFileSync(file)));
      console.log(answer.valid, JSON.stringify(answer.errors));
    }' )" + Files("ctrf"));
  EXPECT_EQ(outcome.standard_output, "true []\ntrue []\ntrue []\n") << outcome.standard_error;
}

}  // namespace
}  // namespace loadline::reports
