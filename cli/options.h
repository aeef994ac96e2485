// SPDX-License-Identifier: Apache-2.0
// The command line as plain structs, one per verb.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "conformance/lab/lab.h"
#include "validator/archive/content_limits.h"

namespace loadline::cli {

enum class Colour { kAuto, kAlways, kNever };

// Where results go: one format on standard output, any number of files.
struct OutputOptions {
  std::string format = "text";
  std::vector<std::pair<std::string, std::string>> reports;  // {format, path}
  Colour colour = Colour::kAuto;
  bool verbose = false;
  bool quiet = false;
};

struct ValidateOptions {
  std::vector<std::string> paths;
  std::string kind;                 // empty: detected
  std::string spec;                 // empty: what the document declares
  bool same = false;                // are the two paths the same?
  std::optional<bool> shallow;      // empty: as the settings have it
  std::string fail_level;           // likewise
  std::vector<std::string> ignore;  // globs on rule ids
  std::string settings;             // empty: .loadline.json, when there is one
  int jobs = 0;                     // 0: one for each processor
  std::string keyring;              // OpenPGP keys that are trusted
  std::string key;                  // PEM of a key that signs with cosign
  std::string image;                // that a bundle was made from
  std::vector<std::string> with;    // images of appc that dependencies are looked for in
  validator::ContentLimits limits;
  OutputOptions output;
};

struct CertifyOptions {
  std::string candidate = "loadline";
  std::string spec;
  std::vector<std::string> only;       // globs on case ids
  std::vector<std::string> batteries;  // "cases" for what is none; empty: what runs by default
  std::string cases_directory;         // cases of somebody else
  std::string expectations;            // a file instead of our own
  std::string bundle;                  // of the user's own, to be judged
  std::string system;                  // that machine containers boot; empty: the host's programs
  int jobs = 0;                        // 0: as many as help
  std::string shard;                   // "I/N"
  bool rootless = false;               // an unprivileged user calls the candidate
  bool full = false;                   // all there is, and not a sample
  std::string fault;                   // OPERATION/CALL/N/WHAT
  bool dry_run = false;
  bool keep = false;
  bool require_all = false;
  OutputOptions output;
};

struct CompareOptions {
  std::vector<std::string> candidates;  // as for certify, or files of reports
  std::string spec;                     // empty: the newest that all know
  std::vector<std::string> only;
  std::vector<std::string> batteries;  // empty: all, and the cases
  int jobs = 0;
  bool full = false;  // all there is, and not a sample
  std::string save;   // directory for the reports of those that are run; empty: none are kept
  OutputOptions output;
};

// `report render` has one file, `report merge` any number.
struct ReportMergeOptions {
  std::vector<std::string> files;
  OutputOptions output;
};

struct ReportDiffOptions {
  std::string before;
  std::string after;
  std::string format = "text";
};

// Reports of the same subjects over time.
struct ReportHistoryOptions {
  std::vector<std::string> files;
  OutputOptions output;
};

// What got worse since the baseline was made?
struct GateOptions {
  std::string baseline;
  std::string now;             // a saved report; empty: what the baseline judged is judged again
  std::string candidate;       // to judge instead of the one that the baseline names
  std::string expectations;    // of the candidate: a file instead of our own
  std::string settings;        // of validations: empty: .loadline.json, when there is one
  std::string fail_level;      // must, should, may or none; empty: as the settings have it
  std::string lost = "fail";   // fail or tell: what passed and is not judged any more
  std::string noise = "tell";  // likewise: what passed and was too noisy to be judged
  bool accept = false;         // make it the baseline
  int jobs = 0;
  OutputOptions output;
};

struct ListOptions {
  std::string what;             // requirements, rules, cases, candidates
  std::string format = "text";  // or json, or ids
};

struct ExplainOptions {
  std::string id;
};

struct DoctorOptions {
  std::string format = "text";
};

struct ExpectOptions {
  std::string candidate;
  std::string file;  // written; empty: standard output
  std::string from;  // a saved report; empty: the candidate is run
  std::string spec;
};

struct MutantsOptions {
  std::string candidate = "loadline";
  std::vector<std::string> only;  // globs on mutant names
  std::string shard;              // "I/N"
  int min_rate = 0;               // percent
  std::optional<int> max_survivors;
  std::optional<int> max_untouched;
  std::optional<int> max_astray;
  std::optional<int> max_unexplained;
  std::optional<int> max_never_failed;
  std::string format = "text";
  int jobs = 0;
};

struct SignOptions {
  std::string report;                  // written with --report json=FILE
  std::string add;                     // a certificate that is signed once more
  std::vector<std::string> signed_by;  // PEM of public keys of who signed it before
  std::string key;                     // PEM of a private key
  std::string passphrase_file;         // of an encrypted one
  std::vector<std::string> evidence;   // files beside the report
  int valid_days = 180;
  bool allow_exceptions = false;
  std::string layout;  // an OCI layout that gets it, too
  std::string image;   // of the layout
  std::string output;  // empty: standard output
};

struct VerifyOptions {
  std::string certificate;        // empty: those of the layout
  std::vector<std::string> keys;  // PEM of public keys
  int threshold = 0;              // 0: all of the keys
  bool allow_others = false;      // signatures of keys that are not known
  std::string report;
  std::string evidence;          // a directory
  std::string result;            // a file with one result
  std::string candidate;         // empty: the one that the certificate names
  bool document = false;         // not whether it belongs to this machine and candidate
  int rerun = 0;                 // so many results are judged again
  std::optional<uint64_t> seed;  // that chooses them; empty: of the kernel
  std::string at;                // a moment instead of now
  std::string layout;
  bool verbose = false;
  std::string format = "text";
};

struct CompletionOptions {
  std::string shell;  // bash, zsh, fish
};

// A command line that asks for nothing more than a text (--help, --version, or a mistake).
struct Answer {
  std::string text;
  int exit_status = 0;
};

using Command =
    std::variant<Answer, ValidateOptions, CertifyOptions, CompareOptions, ReportMergeOptions,
                 ReportDiffOptions, ReportHistoryOptions, GateOptions, ListOptions, ExplainOptions,
                 DoctorOptions, ExpectOptions, MutantsOptions, lab::LabOptions, SignOptions,
                 VerifyOptions, CompletionOptions>;

// Never fails: a wrong command line is an Answer with exit status 2.
Command ParseCommandLine(int argc, const char* const* argv);

}  // namespace loadline::cli
