// SPDX-License-Identifier: Apache-2.0
// Certifications of candidates that hang, flood, die, fork away and lie: each gets a clean verdict,
// soon, and is left no trace of.

#include "conformance/harness/certify_fake.h"

namespace loadline::conformance {
namespace {

using reports::CheckResult;
using reports::Verdict;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

class BadCandidate : public CertifyFake {
 protected:
  void SetUp() override {
    CertifyFake::SetUp();
    options_.step_time = std::chrono::seconds(1);  // a loaded machine needs as much
  }
};

TEST_F(BadCandidate, HangsAnywhereAndTimesOut) {
  const auto start = Clock::now();
  options_.only = {"t/good"};
  for (const char* verb : {"create", "start", "delete"}) {
    const CheckResult result = When(verb, "exec tail -f /dev/null").at("t/good");
    EXPECT_EQ(result.verdict, Verdict::kTimeout) << verb;
    EXPECT_EQ(result.message, std::string(verb) + ": no answer in time");
  }
  EXPECT_EQ(When("start", "kill -STOP $$").at("t/good").verdict, Verdict::kTimeout);
  EXPECT_EQ(When("features", "exec tail -f /dev/null").at("t/good").verdict, Verdict::kPass);
  options_.only = {"t/together"};
  EXPECT_EQ(When("state", "exec tail -f /dev/null").at("t/together").verdict, Verdict::kTimeout);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(30));
}

TEST_F(BadCandidate, IgnoresSignalsAndTimesOut) {
  options_.only = {"t/good"};
  EXPECT_EQ(When("start", "trap '' TERM INT HUP; while :; do sleep 1; done").at("t/good").verdict,
            Verdict::kTimeout);
}

TEST_F(BadCandidate, FloodsItsOutput) {
  options_.only = {"t/good"};
  for (const char* flood : {"exec cat /dev/zero", "exec cat /dev/zero >&2"}) {
    const CheckResult created = When("create", flood).at("t/good");
    EXPECT_EQ(created.verdict, Verdict::kFail) << flood;
    EXPECT_THAT(created.message, HasSubstr("it printed more than 4 MiB"));
    const CheckResult started = When("start", flood).at("t/good");
    EXPECT_EQ(started.verdict, Verdict::kTimeout) << flood;
    EXPECT_EQ(started.message, "start: no answer in time: it printed more than 1 MiB");
  }
  EXPECT_EQ(When("features", "exec cat /dev/zero").at("t/good").verdict, Verdict::kPass);
}

TEST_F(BadCandidate, DiesAtEachVerb) {
  options_.only = {"t/good"};
  for (const char* verb : {"create", "start", "delete"}) {
    const CheckResult result = When(verb, "kill -SEGV $$").at("t/good");
    EXPECT_EQ(result.verdict, Verdict::kFail) << verb;
    EXPECT_EQ(result.message, std::string(verb) + ": killed by SIGSEGV");
  }
  EXPECT_EQ(When("features", "kill -SEGV $$").at("t/good").verdict, Verdict::kPass);
}

TEST_F(BadCandidate, ForksAway) {
  options_.only = {"t/good"};
  // One process that holds the output of the call open, and many that do not.
  for (const char* fork : {"setsid tail -f /dev/null &",
                           "for i in 1 2 3 4 5 6 7 8 9; do setsid "
                           "tail -f /dev/null > /dev/null 2>&1 & "
                           "done"}) {
    const auto results = When("start", std::string("( ") + fork + " )");
    EXPECT_EQ(results.at("t/good").verdict, Verdict::kPass) << results.at("t/good").message;
    EXPECT_EQ(results.at("oci-runtime/runs/leaks").verdict, Verdict::kFail) << fork;
    EXPECT_THAT(results.at("oci-runtime/runs/leaks").message, HasSubstr("tail"));
  }
}

TEST_F(BadCandidate, LiesAboutThePid) {
  const auto start = Clock::now();
  options_.only = {"t/good"};
  for (const char* lie :
       {":", "mkfifo $pidfile", "mkdir $pidfile", "ln -s /dev/zero $pidfile", "echo -5 > $pidfile",
        "echo 0 > $pidfile", "echo 1 > $pidfile", "echo 99999999999999999999 > $pidfile",
        "echo $PPID > $pidfile", "echo none > $pidfile"}) {
    const CheckResult result = When("create", std::string(lie) + "; exit 0").at("t/good");
    EXPECT_EQ(result.verdict, Verdict::kFail) << lie << ": " << result.message;
  }
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(30)) << "a fifo held us up";
}

