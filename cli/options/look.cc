// SPDX-License-Identifier: Apache-2.0
// The verbs that only show something.
#include "cli/options/verbs.h"

namespace loadline::cli {

void AddList(CLI::App& app, Command& command) {
  CLI::App* verb = app.add_subcommand("list", "requirements, rules, cases or candidates");
  auto options = std::make_shared<ListOptions>();
  verb->add_option("what", options->what, "requirements, rules, cases or candidates")
      ->required()
      ->check(CLI::IsMember({"requirements", "rules", "cases", "candidates"}))
      ->type_name("WHAT");
  verb->add_option("--format", options->format, "text, json, or ids: one on each line")
      ->check(CLI::IsMember({"text", "json", "ids"}))
      ->type_name("FORMAT");
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

void AddCompletion(CLI::App& app, Command& command) {
  CLI::App* verb =
      app.add_subcommand("completion", "what makes a shell complete the command line of loadline");
  auto options = std::make_shared<CompletionOptions>();
  verb->add_option("shell", options->shell, "whose words to speak: bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("SHELL");
  verb->callback([options, &command] { command = *options; });
}

}  // namespace loadline::cli
