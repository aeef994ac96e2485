// SPDX-License-Identifier: Apache-2.0
// The junit format, as GitLab, Jenkins and GitHub's report actions read it: one suite per subject.
#include <algorithm>
#include <set>

#include "reports/parity/comparison.h"
#include "reports/unfinished.h"
#include "reports/writer.h"
#include "reports/xml.h"

namespace loadline::reports {
namespace {

constexpr size_t kTextCap = 64 << 10;  // readers choke on more

enum class Outcome { kPassed, kFailure, kError, kSkipped };

Outcome OutcomeOf(const CheckResult& result) {
  if (!result.Unexpected())
    return result.verdict == Verdict::kPass ? Outcome::kPassed : Outcome::kSkipped;
  switch (result.verdict) {
    case Verdict::kFail:
    case Verdict::kPass:  // unexpected: the expectation is stale
      return Outcome::kFailure;
    case Verdict::kError:
    case Verdict::kTimeout:
      return Outcome::kError;
    default:
      return Outcome::kSkipped;
  }
}

std::string Attribute(const char* name, std::string_view value) {
  return " " + std::string(name) + "=\"" + EscapeXml(value.substr(0, kTextCap)) + "\"";
}

std::string Seconds(int64_t milliseconds) {
  std::string fraction = std::to_string(milliseconds % 1000);
  fraction.insert(0, 3 - fraction.size(), '0');
  return std::to_string(milliseconds / 1000) + "." + fraction;
}

// "oci-runtime/mounts/tmpfs/nosuid@1.2.0" belongs to the class "oci-runtime.mounts.tmpfs".
std::string ClassName(const std::string& id) {
  std::string name = id.substr(0, id.find('@'));
  const size_t slash = name.rfind('/');
  if (slash != std::string::npos) name.resize(slash);
  for (char& c : name) {
    if (c == '/') c = '.';
  }
  return name;
}

std::string Message(const CheckResult& result) {
  if (result.verdict == Verdict::kPass && result.Unexpected()) {
    return "passes, but " + std::string(ToText(result.expected)) + " was expected";
  }
  std::string message = result.message.empty() ? result.title : result.message;
  message.resize(std::min(message.size(), kTextCap / 2));
  if (!result.reason.empty()) message += " (expected: " + result.reason + ")";
  return message;
}

std::string Details(const CheckResult& result) {
  std::string text;
  for (const std::string& id : result.requirements) text += "requirement " + id + "\n";
  if (!result.hint.empty()) text += result.hint + "\n";
  return EscapeXml(text.substr(0, kTextCap));
}

std::string TestCase(const CheckResult& result) {
  std::string xml = "    <testcase" + Attribute("classname", ClassName(result.id)) +
                    Attribute("name", result.id) +
                    Attribute("time", Seconds(result.duration_ms.value_or(0)));
  if (result.location) {
    xml += Attribute("file", result.location->file) +
           Attribute("line", std::to_string(result.location->line));
  }
  const Outcome outcome = OutcomeOf(result);
  if (outcome == Outcome::kPassed) return xml + "/>\n";
  const std::string verdict(ToText(result.verdict));
  if (outcome == Outcome::kSkipped) {
    return xml + ">\n      <skipped" + Attribute("message", verdict + ": " + Message(result)) +
           "/>\n    </testcase>\n";
  }
  const std::string element = outcome == Outcome::kFailure ? "failure" : "error";
  return xml + ">\n      <" + element + Attribute("message", Message(result)) +
         Attribute("type", verdict) + ">" + Details(result) + "</" + element +
         ">\n    </testcase>\n";
}

struct Counts {
  int tests = 0;
  int failures = 0;
  int errors = 0;
  int skipped = 0;
  int64_t milliseconds = 0;

  void Add(const CheckResult& result) {
    ++tests;
    milliseconds += result.duration_ms.value_or(0);
    const Outcome outcome = OutcomeOf(result);
    failures += outcome == Outcome::kFailure ? 1 : 0;
    errors += outcome == Outcome::kError ? 1 : 0;
    skipped += outcome == Outcome::kSkipped ? 1 : 0;
  }

  std::string Attributes() const {
    return Attribute("tests", std::to_string(tests)) +
           Attribute("failures", std::to_string(failures)) +
           Attribute("errors", std::to_string(errors)) +
           Attribute("skipped", std::to_string(skipped));
  }
};

// The names of the subjects, each once, and what else results are about: the run as a whole.
std::vector<std::string> Suites(const Report& report) {
  std::vector<std::string> names;
  std::set<std::string_view> known;
  for (const Subject& subject : report.subjects) {
    if (known.insert(subject.name).second) names.push_back(subject.name);
  }
  for (const CheckResult& result : report.results) {
    if (known.insert(result.subject).second) names.push_back(result.subject);
  }
  return names;
}

std::string Write(const Report& given, const WriterOptions&) {
  const Report report = WithUnfinishedAsResult(given);
  Counts all;
  std::string suites;
  for (const std::string& name : Suites(report)) {
    Counts counts;
    std::string cases;
    for (const CheckResult& result : report.results) {
      if (result.subject != name) continue;
      counts.Add(result);
      all.Add(result);
      cases += TestCase(result);
    }
    suites += "  <testsuite" + Attribute("name", name.empty() ? "the run" : name) +
              counts.Attributes() + Attribute("time", Seconds(counts.milliseconds)) +
              Attribute("timestamp", report.started) + ">\n" + cases + "  </testsuite>\n";
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" +
         Attribute("name", std::string("loadline ") + std::string(ToText(report.kind))) +
         all.Attributes() + Attribute("time", Seconds(report.duration_ms)) +
         Attribute("timestamp", report.started) + ">\n" + suites + "</testsuites>\n";
}

std::string WriteComparison(const Comparison& comparison, const WriterOptions& options) {
  return Write(AllCandidates(comparison), options);
}

}  // namespace

Writer JunitWriter() { return {"junit", "JUnit XML, for CI systems", Write, WriteComparison}; }

}  // namespace loadline::reports
