// SPDX-License-Identifier: Apache-2.0
// For fish: a line per option, word and verb, each with the verb behind which it stands.
#include "cli/completion/completion.h"
#include "cli/completion/values.h"

namespace loadline::cli {
namespace {

using Kind = Completions::Kind;

constexpr const char* kBeginning = R"sh(# Completion for fish, made by "loadline completion fish".
# Load it with: loadline completion fish | source

# Whether the line so far says this verb: "", "validate", "report merge"; with "alone", and no word behind it.
function __loadline_at
    set -l said (commandline -opc)
    set -e said[1]
    set -l words
    for word in $said
        string match -q -- '-*' $word; or set -a words $word
    end
    set -l count (count (string split -n ' ' -- $argv[1]))
    if test "$argv[2]" = alone -o $count -eq 0
        test (count $words) -eq $count; or return 1
    end
    test $count -eq 0; and return 0
    test (count $words) -ge $count; or return 1
    test "$words[1..$count]" = "$argv[1]"
end

function __loadline_listed
    set -l program (commandline -opc)[1]
    for what in $argv
        $program list $what --format ids 2>/dev/null
    end
end

# FORMAT=PATH
function __loadline_format_paths
    set -l token (commandline -ct)
    if string match -q -- '*=*' $token
        set -l format (string replace -r '=.*' '' -- $token)
        printf "$format=%s\n" (__fish_complete_path (string replace -r '^[^=]*=' '' -- $token))
    else
        printf '%s=\n' $argv
    end
end

complete -c loadline -f
)sh";

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
  std::string text = kBeginning;
  AddVerb(tree, "", text);
  return text;
}

}  // namespace loadline::cli
