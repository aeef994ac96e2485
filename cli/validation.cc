// SPDX-License-Identifier: Apache-2.0
#include "cli/validation.h"

#include <fnmatch.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <set>
#include <thread>

#include "cli/output.h"
#include "cli/progress.h"
#include "validator/archive/byte_source.h"
#include "validator/identity/identity.h"

namespace loadline::cli {
namespace {

using reports::CheckResult;
using reports::Verdict;
using Tasks = std::vector<validator::Task>;

bool IsIgnored(const CheckResult& finding, const std::vector<std::string>& globs) {
  return finding.verdict != Verdict::kError &&
         std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
           return fnmatch(glob.c_str(), finding.id.c_str(), 0) == 0;
         });
}

// Leaves out what is ignored, and says of the subject what the fail level makes of the rest.
void Handle(validator::Judgement& judgement, const Handling& handling) {
  std::erase_if(judgement.findings,
                [&](const CheckResult& finding) { return IsIgnored(finding, handling.ignore); });
  const std::optional<schema::Level> least = FailLevel(handling.fail_level);
  judgement.subject.verdict = Verdict::kPass;
  for (const CheckResult& finding : judgement.findings) {
    if (finding.verdict == Verdict::kError) {
      judgement.subject.verdict = Verdict::kError;
    } else if (least && finding.level <= *least && judgement.subject.verdict != Verdict::kError) {
      judgement.subject.verdict = Verdict::kFail;
    }
  }
}

// What was asked for of all that could be: a certificate wants all of it.
reports::Run DescribeRun(const Tasks& tasks, const std::vector<Handling>& handling) {
  reports::Run run;
  std::set<std::string> ignored;
  for (const Handling& its : handling) {
    ignored.insert(its.ignore.begin(), its.ignore.end());
    if (its.fail_level == "none") run.fail_level = "none";
  }
  for (const validator::Task& task : tasks) run.shallow |= task.options.shallow;
  run.ignored.assign(ignored.begin(), ignored.end());
  return run;
}

// How far it is, for the person at a terminal.
class PathProgress {
 public:
  PathProgress(const Tasks& tasks, bool quiet) : tasks_(tasks), line_(quiet) {
    if (line_.on()) ticker_.emplace([this] { ShowWhatIsRead(); });
  }
  void Done(bool sound) {
    const size_t done = ++done_;
    if (tasks_.size() > 1) Show(done, !sound, tasks_[done - 1].path);
  }
  // Nothing is to be in the way of a message. The path is done, too.
  void Refused() {
    ++done_;
    line_.Clear();
  }

 private:
  void Show(size_t done, bool unexpected, const std::string& what) {
    line_.Show(static_cast<int>(done), static_cast<int>(tasks_.size()), unexpected, what);
  }
  // One image may take long.
  void ShowWhatIsRead() {
    const size_t next = std::min(done_.load(), tasks_.size() - 1);
    Show(next, false,
         std::to_string(validator::ContentRead() >> 20) + " MiB read  " + tasks_[next].path);
  }

  const Tasks& tasks_;
  std::atomic<size_t> done_ = 0;  // the ticker looks from another thread
  ProgressLine line_;
  std::optional<Ticker> ticker_;
};

// Appends to the report what was seen of one path.
void Append(reports::Report& report, validator::Judgement judgement) {
  report.subjects.push_back(std::move(judgement.subject));
  report.rules_passed += judgement.rules_passed;
  std::move(judgement.findings.begin(), judgement.findings.end(),
            std::back_inserter(report.results));
}

int64_t MillisecondsSince(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               began)
      .count();
}

}  // namespace

std::optional<schema::Level> FailLevel(const std::string& word) {
  if (word == "none") return std::nullopt;
  return word == "may"      ? schema::Level::kMay
         : word == "should" ? schema::Level::kShould
                            : schema::Level::kMust;
}

Result<Validation> Validation::Plan(const ValidateOptions& options) {
  if (!options.spec.empty()) RETURN_IF_ERROR(schema::SpecVersion::Parse(options.spec));
  if (options.same && options.paths.size() != 2)
    return Failure(ErrorKind::kUsage, "--same compares two paths", "name exactly two");
  ASSIGN_OR_RETURN(const Settings settings, Settings::Read(options.settings));
  Validation plan(options);
  for (const std::string& path : options.paths) plan.Add(path, settings.For(path));
  plan.known_.kind = reports::Kind::kValidation;
  plan.known_.tool = ThisTool();
  plan.known_.started = Now();
  plan.known_.spec = options.spec;
  plan.known_.run = DescribeRun(plan.tasks_, plan.handling_);
  return plan;
}

// The command line goes before the settings.
void Validation::Add(const std::string& path, const PathSettings& settings) {
  const std::string& kind = options_.kind.empty() ? settings.kind : options_.kind;
  validator::Task task{path, {}};
  task.options.type = validator::SubjectTypeFromText(kind);
  task.options.grammar = kind;
  task.options.spec = options_.spec.empty() ? settings.spec : options_.spec;
  task.options.shallow = options_.shallow.value_or(settings.shallow);
  task.options.image = options_.image;
  task.options.keyring = options_.keyring;
  task.options.key = options_.key;
  task.options.limits = options_.limits;
  // Many images keep the workers busy by themselves.
  task.options.jobs = options_.paths.size() > 1 ? 1 : Workers();
  tasks_.push_back(std::move(task));
  Handling handling{options_.fail_level.empty() ? settings.fail_level : options_.fail_level,
                    options_.ignore};
  handling.ignore.insert(handling.ignore.end(), settings.ignore.begin(), settings.ignore.end());
  handling_.push_back(std::move(handling));
}

int Validation::Workers() const {
  if (options_.jobs > 0) return options_.jobs;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

Result<void> Validation::ReadImages() {
  ASSIGN_OR_RETURN(auto images, validator::ReadAppcImages(options_.with, options_.limits));
  if (images.empty()) return {};
  const auto with = std::make_shared<const std::vector<validator::AppcImage>>(std::move(images));
  for (validator::Task& task : tasks_) task.options.with = with;
  return {};
}

Result<Judged> Validation::Run(const Tell& tell) {
  const auto began = std::chrono::steady_clock::now();
  RETURN_IF_ERROR(ReadImages());
  Judged judged{known_};
  PathProgress progress(tasks_, options_.output.quiet);
  const auto take = [&](size_t task, Result<validator::Judgement> judgement) {
    if (!judgement.has_value()) {
      // The other paths are judged all the same.
      progress.Refused();
      Complain(judgement.error(), kUnreadable);
      judged.unreadable = true;
      return;
    }
    Handle(*judgement, handling_[task]);
    progress.Done(judgement->subject.verdict == Verdict::kPass);
    if (tell) tell(judgement->subject, judgement->findings);
    Append(judged.report, std::move(*judgement));
  };
  if (options_.same) {
    take(0, validator::CompareIdentities(tasks_[0].path, tasks_[1].path, tasks_[0].options));
  } else {
    validator::ValidateMany(tasks_, Workers(), take);
  }
  judged.report.duration_ms = MillisecondsSince(began);
  return judged;
}

}  // namespace loadline::cli
