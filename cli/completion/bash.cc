// SPDX-License-Identifier: Apache-2.0
// For bash: what each verb takes, as tables of the function in loadline.bash. It needs no other
// package.
#include "cli/completion/completion.h"
#include "cli/completion/script.h"
#include "cli/completion/values.h"

namespace loadline::cli {
namespace {

using Kind = Completions::Kind;

std::string ActionOf(const Completions& completions) {
  const std::string words = "'" + Spaced(completions.words) + "'";
  switch (completions.kind) {
    case Kind::kNothing:
      return ":";
    case Kind::kWords:
      return "mapfile -t COMPREPLY < <(compgen -W " + words + R"sh( -- "$2"))sh";
    case Kind::kDirectories:
      return R"(_loadline_files "$2" -d)";
    case Kind::kListed:
      return (completions.files ? R"sh(_loadline_files "$2"; local files=("${COMPREPLY[@]}"); )sh"
                                : "") +
             (R"(_loadline_listed "$2" )" + Spaced(completions.words)) +
             (completions.files ? R"sh(; COMPREPLY+=("${files[@]}"))sh" : "");
    case Kind::kFormatPaths:
      return R"(_loadline_format_paths "$2" )" + words;
    case Kind::kCommand:
      return R"sh(mapfile -t COMPREPLY < <(compgen -A command -A file -- "$2"))sh";
    case Kind::kFiles:
      break;
  }
  return R"(_loadline_files "$2")";
}

struct Tables {
  std::string verbs;
  std::string options;
  std::string values;
};

void AddVerb(const CommandTree& verb, const std::string& path, Tables& tables) {
  std::vector<std::string> names;
  for (const CommandTree& below : verb.verbs) names.push_back(below.name);
  if (!names.empty()) tables.verbs += "    '" + path + "') echo '" + Spaced(names) + "' ;;\n";
  std::vector<std::string> options;
  for (const CommandOption& option : verb.options) {
    options.insert(options.end(), option.names.begin(), option.names.end());
    if (option.value.empty()) continue;
    std::string keys;
    for (const std::string& name : option.names)
      keys += (keys.empty() ? "'" : " | '") + path + " " + name + "'";
    tables.values += "    " + keys + ") " + ActionOf(CompletionsOf(option, verb)) + " ;;\n";
  }
  tables.options += "    '" + path + "') echo '" + Spaced(options) + "' ;;\n";
  // All words of a verb are of one kind; the last goes on.
  if (!verb.words.empty()) {
    tables.values +=
        "    '" + path + "') " + ActionOf(CompletionsOf(verb.words.back(), verb)) + " ;;\n";
  }
  for (const CommandTree& below : verb.verbs)
    AddVerb(below, path + (path.empty() ? "" : " ") + below.name, tables);
}

}  // namespace

std::string BashCompletion(const CommandTree& tree) {
  Tables tables;
  AddVerb(tree, "", tables);
  return ScriptWith(
      "bash",
      "# What a verb has: verbs of its own, options.\n_loadline_verbs() {\n  case $1 in\n" +
          tables.verbs + "  esac\n}\n\n_loadline_options() {\n  case $1 in\n" + tables.options +
          "  esac\n}\n\n"
          "# \"VERB OPTION\" or \"VERB\", and what is there of the value. False: it takes none.\n"
          "_loadline_value() {\n  case $1 in\n" +
          tables.values + "    *) return 1 ;;\n  esac\n  return 0\n}\n\n");
}

}  // namespace loadline::cli
