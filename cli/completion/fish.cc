// SPDX-License-Identifier: Apache-2.0
// For fish: a line per option, word and verb, each with the verb behind which it stands.
#include "cli/completion/completion.h"
#include "cli/completion/script.h"
#include "cli/completion/values.h"

namespace loadline::cli {
namespace {

using Kind = Completions::Kind;

std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string ActionOf(const Completions& completions) {
  switch (completions.kind) {
    case Kind::kNothing:
      return " -f";
    case Kind::kWords:
      return " -f -a " + Quoted(Spaced(completions.words));
    case Kind::kDirectories:
      return " -f -a '(__fish_complete_directories)'";
    case Kind::kListed:
      return (completions.files ? " -F" : " -f") +
             (" -a '(__loadline_listed " + Spaced(completions.words)) + ")'";
    case Kind::kFormatPaths:
      return " -f -a '(__loadline_format_paths " + Spaced(completions.words) + ")'";
    case Kind::kCommand:
      return " -F -a '(__fish_complete_subcommand)'";
    case Kind::kFiles:
      break;
  }
  return " -F";
}

void AddVerb(const CommandTree& verb, const std::string& path, std::string& text) {
  const std::string line = "complete -c loadline -n \"__loadline_at '" + path + "'\"";
  for (const CommandTree& below : verb.verbs) {
    text += "complete -c loadline -n \"__loadline_at '" + path + "' alone\" -f -a " + below.name +
            " -d " + Quoted(Brief(below.help)) + "\n";
  }
  for (const CommandOption& option : verb.options) {
    text += line;
    for (const std::string& name : option.names)
      text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    if (!option.value.empty()) text += " -r" + ActionOf(CompletionsOf(option, verb));
    text += " -d " + Quoted(Brief(option.help)) + "\n";
  }
  // All words of a verb are of one kind; the last goes on.
  if (!verb.words.empty()) {
    const std::string action = ActionOf(CompletionsOf(verb.words.back(), verb));
    if (action != " -f") text += line + action + "\n";
  }
  for (const CommandTree& below : verb.verbs)
    AddVerb(below, path + (path.empty() ? "" : " ") + below.name, text);
}

}  // namespace

std::string FishCompletion(const CommandTree& tree) {
  std::string text;
  AddVerb(tree, "", text);
  return ScriptWith("fish", text);
}

}  // namespace loadline::cli
