// SPDX-License-Identifier: Apache-2.0
// The only file that includes CLI11. Its exceptions and its exit codes end here.
#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <sstream>

#include "base/version.h"
#include "reports/parity/comparison.h"
#include "reports/writer.h"
#include "validator/names/grammar.h"
#include "validator/subject/kind.h"

namespace loadline::cli {
namespace {

std::vector<std::string> Formats() {
  std::vector<std::string> formats;
  for (const reports::Writer& writer : reports::AllWriters()) formats.emplace_back(writer.format);
  return formats;
}

std::vector<std::string> KindNames() {
  std::vector<std::string> names;
  for (const validator::SubjectKind& kind : validator::SubjectKinds())
    names.emplace_back(kind.name);
  for (const validator::Grammar& grammar : validator::Grammars()) names.emplace_back(grammar.name);
  return names;
}

// F=PATH, with one of these formats; says what is wrong otherwise.
std::string CheckReport(const std::string& text, const std::vector<std::string>& formats) {
  const size_t equals = text.find('=');
  if (equals != std::string::npos && equals + 1 < text.size() &&
      std::find(formats.begin(), formats.end(), text.substr(0, equals)) != formats.end()) {
    return "";
  }
  return "\"" + text + "\" is not FORMAT=PATH; formats are " + CLI::detail::join(formats, ", ");
}

void AddOutput(CLI::App& verb, OutputOptions& output,
               const std::vector<std::string>& formats = Formats()) {
  verb.add_option("--format", output.format, "format of standard output")
      ->check(CLI::IsMember(formats))
      ->type_name("FORMAT");
  verb.add_option_function<std::vector<std::string>>(
          "--report",
          [&output](const std::vector<std::string>& reports) {
            for (const std::string& report : reports) {
              const size_t equals = report.find('=');
              output.reports.emplace_back(report.substr(0, equals), report.substr(equals + 1));
            }
          },
          "also write a report to a file; repeatable")
      ->check(CLI::Validator(
          [formats](const std::string& text) { return CheckReport(text, formats); }, ""))
      ->type_name("FORMAT=PATH")
      ->allow_extra_args(false);
  const std::map<std::string, Colour> colours{
      {"auto", Colour::kAuto}, {"always", Colour::kAlways}, {"never", Colour::kNever}};
  verb.add_option("--color", output.colour, "auto, always or never")
      ->transform(CLI::CheckedTransformer(colours, CLI::ignore_case))
      ->type_name("WHEN");
  verb.add_flag("-v,--verbose", output.verbose, "list what passed too");
  verb.add_flag("-q,--quiet", output.quiet, "no progress on standard error");
}

void AddOnly(CLI::App& verb, std::vector<std::string>& only, const char* what) {
  verb.add_option("--only", only, what)->type_name("GLOB")->allow_extra_args(false);
}

void AddBattery(CLI::App& verb, std::vector<std::string>& batteries, const char* otherwise) {
  verb.add_option("--battery", batteries,
                  "only this battery (isolation, equivalence, control, efficiency), or \"cases\"; "
                  "repeatable (" +
                      std::string(otherwise) + ")")
      ->type_name("NAME")
      ->allow_extra_args(false);
}

void AddListFormat(CLI::App& verb, std::string& format) {
  verb.add_option("--format", format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
}

// "ratio=200"; false when it is none.
bool SetLimit(const std::string& text, validator::ContentLimits& limits) {
  const size_t equals = std::min(text.find('='), text.size());
  const std::string name = text.substr(0, equals);
  uint64_t number = 0;
  if (equals == text.size() || !CLI::detail::lexical_cast(text.substr(equals + 1), number) ||
      number == 0)
    return false;
  if (name == "size") limits.unpacked_bytes = number;
  if (name == "ratio") limits.ratio = number;
  if (name == "entries") limits.entries = number;
  if (name == "depth") limits.depth = static_cast<int>(std::min<uint64_t>(number, 1000));
  return name == "size" || name == "ratio" || name == "entries" || name == "depth";
}

void AddValidate(CLI::App& app, Command& command) {
  CLI::App* verb = app.add_subcommand("validate", "is this bundle, image or document sound?");
  auto options = std::make_shared<ValidateOptions>();
  verb->add_option("paths", options->paths,
                   "bundles, images and ACIs (directories or archives) and JSON documents; - is "
                   "standard input")
      ->required()
      ->type_name("PATH");
  verb->add_option("--kind", options->kind,
                   "what PATH is, instead of detecting it; of a name, PATH is the name itself: " +
                       CLI::detail::join(KindNames(), ", "))
      ->check(CLI::IsMember(KindNames()))
      ->type_name("KIND");
  verb->add_option("--spec", options->spec,
                   "judge by this version of the standard, not by the declared one")
      ->type_name("VERSION");
  verb->add_flag("--same", options->same,
                 "are the two paths the same, apart from how they are packed and written?");
  verb->add_option("--keyring", options->keyring,
                   "verify OpenPGP signatures (.aci.asc, simple signatures) with these keys")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  verb->add_option("--key", options->key, "verify cosign's signatures with this public key (PEM)")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  verb->add_option("--image", options->image,
                   "the image that the bundle was made from: a layout or archive, with :NAME "
                   "behind it when it holds several")
      ->type_name("IMAGE");
  verb->add_option("--with", options->with,
                   "an image of appc that dependencies are looked for in, or that a discovery page "
                   "leads to; repeatable")
      ->type_name("ACI")
      ->allow_extra_args(false);
  verb->add_option_function<std::vector<std::string>>(
          "--limit",
          [options](const std::vector<std::string>& limits) {
            for (const std::string& limit : limits) SetLimit(limit, options->limits);
          },
          "how much of content is read: size=BYTES, ratio=N, entries=N, depth=N; repeatable")
      ->check(CLI::Validator(
          [](const std::string& text) {
            validator::ContentLimits limits;
            return SetLimit(text, limits) ? "" : "\"" + text + "\" is not NAME=NUMBER";
          },
          ""))
      ->type_name("NAME=N")
      ->allow_extra_args(false);
  verb->add_flag_function(
      "--shallow", [options](int64_t) { options->shallow = true; },
      "compare blobs with their digests, and do not open them");
  verb->add_flag_function(
      "--deep", [options](int64_t) { options->shallow = false; },
      "open layers too: diffIDs, entries, whiteouts (the default)");
  verb->add_option("--fail-level", options->fail_level,
                   "exit 1 for findings of this level and above: must (the default), should, may "
                   "or none")
      ->check(CLI::IsMember({"must", "should", "may", "none"}))
      ->type_name("LEVEL");
  verb->add_option("--ignore", options->ignore, "leave out the findings of this rule; repeatable")
      ->type_name("RULE")
      ->allow_extra_args(false);
  verb->add_option("--settings", options->settings,
                   "settings by path (default: .loadline.json here or above)")
      ->type_name("FILE");
  verb->add_option("--jobs", options->jobs, "how many paths, or blobs of one image, at once")
      ->check(CLI::Range(1, 256))
      ->type_name("N");
  AddOutput(*verb, options->output);
  verb->callback([options, &command] { command = *options; });
}

void AddCertify(CLI::App& app, Command& command) {
  CLI::App* verb = app.add_subcommand("certify", "does this runtime keep its promises?");
  auto options = std::make_shared<CertifyOptions>();
  verb->add_option("candidate", options->candidate,
                   "a profile's name, a profile file, or a runtime's program (default: the "
                   "reference runtime)")
      ->type_name("CANDIDATE");
  verb->add_option(
          "--spec", options->spec,
          "version of the standard under test (default: the newest that the candidate declares)")
      ->type_name("VERSION");
  AddOnly(*verb, options->only, "only cases whose id matches; repeatable");
  AddBattery(*verb, options->batteries, "default: all but efficiency");
  verb->add_option("--cases", options->cases_directory,
                   "run the cases of this directory instead of our own")
      ->type_name("DIR");
  verb->add_option("--jobs", options->jobs, "how many cells at once")
      ->check(CLI::Range(1, 256))
      ->type_name("N");
  verb->add_option("--shard", options->shard, "only the I-th of N parts")->type_name("I/N");
  verb->add_flag("--rootless", options->rootless,
                 "let an unprivileged user call the candidate, as a rootless engine does");
  verb->add_flag("--dry-run", options->dry_run, "list what would be run");
  verb->add_flag("--keep", options->keep, "leave the bundles behind and say where");
  verb->add_flag("--require-all", options->require_all, "exit 4 when any case could not be judged");
  AddOutput(*verb, options->output);
  verb->callback([options, &command] { command = *options; });
}

void AddCompare(CLI::App& app, Command& command) {
  CLI::App* verb =
      app.add_subcommand("compare", "where do these runtimes differ, and what do they cost?");
  auto options = std::make_shared<CompareOptions>();
  verb->add_option("candidates", options->candidates,
                   "candidates as for certify, or JSON reports of certify; \"reference\" is the "
                   "reference runtime")
      ->required()
      ->type_name("CANDIDATE");
  verb->add_option("--spec", options->spec,
                   "version of the standard under test (default: the newest that all declare)")
      ->type_name("VERSION");
  AddOnly(*verb, options->only, "only properties whose id matches; repeatable");
  AddBattery(*verb, options->batteries, "default: all");
  verb->add_option("--jobs", options->jobs, "how many cells at once")
      ->check(CLI::Range(1, 256))
      ->type_name("N");
  std::vector<std::string> formats;
  for (const reports::ComparisonWriter& writer : reports::ComparisonWriters())
    formats.emplace_back(writer.format);
  AddOutput(*verb, options->output, formats);
  verb->callback([options, &command] { command = *options; });
}

void AddReportMerge(CLI::App& report, const char* name, const char* what, bool one,
                    Command& command) {
  CLI::App* verb = report.add_subcommand(name, what);
  auto options = std::make_shared<ReportMergeOptions>();
  CLI::Option* files =
      verb->add_option("files", options->files, "written with --report json=FILE")->required();
  files->type_name("FILE");
  if (one) files->expected(1);
  AddOutput(*verb, options->output);
  verb->callback([options, &command] { command = *options; });
}

void AddReportDiff(CLI::App& report, Command& command) {
  CLI::App* verb = report.add_subcommand("diff", "which verdicts do these two not share?");
  auto options = std::make_shared<ReportDiffOptions>();
  verb->add_option("before", options->before, "written with --report json=FILE")
      ->required()
      ->type_name("FILE");
  verb->add_option("after", options->after, "another")->required()->type_name("FILE");
  AddListFormat(*verb, options->format);
  verb->callback([options, &command] { command = *options; });
}

void AddReport(CLI::App& app, Command& command) {
  CLI::App* verb =
      app.add_subcommand("report", "saved reports in another format, merged, or compared");
  verb->require_subcommand(1);
  AddReportMerge(*verb, "render", "a report in another format", true, command);
  AddReportMerge(*verb, "merge", "the parts of one run (--shard, --only) as one report", false,
                 command);
  AddReportDiff(*verb, command);
}

void AddList(CLI::App& app, Command& command) {
  CLI::App* verb = app.add_subcommand("list", "requirements, rules, cases or candidates");
  auto options = std::make_shared<ListOptions>();
  verb->add_option("what", options->what, "requirements, rules, cases or candidates")
      ->required()
      ->check(CLI::IsMember({"requirements", "rules", "cases", "candidates"}))
      ->type_name("WHAT");
  AddListFormat(*verb, options->format);
  verb->callback([options, &command] { command = *options; });
}

void AddExplain(CLI::App& app, Command& command) {
  CLI::App* verb = app.add_subcommand(
      "explain",
      "a requirement, rule or case: what it says, where it is checked, how to reproduce it");
  auto options = std::make_shared<ExplainOptions>();
  verb->add_option("id", options->id, "as a report shows it")->required()->type_name("ID");
  verb->callback([options, &command] { command = *options; });
}

void AddDoctor(CLI::App& app, Command& command) {
  CLI::App* verb = app.add_subcommand("doctor", "what this host can and cannot judge, and why");
  auto options = std::make_shared<DoctorOptions>();
  AddListFormat(*verb, options->format);
  verb->callback([options, &command] { command = *options; });
}

void AddExpect(CLI::App& app, Command& command) {
  CLI::App* verb = app.add_subcommand(
      "expect", "rewrite a candidate's expectations from a run, keeping the reasons");
  auto options = std::make_shared<ExpectOptions>();
  verb->add_option("candidate", options->candidate, "as for certify")
      ->required()
      ->type_name("CANDIDATE");
  verb->add_option("--spec", options->spec, "version of the standard under test")
      ->type_name("VERSION");
  verb->add_option("--file", options->file,
                   "read the reasons from and write to this file (default: standard output)")
      ->type_name("PATH");
  verb->callback([options, &command] { command = *options; });
}

void AddMutants(CLI::App& app, Command& command) {
  CLI::App* verb = app.add_subcommand(
      "mutants", "run deliberately bad runtimes: which of them do the cases catch?");
  auto options = std::make_shared<MutantsOptions>();
  verb->add_option("candidate", options->candidate,
                   "the runtime to make bad (default: the reference runtime)")
      ->type_name("CANDIDATE");
  AddOnly(*verb, options->only, "only mutants whose name matches; repeatable");
  verb->add_option("--jobs", options->jobs, "how many cells at once")
      ->check(CLI::Range(1, 256))
      ->type_name("N");
  verb->add_option("--shard", options->shard, "only the I-th of N parts of the mutants")
      ->type_name("I/N");
  verb->add_option("--min-rate", options->min_rate, "exit 1 when fewer percent are killed")
      ->check(CLI::Range(0, 100))
      ->type_name("PERCENT");
  verb->add_option("--max-survivors", options->max_survivors, "exit 1 when more survive")
      ->type_name("N");
  verb->add_option("--max-unexplained", options->max_unexplained,
                   "exit 1 when more are not killed, or killed only by a refusal, without a reason")
      ->type_name("N");
  verb->add_option("--max-astray", options->max_astray,
                   "exit 1 when more make cases fail that are not about what they spoil")
      ->type_name("N");
  verb->add_option("--max-never-failed", options->max_never_failed,
                   "exit 1 when more cases were never failed")
      ->type_name("N");
  AddListFormat(*verb, options->format);
  verb->callback([options, &command] { command = *options; });
}

void AddLab(CLI::App& app, Command& command) {
  CLI::App* verb = app.add_subcommand(
      "lab", "run a command in a throw-away machine with another kernel and pure cgroup v2");
  auto options = std::make_shared<lab::LabOptions>();
  options->command = {"loadline", "certify"};
  verb->add_option("command", options->command,
                   "what to run, behind -- (default: loadline certify); the files that it leaves "
                   "come into this directory")
      ->type_name("COMMAND");
  verb->add_option("--kernel", options->kernel,
                   "a package of Debian (.deb) or a kernel image of this host (default: the "
                   "package linux-image-amd64, downloaded once)")
      ->type_name("PATH");
  verb->add_option("--cgroup", options->cgroup,
                   "layout of control groups: v2 (default), v1, hybrid")
      ->check(CLI::IsMember({"v1", "v2", "hybrid"}))
      ->type_name("LAYOUT");
  verb->add_option("--init", options->init,
                   "process 1: own (default), or systemd with a small Debian, made once")
      ->check(CLI::IsMember({"own", "systemd"}))
      ->type_name("INIT");
  verb->add_flag("--rootless", options->rootless,
                 "run it as an unprivileged user, with a control group of its own on v2");
  verb->add_option("--memory", options->memory_mb, "of the machine, in MiB (default: 1024)")
      ->check(CLI::Range(256, 1 << 20))
      ->type_name("MIB");
  verb->add_option("--cpus", options->processors, "of the machine (default: 2)")
      ->check(CLI::Range(1, 64))
      ->type_name("N");
  verb->add_option_function<int>(
          "--timeout", [options](int seconds) { options->timeout = std::chrono::seconds(seconds); },
          "seconds after which it is given up (default: 900)")
      ->check(CLI::Range(1, 86400))
      ->type_name("SECONDS");
  verb->add_option("--program", options->programs,
                   "take this program of the host along, with its libraries; repeatable")
      ->type_name("NAME")
      ->allow_extra_args(false);
  verb->add_option("--file", options->files, "put this file where the command runs; repeatable")
      ->check(CLI::ExistingFile)
      ->type_name("PATH")
      ->allow_extra_args(false);
  verb->callback([options, &command] { command = *options; });
}

bool HasVerb(CLI::App& app, const std::string& name) {
  return !app.get_subcommands([&](const CLI::App* verb) { return verb->check_name(name); }).empty();
}

Answer AnswerTo(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream out;
  std::ostringstream err;
  const bool asked = app.exit(error, out, err) == 0;
  if (asked) return {out.str(), 0};
  return {"loadline: " + std::string(error.what()) + "; see loadline --help\n", 2};
}

}  // namespace

Command ParseCommandLine(int argc, const char* const* argv) {
  CLI::App app("Is this container bundle sound, and does this container runtime keep its promises?",
               "loadline");
  app.set_version_flag("--version", std::string("loadline ") + kVersion);
  app.require_subcommand(1);
  app.footer(
      "Examples:\n  loadline validate ./bundle\n  loadline certify runc --report "
      "html=report.html\n  loadline explain "
      "oci-runtime/config/root/readonly\n\n"
      "Exit status: 0 conforms, 1 does not, 2 wrong usage, 3 unreadable input, 4 this host cannot "
      "judge it, 70 a defect of ours, 130 "
      "interrupted.");
  Command command = Answer{"", 2};
  AddValidate(app, command);
  AddCertify(app, command);
  AddCompare(app, command);
  AddReport(app, command);
  AddList(app, command);
  AddExplain(app, command);
  AddDoctor(app, command);
  AddExpect(app, command);
  AddMutants(app, command);
  AddLab(app, command);
  // CLI11 would say that a subcommand is missing, and not which word it did not know.
  if (argc > 1 && argv[1][0] != '-' && !HasVerb(app, argv[1])) {
    return Answer{"loadline: there is no verb " + std::string(argv[1]) + "; see loadline --help\n",
                  2};
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return AnswerTo(app, error);
  }
  return command;
}

}  // namespace loadline::cli
