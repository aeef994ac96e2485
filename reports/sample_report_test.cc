// SPDX-License-Identifier: Apache-2.0
#include "reports/sample_report.h"

#include <nlohmann/json.hpp>

namespace loadline::reports {
namespace {

constexpr const char* kDigest =
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

CheckResult ResultOf(std::string id, Verdict verdict, Verdict expected, std::string message) {
  CheckResult result;
  result.id = std::move(id);
  result.title = "a title";
  result.verdict = verdict;
  result.expected = expected;
  result.message = std::move(message);
  result.subject = "candidate";
  result.duration_ms = 1234;
  return result;
}

}  // namespace

Report SampleCertification() {
  Report report;
  report.kind = Kind::kCertification;
  report.tool = {"loadline", "0.1.0", "abc"};
  report.spec = "1.2.0";
  report.host = std::make_shared<nlohmann::json>(nlohmann::json{{"kernel", "6.1.0"}});
  report.started = "2026-01-02T03:04:05Z";
  report.duration_ms = 4321;
  report.subjects.push_back(
      {"candidate", "runtime", kDigest, "1.0", {"/bin/candidate", "--x"}, Verdict::kFail});
  report.results = {
      ResultOf("oci-runtime/hooks/poststop/runs@1.2.0", Verdict::kPass, Verdict::kPass, ""),
      ResultOf("oci-runtime/mounts/bind/ro@1.2.0", Verdict::kFail, Verdict::kPass,
               "/probe/x: expected \"<b>&'\", seen \033[31mred\nsecond line \xff"),
      ResultOf("oci-runtime/mounts/tmpfs/mode@1.2.0", Verdict::kFail, Verdict::kFail,
               "mode is 0755"),
      ResultOf("oci-runtime/process/cwd@1.2.0", Verdict::kPass, Verdict::kFail, ""),
      ResultOf("oci-runtime/rlimits/raise@1.2.0", Verdict::kEnvironment, Verdict::kPass,
               "lacks CAP_SYS_RESOURCE"),
  };
  report.results[1].hint = "see loadline explain";
  report.results[1].observation =
      std::make_shared<nlohmann::json>(nlohmann::json{{"probe", {{"pid", 1}}}});
  report.results[2].reason = "the release ignores the mode";
  report.requirements = {10, 4, 3, 1};
  return report;
}

Report SampleValidation() {
  Report report;
  report.kind = Kind::kValidation;
  report.tool = {"loadline", "0.1.0", "abc"};
  report.started = "2026-01-02T03:04:05Z";
  report.subjects.push_back({"bundle", "bundle", kDigest, "", {}, Verdict::kFail});
  CheckResult error = ResultOf("config/process/cwd-absolute", Verdict::kFail, Verdict::kPass,
                               "\"tmp\" is not absolute");
  error.subject = "bundle";
  error.location = Location{"bundle/config.json", 7, 12, "/process/cwd"};
  error.hint = "begin it with \"/\"";
  CheckResult warning = error;
  warning.id = "config/hooks/prestart-deprecated";
  warning.verdict = Verdict::kWarn;
  warning.level = schema::Level::kShould;
  warning.message = "prestart is deprecated";
  warning.location = Location{"bundle/config.json", 20, 5, "/hooks/prestart"};
  report.results = {error, warning};
  report.rules_passed = 60;
  return report;
}

}  // namespace loadline::reports
