// SPDX-License-Identifier: Apache-2.0
// For zsh: a function per verb, each a call of zsh's own _arguments.
#include "cli/completion/completion.h"
#include "cli/completion/script.h"
#include "cli/completion/values.h"

namespace loadline::cli {
namespace {

using Kind = Completions::Kind;

// With a backslash before each of these, and in single quotes.
std::string Quoted(const std::string& text, const std::string& special = "") {
  std::string quoted;
  for (const char c : text) {
    if (special.find(c) != std::string::npos) quoted += '\\';
    if (c == '\'')
      quoted += R"('\'')";
    else
      quoted += c;
  }
  return quoted;
}

std::string ActionOf(const Completions& completions) {
  switch (completions.kind) {
    case Kind::kNothing:
      return " ";
    case Kind::kWords:
      return "(" + Spaced(completions.words) + ")";
    case Kind::kDirectories:
      return "_files -/";
    case Kind::kListed:
      return (completions.files ? " _loadline_listed_or_file " : " _loadline_listed ") +
             Spaced(completions.words);
    case Kind::kFormatPaths:
      return " _loadline_format_paths " + Spaced(completions.words);
    case Kind::kCommand:
      return "_normal";
    case Kind::kFiles:
      break;
  }
  return "_files";
}

std::string OptionSpecs(const CommandOption& option, const CommandTree& verb) {
  std::string specs;
  const bool ends = option.names.back() == "--help" || option.names.back() == "--version";
  for (const std::string& name : option.names) {
    std::string spec = " \\\n    '";
    if (option.repeatable)
      spec += "*";
    else
      spec += "(" + (ends ? "- *" : Spaced(option.names)) + ")";
    spec += name;
    if (!option.value.empty()) spec += name.starts_with("--") ? "=" : "+";
    spec += "[" + Quoted(Brief(option.help), "[]\\") + "]";
    if (!option.value.empty())
      spec += ":" + Quoted(option.value, ":\\") + ":" + ActionOf(CompletionsOf(option, verb));
    specs += spec + "'";
  }
  return specs;
}

std::string WordSpec(const CommandOption& word, const CommandTree& verb) {
  const Completions completions = CompletionsOf(word, verb);
  // Behind two colons the rest of the line is a command line of its own.
  const char* colons = ":";
  if (completions.kind == Kind::kCommand)
    colons = "*::";
  else if (word.repeatable)
    colons = "*:";
  else if (!word.required)
    colons = "::";
  return std::string(" \\\n    '") + colons + Quoted(word.value, ":\\") + ":" +
         ActionOf(completions) + "'";
}

// The function of a verb, behind those of the verbs below it.
void AddFunction(const CommandTree& verb, const std::string& name, std::string& text) {
  for (const CommandTree& below : verb.verbs) AddFunction(below, name + "_" + below.name, text);
  text += name + "() {\n";
  if (verb.verbs.empty()) {
    text += "  _arguments -s";
  } else {
    text += "  local curcontext=$curcontext state line\n";
    if (name == "_loadline") text += "  local loadline_program=$words[1]\n";
    text += "  local -a verbs=(";
    for (const CommandTree& below : verb.verbs)
      text += "\n    '" + below.name + ":" + Quoted(Brief(below.help), ":\\") + "'";
    text += "\n  )\n  _arguments -C";
  }
  for (const CommandOption& option : verb.options) text += OptionSpecs(option, verb);
  for (const CommandOption& word : verb.words) text += WordSpec(word, verb);
  if (!verb.verbs.empty()) {
    text +=
        " \\\n    '1:verb:->verb' '*:: :->rest'\n  case $state in\n    verb) _describe verb verbs "
        ";;\n"
        "    rest) (( $+functions[" +
        name + "_$words[1]] )) && " + name + "_$words[1] ;;\n  esac";
  }
  text += "\n}\n\n";
}

}  // namespace

std::string ZshCompletion(const CommandTree& tree) {
  std::string text;
  AddFunction(tree, "_loadline", text);
  return ScriptWith("zsh", text);
}

}  // namespace loadline::cli
