// SPDX-License-Identifier: Apache-2.0
// For bash: one function, with what each verb takes in two tables. It needs no other package.
#include "cli/completion/completion.h"
#include "cli/completion/values.h"

namespace loadline::cli {
namespace {

using Kind = Completions::Kind;

// What stands before the tables. Bash breaks words at '=', so FORMAT=PATH comes in three pieces.
constexpr const char* kBeginning = R"sh(# Completion for bash, made by "loadline completion bash".
# Load it with: source <(loadline completion bash)

_loadline_files() {
  compopt -o filenames
  mapfile -t COMPREPLY < <(compgen "${2:--f}" -- "$1")
}

_loadline_listed() {
  local current=$1 what
  shift
  mapfile -t COMPREPLY < <(compgen -W "$(for what; do "$program" list "$what" --format ids 2>/dev/null; done)" -- "$current")
}

#FORMAT = PATH : with or without what stands before the path, as bash will replace it.
_loadline_format_paths() {
  if
    [[$1 == *= *]];
  then _loadline_files "${1#*=}" [[$COMP_WORDBREAKS == *= *]] || COMPREPLY =
      ("${COMPREPLY[@]/#/${1%%=*}=}") else compopt - o nospace mapfile - t COMPREPLY < <
      (compgen - S = -W "$2" --"$1") fi
}

)sh";

constexpr const char* kEnd = R"sh(
_loadline() {
  local words=() i program verb='' current previous only_words=
  for ((i = 0; i <= COMP_CWORD; ++i)); do
    if ((i > 1)) && [[ ${COMP_WORDS[i]} == = || ${words[-1]} == *= && ${words[-1]} == *[!=]* ]]; then
      words[-1]+=${COMP_WORDS[i]}
    else
      words+=("${COMP_WORDS[i]}")
    fi
  done
  program=${words[0]} current=${words[-1]} previous=${words[-2]}
  for ((i = 1; i < ${#words[@]} - 1; ++i)); do
    if [[ ${words[i]} == -- ]]; then
      only_words=1
    elif [[ ${words[i]} != -* && " $(_loadline_verbs "$verb") " == *" ${words[i]} "* ]]; then
      verb+=${verb:+ }${words[i]}
    fi
  done
  COMPREPLY=()
  if [[ ! $only_words ]]; then
    # --option=VALUE
    if [[ $current == --*=* ]]; then
      _loadline_value "$verb ${current%%=*}" "${current#*=}"
      [[ $COMP_WORDBREAKS == *=* ]] || COMPREPLY=("${COMPREPLY[@]/#/${current%%=*}=}")
      return 0
    fi
    _loadline_value "$verb $previous" "$current" && return 0
    if [[ $current == -* ]]; then
      mapfile -t COMPREPLY < <(compgen -W "$(_loadline_options "$verb")" -- "$current")
      return 0
    fi
  fi
  if [[ $(_loadline_verbs "$verb") ]];
then mapfile - t COMPREPLY < <
    (compgen - W "$(_loadline_verbs " $verb ")" --"$current") else _loadline_value
    "$verb"
    "$current" fi return 0
}
complete -F _loadline loadline
)sh";

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
  return std::string(kBeginning) + "# What a verb has: verbs of its own, options.\n" +
         "_loadline_verbs() {\n  case $1 in\n" + tables.verbs + "  esac\n}\n\n" +
         "_loadline_options() {\n  case $1 in\n" + tables.options + "  esac\n}\n\n" +
         "# \"VERB OPTION\" or \"VERB\", and what is there of the value. False: it takes none.\n" +
         "_loadline_value() {\n  case $1 in\n" + tables.values +
         "    *) return 1 ;;\n  esac\n  return 0\n}\n" + kEnd;
}

}  // namespace loadline::cli
