// SPDX-License-Identifier: Apache-2.0
#include "cli/completion/values.h"

#include <algorithm>
#include <iterator>

#include "base/joined.h"
#include "conformance/batteries/battery.h"

namespace loadline::cli {
namespace {

using Kind = Completions::Kind;

// By the name of the value, as the help shows it. What is not here is a file.
struct NamedValue {
  const char* value;
  Kind kind;
  std::vector<std::string> listed = {};
  bool files = false;
};

const std::vector<NamedValue>& NamedValues() {
  static const std::vector<NamedValue> values{
      {"CANDIDATE", Kind::kListed, {"candidates"}, true},
      {"ID", Kind::kListed, {"requirements", "rules", "cases"}},
      {"GLOB", Kind::kListed, {"cases"}},
      {"RULE", Kind::kListed, {"rules"}},
      {"DIR", Kind::kDirectories},
      {"COMMAND", Kind::kCommand},
      {"N", Kind::kNothing},
      {"I/N", Kind::kNothing},
      {"NAME", Kind::kNothing},
      {"NAME=N", Kind::kNothing},
      {"MIB", Kind::kNothing},
      {"PERCENT", Kind::kNothing},
      {"SECONDS", Kind::kNothing},
      {"TIME", Kind::kNothing},
      {"VERSION", Kind::kNothing},
      {"OPERATION/CALL/N/WHAT", Kind::kNothing},
  };
  return values;
}

std::vector<std::string> BatteryNames() {
  std::vector<std::string> names{"cases"};
  for (const conformance::Battery& battery : conformance::AllBatteries())
    names.push_back(battery.name);
  return names;
}

std::vector<std::string> FormatsOf(const CommandTree& verb) {
  for (const CommandOption& option : verb.options) {
    if (option.names.back() == "--format") return option.choices;
  }
  return {};
}

}  // namespace

Completions CompletionsOf(const CommandOption& option, const CommandTree& verb) {
  if (!option.choices.empty()) return {Kind::kWords, option.choices, false};
  if (option.value == "BATTERY") return {Kind::kWords, BatteryNames(), false};
  if (option.value == "FORMAT=PATH") return {Kind::kFormatPaths, FormatsOf(verb), false};
  const auto& values = NamedValues();
  const auto found = std::find_if(values.begin(), values.end(), [&option](const NamedValue& known) {
    return option.value == known.value;
  });
  if (found == values.end()) return {};
  return {found->kind, found->listed, found->files};
}

std::string Brief(const std::string& help) {
  size_t end = help.size();
  for (const char* mark : {"; ", ": ", " (", ", such as", ", with "})
    end = std::min(end, help.find(mark));
  return help.substr(0, end);
}

std::string Spaced(const std::vector<std::string>& words) { return Joined(words, " "); }

}  // namespace loadline::cli
