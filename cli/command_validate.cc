// SPDX-License-Identifier: Apache-2.0
// loadline validate: judges every path and writes one report.
#include <fnmatch.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/settings.h"
#include "validator/archive/byte_source.h"
#include "validator/identity/identity.h"
#include "validator/validate_many.h"

namespace loadline::cli {
namespace {

using reports::CheckResult;
using reports::Verdict;

// What is done with the findings of one path.
struct Handling {
  std::string fail_level;
  std::vector<std::string> ignore;
};

bool IsIgnored(const CheckResult& finding, const std::vector<std::string>& globs) {
  return finding.verdict != Verdict::kError &&
         std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
           return fnmatch(glob.c_str(), finding.id.c_str(), 0) == 0;
         });
}

bool Fails(const CheckResult& finding, const std::string& fail_level) {
  if (fail_level == "none") return false;
  const schema::Level least = fail_level == "may"      ? schema::Level::kMay
                              : fail_level == "should" ? schema::Level::kShould
                                                       : schema::Level::kMust;
  return finding.level <= least;
}

// Leaves out what is ignored, and says of the subject what the fail level makes of the rest.
void Handle(validator::Judgement& judgement, const Handling& handling) {
  std::erase_if(judgement.findings,
                [&](const CheckResult& finding) { return IsIgnored(finding, handling.ignore); });
  judgement.subject.verdict = Verdict::kPass;
  for (const CheckResult& finding : judgement.findings) {
    if (finding.verdict == Verdict::kError) {
      judgement.subject.verdict = Verdict::kError;
    } else if (Fails(finding, handling.fail_level) &&
               judgement.subject.verdict != Verdict::kError) {
      judgement.subject.verdict = Verdict::kFail;
    }
  }
}

int WorkersFor(const ValidateOptions& options) {
  if (options.jobs > 0) return options.jobs;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

struct Plan {
  std::vector<validator::Task> tasks;
  std::vector<Handling> handling;
};

Plan MakePlan(const ValidateOptions& options, const Settings& settings,
              std::vector<validator::AppcImage> with) {
  Plan plan;
  const auto images =
      with.empty() ? nullptr
                   : std::make_shared<const std::vector<validator::AppcImage>>(std::move(with));
  const int workers = WorkersFor(options);
  for (const std::string& path : options.paths) {
    const PathSettings its = settings.For(path);
    validator::Task task{path, {}};
    task.options.type =
        validator::SubjectTypeFromText(options.kind.empty() ? its.kind : options.kind);
    task.options.grammar = options.kind.empty() ? its.kind : options.kind;
    task.options.spec = options.spec.empty() ? its.spec : options.spec;
    task.options.shallow = options.shallow.value_or(its.shallow);
    task.options.image = options.image;
    task.options.with = images;
    task.options.keyring = options.keyring;
    task.options.key = options.key;
    task.options.limits = options.limits;
    // Many images keep the workers busy by themselves.
    task.options.jobs = options.paths.size() > 1 ? 1 : workers;
    plan.tasks.push_back(std::move(task));
    Handling handling{options.fail_level.empty() ? its.fail_level : options.fail_level,
                      options.ignore};
    handling.ignore.insert(handling.ignore.end(), its.ignore.begin(), its.ignore.end());
    plan.handling.push_back(std::move(handling));
  }
  return plan;
}

// What was asked for of all that could be: a certificate wants all of it.
reports::Run DescribeRun(const Plan& plan) {
  reports::Run run;
  std::set<std::string> ignored;
  for (size_t i = 0; i < plan.tasks.size(); ++i) {
    ignored.insert(plan.handling[i].ignore.begin(), plan.handling[i].ignore.end());
    if (plan.handling[i].fail_level == "none") run.fail_level = "none";
    run.shallow |= plan.tasks[i].options.shallow;
  }
  run.ignored.assign(ignored.begin(), ignored.end());
  return run;
}

reports::Report EmptyReport(const ValidateOptions& options) {
  reports::Report report;
  report.kind = reports::Kind::kValidation;
  report.tool = ThisTool();
  report.started = Now();
  report.spec = options.spec;
  return report;
}

std::string Megabytes(uint64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

int ExitStatusOf(const reports::Report& report) {
  int status = kConforms;
  for (const reports::Subject& subject : report.subjects) {
    if (subject.verdict == Verdict::kError) return kOurDefect;
    if (subject.verdict == Verdict::kFail) status = kDoesNotConform;
  }
  return status;
}

}  // namespace

int JudgePaths(const ValidateOptions& options, reports::Report& report) {
  const auto began = std::chrono::steady_clock::now();
  if (!options.spec.empty()) {
    auto version = schema::SpecVersion::Parse(options.spec);
    if (!version.has_value()) return Complain(version.error(), kWrongUsage);
  }
  if (options.same && options.paths.size() != 2)
    return Complain(Failure("--same compares two paths", "name exactly two"), kWrongUsage);
  auto settings = Settings::Read(options.settings);
  if (!settings.has_value()) return Complain(settings.error(), kWrongUsage);
  auto with = validator::ReadAppcImages(options.with, options.limits);
  if (!with.has_value()) return Complain(with.error(), kUnreadable);
  const Plan plan = MakePlan(options, *settings, std::move(*with));
  report = EmptyReport(options);
  report.run = DescribeRun(plan);
  bool unreadable = false;
  std::atomic<size_t> index = 0;
  const int total = static_cast<int>(plan.tasks.size());
  ProgressLine progress(options.output.quiet);
  const auto take = [&](const std::string& path, Result<validator::Judgement> judgement) {
    const Handling& handling = plan.handling[index++];
    if (!judgement.has_value()) {
      // The other paths are judged all the same; the exit status says that one could not be.
      progress.Clear();
      Complain(judgement.error(), kUnreadable);
      unreadable = true;
      return;
    }
    Handle(*judgement, handling);
    if (total > 1)
      progress.Show(static_cast<int>(index), total, judgement->subject.verdict != Verdict::kPass,
                    path);
    report.subjects.push_back(std::move(judgement->subject));
    report.rules_passed += judgement->rules_passed;
    std::move(judgement->findings.begin(), judgement->findings.end(),
              std::back_inserter(report.results));
  };
  std::optional<Ticker> ticker;
  if (progress.on()) {
    ticker.emplace([&] {
      const size_t next = std::min(index.load(), plan.tasks.size() - 1);
      progress.Show(static_cast<int>(next), total, false,
                    Megabytes(validator::ContentRead()) + " read  " + plan.tasks[next].path);
    });
  }
  if (options.same) {
    take(options.paths[0],
         validator::CompareIdentities(options.paths[0], options.paths[1], plan.tasks[0].options));
  } else {
    validator::ValidateMany(plan.tasks, WorkersFor(options),
                            [&](const validator::Task& task, Result<validator::Judgement> judged) {
                              take(task.path, std::move(judged));
                            });
  }
  ticker.reset();
  progress.Clear();
  report.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                           std::chrono::steady_clock::now() - began)
                           .count();
  return unreadable ? kUnreadable : ExitStatusOf(report);
}

int RunValidate(const ValidateOptions& options) {
  if (auto writable = CheckReportPaths(options.output); !writable.has_value())
    return Complain(writable.error(), kWrongUsage);
  reports::Report report;
  const int exit_status = JudgePaths(options, report);
  if (!report.subjects.empty()) {
    if (auto written = WriteReports(report, options.output); !written.has_value())
      return Complain(written.error(), kCannotJudge);
  }
  return exit_status;
}

}  // namespace loadline::cli
