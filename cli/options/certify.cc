// SPDX-License-Identifier: Apache-2.0
// The verbs that run candidates.
#include "cli/options/verbs.h"
#include "reports/parity/triangle.h"

namespace loadline::cli {

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
  AddBattery(*verb, options->batteries, "default: all but efficiency and faults");
  verb->add_option("--cases", options->cases_directory,
                   "run the cases of this directory instead of our own")
      ->type_name("DIR");
  verb->add_option("--expectations", options->expectations,
                   "the candidate's known deviations, as `loadline expect` writes them, instead of "
                   "those that come with the program")
      ->type_name("FILE");
  verb->add_option("--bundle", options->bundle,
                   "judge the posture of this bundle of yours instead of ours: a copy of its "
                   "config.json is run with the probe as its process")
      ->type_name("DIR");
  verb->add_option("--system", options->system,
                   "boot this system in the battery machine, such as debootstrap makes, instead of "
                   "this host's own programs; nothing is written there")
      ->type_name("DIR");
  AddJobs(*verb, options->jobs, "how many cells at once");
  verb->add_option("--shard", options->shard, "only the I-th of N parts")->type_name("I/N");
  verb->add_flag("--rootless", options->rootless,
                 "let an unprivileged user call the candidate, as a rootless engine does");
  verb->add_flag(
      "--full", options->full,
      "let the batteries of faults and of efficiency try all there is, and not a sample");
  verb->add_option("--fault", options->fault,
                   "let this one system call go wrong again, such as create/mkdirat/2/ENOSPC")
      ->type_name("OPERATION/CALL/N/WHAT");
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
  verb->add_option(
          "candidates", options->candidates,
          "candidates as for certify, or reports of it (json, jsonl); \"reference\" is the "
          "reference runtime")
      ->required()
      ->type_name("CANDIDATE");
  verb->add_option("--spec", options->spec,
                   "version of the standard under test (default: the newest that all declare)")
      ->type_name("VERSION");
  AddOnly(*verb, options->only, "only properties whose id matches; repeatable");
  AddBattery(*verb, options->batteries, "default: all");
  AddJobs(*verb, options->jobs, "how many cells at once");
  verb->add_flag("--full", options->full, "measure more, and not a sample");
  verb->add_option("--save", options->save,
                   "keep the report of each candidate that is run here, as jsonl, while it comes "
                   "to be: a comparison that breaks off goes on from them")
      ->check(CLI::ExistingDirectory)
      ->type_name("DIR");
  std::vector<std::string> formats = AllFormats();
  formats.emplace_back(reports::kTriangle);
  AddOutput(*verb, options->output, formats);
  verb->callback([options, &command] { command = *options; });
}

void AddExpect(CLI::App& app, Command& command) {
  CLI::App* verb = app.add_subcommand(
      "expect", "rewrite a candidate's expectations from a run, keeping the reasons");
  auto options = std::make_shared<ExpectOptions>();
  verb->add_option("candidate", options->candidate, "as for certify (not with --from)")
      ->type_name("CANDIDATE");
  verb->add_option("--from", options->from,
                   "take what this report of certify saw, instead of running the candidate")
      ->type_name("REPORT");
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
  AddJobs(*verb, options->jobs, "how many cells at once");
  verb->add_option("--shard", options->shard, "only the I-th of N parts of the mutants")
      ->type_name("I/N");
  verb->add_option("--min-rate", options->min_rate, "exit 1 when fewer percent are killed")
      ->check(CLI::Range(0, 100))
      ->type_name("PERCENT");
  verb->add_option("--max-survivors", options->max_survivors, "exit 1 when more survive")
      ->type_name("N");
  verb->add_option("--max-untouched", options->max_untouched,
                   "exit 1 when more are not judged: no case that could touches what they spoil")
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

}  // namespace loadline::cli