TEST_F(BadCandidate, LiesInItsState) {
  const std::string deep = "head -c 400000 /dev/zero | tr '\\0' '['";
  const std::string lies[] = {
      ":",                                       // nothing
      "echo no",                                 // no JSON
      "echo null",                               // no object
      "echo '{}'",                               // nothing in it
      "echo '{\"id\": 5}'",                      // of another type
      "echo '{\"id\": \"a\", \"id\": \"b\"}'",   // twice
      "printf '{\"id\": \"\\377\\376\"}'",       // no UTF-8
      "echo '{\"pid\": 99999999999999999999}'",  // no number of a machine
      deep,                                      // a bomb
      "printf '{\"a\": '; " + deep + "; " + deep + " | tr '[' ']'; echo '}'",  // one that closes
      "printf '{\"id\": \"'; head -c 1000000 /dev/zero | tr '\\0' x; echo '\"}'",
  };
  options_.only = {"t/state"};
  for (const std::string& lie : lies) {
    const auto results = When("state", lie + "; exit 0");
    EXPECT_NE(results.at("t/state").verdict, Verdict::kPass) << lie;
    const CheckResult& documents = results.at("oci-runtime/runs/state-documents");
    EXPECT_EQ(documents.verdict, Verdict::kFail) << lie;
    EXPECT_THAT(documents.message, HasSubstr("(in t/state)")) << lie;
  }
}

TEST_F(BadCandidate, SaysThatAnotherContainerIsMeant) {
  options_.only = {"t/state"};
  const auto results =
      When("state",
           "echo '{\"ociVersion\": \"1.0.2\", \"id\": \"other\", \"status\": \"running\", "
           "\"pid\": 5, \"bundle\": \"/b\"}'; exit 0");
  EXPECT_EQ(results.at("t/state").verdict, Verdict::kFail);
  EXPECT_THAT(results.at("t/state").message, HasSubstr("/state/state/id: expected"));
  EXPECT_THAT(results.at("t/state").message, HasSubstr("seen \"other\""));
  EXPECT_EQ(results.at("oci-runtime/runs/state-documents").verdict, Verdict::kPass);
}

TEST_F(BadCandidate, LiesAboutItsFeatures) {
  options_.only = {"t/good"};
  for (const char* lie :
       {"echo '{\"ociVersionMax\": 7, \"linux\": [], \"hooks\": {}}'",
        "printf '{\"a\": '; head -c 400000 /dev/zero | tr '\\0' '['; head -c 400000 /dev/zero | tr "
        "'\\0' ']'; echo '}'"}) {
    const auto results = When("features", std::string(lie) + "; exit 0");
    EXPECT_EQ(results.at("t/good").verdict, Verdict::kPass);
    EXPECT_EQ(results.at("oci-runtime/runs/features-document").verdict, Verdict::kFail);
  }
}

TEST_F(BadCandidate, TakesAwayWhatItWasGiven) {
  options_.only = {"t/good"};
  EXPECT_EQ(When("create", "rm -rf $bundle; exit 0").at("t/good").verdict, Verdict::kFail);
  EXPECT_NE(When("start", "rm -rf /run/*; exit 0").at("t/good").verdict, Verdict::kPass);
  EXPECT_NE(When("start", "umount -l /run; exit 0").at("t/good").verdict, Verdict::kPass);
}

TEST_F(BadCandidate, HasAnInterpreterThatIsNotThere) {
  options_.candidate = directory_->path() + "/candidate";
  std::ofstream(options_.candidate) << "#!/no/such/interpreter\n";
  std::filesystem::permissions(options_.candidate, std::filesystem::perms::owner_all);
  const auto report = Certify(options_);
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().kind, ErrorKind::kUnreadable);
  EXPECT_EQ(report.error().ToLine(),
            options_.candidate +
                " cannot be run: No such file or directory; its interpreter or "
                "loader may be missing, or it is of another machine");
}

}  // namespace
}  // namespace loadline::conformance
