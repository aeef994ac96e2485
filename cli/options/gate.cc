// SPDX-License-Identifier: Apache-2.0
#include "cli/options/verbs.h"

namespace loadline::cli {

void AddGate(CLI::App& app, Command& command) {
  CLI::App* verb = app.add_subcommand("gate", "did anything get worse since the baseline?");
  auto options = std::make_shared<GateOptions>();
  verb->add_option("--baseline", options->baseline,
                   "a report of validate or certify (--report json=PATH)")
      ->required()
      ->type_name("REPORT");
  verb->add_option("now", options->now,
                   "a report of the same now (default: what the baseline judged is judged again)")
      ->type_name("NOW");
  verb->add_flag("--accept,--update", options->accept,
                 "make what is seen now the baseline, and exit 0");
  verb->add_option("--candidate", options->candidate,
                   "judge this one, as for certify, where the baseline's program lies elsewhere")
      ->type_name("CANDIDATE");
  verb->add_option("--expectations", options->expectations,
                   "the candidate's known deviations, as for certify")
      ->type_name("FILE");
  verb->add_option("--fail-level", options->fail_level,
                   "stop what got worse of this level and above: must, should, may or none "
                   "(default: of a path what the settings say; otherwise should)")
      ->check(CLI::IsMember({"must", "should", "may", "none"}))
      ->type_name("LEVEL");
  const auto add = [&](const char* name, std::string& word, const char* what) {
    verb->add_option(name, word, what)->check(CLI::IsMember({"fail", "tell"}))->type_name("WORD");
  };
  add("--lost", options->lost,
      "what passed and is no longer judged: fail (the default), or only tell");
  add("--noise", options->noise,
      "what passed and was too noisy to be judged now: fail, or only tell (the default)");
  verb->add_option("--settings", options->settings,
                   "of paths (default: .loadline.json here or above)")
      ->type_name("FILE");
  AddJobs(*verb, options->jobs, "how much at once");
  AddOutput(*verb, options->output);
  verb->callback([options, &command] { command = *options; });
}

}  // namespace loadline::cli
