// SPDX-License-Identifier: Apache-2.0
// The result model: what the validator and the harness found, as every writer and every script sees
// it (JSON form: model_json.h).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/ledger.h"

namespace loadline::reports {

enum class Verdict {
  kPass,
  kFail,
  kWarn,
  kInconclusive,
  kUnsupported,
  kEnvironment,
  kError,
  kTimeout
};
inline constexpr Verdict kVerdicts[] = {
    Verdict::kPass,        Verdict::kFail,        Verdict::kWarn,  Verdict::kInconclusive,
    Verdict::kUnsupported, Verdict::kEnvironment, Verdict::kError, Verdict::kTimeout};
// "pass", "fail" …: the words of reports and expectation files.
std::string_view ToText(Verdict verdict);
std::optional<Verdict> VerdictFromText(std::string_view text);
// Pass, fail, warn and timeout say something about the candidate; the others do not judge it.
bool Judges(Verdict verdict);

// A JSON value that is carried along without its header.
using SharedJson = std::shared_ptr<const nlohmann::json>;

struct Location {
  std::string file;
  int line = 1;    // from 1
  int column = 1;  // from 1, in bytes
  std::string pointer;
};

// The verdict on one case or rule. A finding of the validator is a result with a location.
struct CheckResult {
  std::string id;  // case[/row]@spec[+via], or the rule's id
  std::string title;
  Verdict verdict = Verdict::kPass;
  Verdict expected = Verdict::kPass;
  schema::Level level = schema::Level::kMust;
  std::vector<std::string> requirements;
  std::string subject;  // the candidate's name, or the path that was judged
  std::string message;  // one line: what is wrong and where; empty when all is well
  std::optional<int64_t> duration_ms;
  std::optional<Location> location;
  std::string hint;        // the way out
  std::string reason;      // of the expectation, when the result was expected to deviate
  bool sometimes = false;  // the deviation is known to come and go: a pass is no surprise either
  SharedJson observation;
  SharedJson evidence;  // how to reproduce it: configuration, commands, what was compared
  // A failed SHOULD is shown and not held against anybody, and neither is what this host could not
  // judge.
  bool Unexpected() const {
    const bool counts =
        verdict == Verdict::kError || (Judges(verdict) && verdict != Verdict::kWarn);
    return counts && verdict != expected;
  }
};

// The type of a subject that is two paths, which are asked to be the same.
inline constexpr char kComparison[] = "comparison";

struct Subject {
  std::string name;     // the path as given, or the candidate's name
  std::string type;     // bundle, config, state, features, runtime …
  std::string digest;   // "sha256:…"
  std::string version;  // of a candidate
  std::vector<std::string> command;
  Verdict verdict = Verdict::kPass;
};

enum class Kind { kValidation, kCertification };
std::string_view ToText(Kind kind);

struct Tool {
  std::string name = "loadline";
  std::string version;
  std::string commit;
};

struct Summary {
  int counts[std::size(kVerdicts)] = {};  // by verdict
  int unexpected = 0;
  int operator[](Verdict verdict) const { return counts[static_cast<size_t>(verdict)]; }
};

// A file that the verdicts on a candidate rest on.
struct SubjectFile {
  std::string path;
  std::string digest;  // "sha256:…"
};

// What was asked for of all that there is: a certificate needs a whole run.
struct Run {
  std::vector<std::string> batteries;  // by name, "cases" for what is none
  std::vector<std::string> sampled;    // those of them that tried a sample
  std::vector<std::string> only;       // globs on ids; empty: all
  std::vector<std::string> shards;     // "I/N"; empty: all
  std::string fault;                   // the only one that was tried
  std::string cases;                   // the directory that they came from; empty: our own
  std::string bundle;                  // of the user's own
  bool dry_run = false;
  // Of a validation:
  std::vector<std::string> ignored;  // globs on rule ids
  std::string fail_level;            // the lowest of its paths; empty: "must"
  bool shallow = false;
};

// A run that ended before it had judged everything: a stream of results whose end is missing.
struct Unfinished {
  int planned = 0;  // checks that were to be made; 0: nobody knows
};

struct RequirementCount {
  int total = 0;   // that hold in the version under test and address the subject
  int judged = 0;  // by at least one result that judges
  int passed = 0;
  int failed = 0;
};

struct Report {
  Kind kind = Kind::kCertification;
  Tool tool;
  std::vector<Subject> subjects;
  SharedJson host;      // what doctor says of this machine
  std::string spec;     // version under test; empty for validation
  std::string started;  // RFC 3339, UTC
  int64_t duration_ms = 0;
  std::vector<CheckResult> results;  // sorted by subject, then id, then position
  int rules_passed = 0;  // validation: rules and schemas that found nothing (they leave no result)
  std::optional<Run> run;  // reports before 1.3.0 do not say
  // What judged, by name: digests of programs, of the embedded cases and of the ledgers.
  std::map<std::string, std::string> suite;
  // Of a certification: the candidate's program, the programs that it calls, and what all of these
  // load; by path.
  std::vector<SubjectFile> files;
  RequirementCount requirements;         // of the standard
  RequirementCount beyond;               // of certification: of Loadline's own ledger
  std::optional<Unfinished> unfinished;  // what is not among the results may have failed
};

// The middle of an id names its area: "oci-runtime/mounts/tmpfs/nosuid@1.2.0" gives "mounts".
std::string AreaOf(std::string_view id);

// Counts the results (and the rules that found nothing).
Summary Summarize(const Report& report);
// Counts requirements of `standard` in `version` that address `addressee` and do not bind other
// platforms alone: judged, passed (no
// failure among its results) and failed.
RequirementCount CountRequirements(const std::vector<CheckResult>& results,
                                   const std::string& standard, const schema::SpecVersion& version,
                                   schema::Addressee addressee);
// The exit status that a report stands for: 70 a defect of ours, 1 does not conform, 4 nothing
// judged, not finished, or `require_all` unmet, 0 conforms.
int ExitStatus(const Report& report, bool require_all);

}  // namespace loadline::reports
