// SPDX-License-Identifier: Apache-2.0
// CLI11 tells all but the choices of an option, which stand in the words that it would show.
#include "cli/command_tree.h"

#include <string_view>

#include "cli/options/verbs.h"

namespace loadline::cli {
namespace {

// "FORMAT:{text,json}" or "WHEN:value in {auto->0,never->1} OR {0,1}" is what CLI11 calls it.
std::vector<std::string> ChoicesIn(const std::string& type) {
  std::vector<std::string> choices;
  const size_t open = type.find('{');
  const size_t close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return choices;
  for (const std::string& choice :
       CLI::detail::split(type.substr(open + 1, close - open - 1), ',')) {
    choices.push_back(choice.substr(0, choice.find("->")));
  }
  return choices;
}

CommandOption ReadOption(const CLI::Option& option) {
  CommandOption read;
  for (const std::string& name : option.get_snames()) read.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) read.names.push_back("--" + name);
  if (read.names.empty()) read.names.push_back(option.get_name(true));
  if (option.get_items_expected_max() > 0) {
    const std::string type = option.get_type_name();
    read.value = type.substr(0, type.find(':'));
    read.choices = ChoicesIn(type);
  }
  read.help = option.get_description();
  read.required = option.get_required();
  read.repeatable = option.get_items_expected_max() > 1;
  return read;
}

CommandTree ReadApp(const CLI::App& app) {
  CommandTree tree{app.get_name(), app.get_description(), app.get_footer(), {}, {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    // An empty group hides an option.
    if (option->get_group().empty()) continue;
    (option->get_positional() ? tree.words : tree.options).push_back(ReadOption(*option));
  }
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!verb->get_group().empty()) tree.verbs.push_back(ReadApp(*verb));
  }
  return tree;
}

}  // namespace

CommandTree ReadCommandTree() {
  CLI::App app;
  Command command = Answer{"", 2};
  AddAll(app, command);
  return ReadApp(app);
}

}  // namespace loadline::cli
