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

}  // namespace loadline::cli
