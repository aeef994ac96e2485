// SPDX-License-Identifier: Apache-2.0
// loadline gate: did anything get worse since the baseline? Or: what there is now is the baseline.
#include <algorithm>
#include <cerrno>

#include "base/files.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/judge_again.h"
#include "cli/output.h"
#include "cli/saved_report.h"
#include "cli/settings.h"
#include "cli/validation.h"
#include "reports/gate/gate_writer.h"
#include "reports/reproduce.h"

namespace loadline::cli {
namespace {

using reports::GateOutcome;
using reports::Report;
using reports::ShellWord;

std::string RenewCommand(const GateOptions& options) {
  std::string command = "loadline gate --baseline " + ShellWord(options.baseline);
  if (!options.now.empty()) command += " " + ShellWord(options.now);
  if (!options.candidate.empty()) command += " --candidate " + ShellWord(options.candidate);
  if (!options.expectations.empty())
    command += " --expectations " + ShellWord(options.expectations);
  if (!options.settings.empty()) command += " --settings " + ShellWord(options.settings);
  return command + " --accept";
}

Error WithoutBaseline(Error error, const GateOptions& options) {
  const std::string path = ShellWord(options.baseline);
  return std::move(error).Hint("make it: `loadline validate PATH --report json=" + path +
                               "` or `loadline certify CANDIDATE --report json=" + path + "`");
}

Result<reports::GateRules> RulesFor(const Report& now, const GateOptions& options) {
  reports::GateRules rules;
  rules.lost_stops = options.lost == "fail";
  rules.noise_stops = options.noise == "fail";
  if (!options.fail_level.empty()) {
    rules.least = FailLevel(options.fail_level);
    return rules;
  }
  if (now.kind != reports::Kind::kValidation) return rules;
  ASSIGN_OR_RETURN(const Settings settings, Settings::Read(options.settings));
  for (const reports::Subject& subject : now.subjects) {
    const std::string level = settings.For(subject.name).fail_level;
    if (!level.empty()) rules.least_of[subject.name] = FailLevel(level);
  }
  return rules;
}

// Nothing at all was judged: that says something about this host, and nothing about the candidate.
bool NothingJudged(const Report& report) {
  return report.kind == reports::Kind::kCertification &&
         std::none_of(report.results.begin(), report.results.end(),
                      [](const auto& result) { return reports::Judges(result.verdict); });
}

bool HasDefect(const GateOutcome& outcome) {
  return std::any_of(outcome.changes.begin(), outcome.changes.end(), [](const auto& change) {
    return change.stops && change.after == reports::Verdict::kError;
  });
}

// One gate from its options to its exit status.
class Gate {
 public:
  explicit Gate(const GateOptions& options) : options_(options) {}

  int Run() {
    if (auto writable = CheckReportPaths(options_.output); !writable.has_value())
      return Complain(writable.error(), kWrongUsage);
    if (const int read = ReadBaseline(); read != kConforms) return read;
    const int judged = ReadNow();
    if (judged != kConforms && now_.subjects.empty()) return judged;
    if (!baseline_) return Accept(judged);
    if (NothingJudged(now_)) return CannotJudge();
    if (auto comparable = reports::CheckComparable(*baseline_, now_); !comparable.has_value()) {
      if (!options_.accept) return Complain(comparable.error(), kWrongUsage);
      Note("loadline: " + comparable.error().what + "; it is replaced");
      return Accept(judged);
    }
    auto rules = RulesFor(now_, options_);
    if (!rules.has_value()) return Complain(rules.error(), kWrongUsage);
    const GateOutcome outcome = reports::Judge(*baseline_, now_, *rules);
    if (auto written = Write(outcome); !written.has_value())
      return Complain(written.error(), kCannotJudge);
    if (options_.accept) return HasDefect(outcome) ? RefuseDefect() : Accept(judged);
    if (judged != kConforms) return judged;
    if (HasDefect(outcome)) return kOurDefect;
    return outcome.Stops() ? kDoesNotConform : kConforms;
  }

 private:
  // Without one a report of now can become the first.
  int ReadBaseline() {
    auto baseline = ReadReport(options_.baseline);
    if (baseline.has_value()) {
      baseline_ = std::move(*baseline);
      return kConforms;
    }
    const bool missing = baseline.error().number == ENOENT;
    if (missing && options_.accept && !options_.now.empty()) return kConforms;
    return Complain(missing ? WithoutBaseline(std::move(baseline).error(), options_)
                            : std::move(baseline).error(),
                    kUnreadable);
  }

  int JudgeNow() {
    auto judged = JudgeAgain(*baseline_, options_);
    if (!judged.has_value()) return Complain(judged.error(), ExitStatusOf(judged.error()));
    now_ = std::move(judged->report);
    if (!judged->unreadable) return kConforms;
    Note(
        "what is gone for good leaves the baseline so: validate what is left with --report "
        "json=NOW, then loadline gate --baseline " +
        ShellWord(options_.baseline) + " NOW --accept");
    return kUnreadable;
  }

  int ReadNow() {
    if (options_.now.empty()) return JudgeNow();
    auto now = ReadReport(options_.now);
    if (!now.has_value()) return Complain(now.error(), ExitStatusOf(now.error()));
    now_ = std::move(*now);
    if (!now_.unfinished) return kConforms;
    now_ = {};
    return Complain(
        Failure(options_.now + ": the run ended before it was over, so that nobody knows "
                               "whether something got worse",
                "run it again"),
        kCannotJudge);
  }

  static int RefuseDefect() {
    return Complain(Failure("the baseline stays as it is: some results are errors of our own",
                            "run it again; loadline doctor says what this host lacks"),
                    kOurDefect);
  }

  int CannotJudge() const {
    std::string what = "nothing could be judged now";
    if (!now_.results.empty() && !now_.results[0].message.empty())
      what += ": " + now_.results[0].message;
    return Complain(Failure(std::move(what),
                            "run the gate where the baseline was made; loadline doctor says what "
                            "this host lacks"),
                    kCannotJudge);
  }

  Result<void> Write(const GateOutcome& outcome) const {
    return WriteFormats(options_.output, [&](const std::string& format, bool file) {
      const bool colour = !file && UseColour(options_.output);
      return reports::WriteGate(format, outcome, now_,
                                {ThisTool(),
                                 options_.baseline,
                                 RenewCommand(options_),
                                 {colour, file || options_.output.verbose},
                                 options_.accept});
    });
  }

  // What could not be read now would be missing in it for good.
  int Accept(int judged) const {
    if (judged != kConforms) return judged;
    for (const reports::Writer& writer : reports::AllWriters()) {
      if (writer.format != "json") continue;
      auto written = WriteFileAtomically(options_.baseline,
                                         writer.write(reports::AsBaseline(now_), {false, true}));
      if (!written.has_value()) return Complain(written.error(), kCannotJudge);
    }
    Note(options_.baseline + " is the baseline now");
    return kConforms;
  }

  const GateOptions& options_;
  std::optional<Report> baseline_;  // none: there is no such file yet
  Report now_;
};

}  // namespace

int RunGate(const GateOptions& options) { return Gate(options).Run(); }

}  // namespace loadline::cli
