// SPDX-License-Identifier: Apache-2.0
#include "cli/manual/pages.h"

#include <sstream>

#include "base/files.h"
#include "base/joined.h"
#include "base/manual_page.h"
#include "base/version.h"

namespace loadline::cli {
namespace {

constexpr size_t kProseCap = 1 << 20;

std::string OperandsOf(const CommandTree& verb) {
  std::string text = "[OPTION]...";
  if (!verb.verbs.empty()) return text + " VERB ...";
  for (const CommandOption& word : verb.words) {
    const std::string shown = word.value + (word.repeatable ? "..." : "");
    text += " " + (word.required ? shown : "[" + shown + "]");
  }
  return text;
}

// With the choices, unless the help names them all itself.
std::string HelpOf(const CommandOption& option) {
  bool named = true;
  for (const std::string& choice : option.choices)
    named = named && option.help.find(choice) != std::string::npos;
  return option.help + (named ? "" : ": " + Joined(option.choices, ", "));
}

void AddItems(ManualPage& page, const CommandTree& verb) {
  for (const CommandOption& word : verb.words) page.Item("", word.value, HelpOf(word));
  for (const CommandOption& option : verb.options)
    page.Item(Joined(option.names, ", "), option.value, HelpOf(option));
}

// The footer's blocks: "Examples:" with lines below it, and "Exit status: 0 conforms, 1 …".
void AddFooter(ManualPage& page, const std::string& footer) {
  std::istringstream lines(footer);
  std::string examples;
  for (std::string line; std::getline(lines, line);) {
    constexpr std::string_view kExit = "Exit status: ";
    if (line.starts_with("  ")) examples += (examples.empty() ? "" : "\n") + line.substr(2);
    if (!line.starts_with(kExit)) continue;
    page.Section("Exit status");
    std::istringstream statuses(line.substr(kExit.size()));
    for (std::string status; std::getline(statuses >> std::ws, status, ',');) {
      const size_t space = std::min(status.find(' '), status.size());
      page.Item(status.substr(0, space), "", status.substr(std::min(space + 1, status.size())));
    }
  }
  if (examples.empty()) return;
  page.Section("Examples");
  page.Example(examples);
}

void AddProse(ManualPage& page, const std::string& prose_directory, const std::string& name) {
  if (auto prose = ReadFile(prose_directory + "/" + name + ".man", kProseCap)) page.Roff(*prose);
}

NamedPage ProgramPage(const CommandTree& program, const std::string& prose_directory,
                      const std::string& date) {
  ManualPage page(program.name, program.help, kVersion, date);
  page.Section("Synopsis");
  page.Synopsis(program.name, OperandsOf(program));
  page.Section("Verbs");
  for (const CommandTree& verb : program.verbs)
    page.Item(program.name + "-" + verb.name + "(1)", "", verb.help);
  page.Section("Options");
  AddItems(page, program);
  AddFooter(page, program.footer);
  AddProse(page, prose_directory, program.name);
  return {program.name, page.text()};
}

NamedPage VerbPage(const CommandTree& program, const CommandTree& verb,
                   const std::string& prose_directory, const std::string& date) {
  const std::string name = program.name + "-" + verb.name;
  ManualPage page(name, verb.help, kVersion, date);
  page.Section("Synopsis");
  const std::string command = program.name + " " + verb.name;
  const std::string between = verb.verbs.empty() ? "" : ".br\n";
  page.Synopsis(command, OperandsOf(verb));
  for (const CommandTree& below : verb.verbs) {
    page.Roff(between);
    page.Synopsis(command + " " + below.name, OperandsOf(below));
  }
  page.Section("Options");
  AddItems(page, verb);
  for (const CommandTree& below : verb.verbs) {
    page.Subsection(command + " " + below.name);
    page.Paragraph(below.help);
    AddItems(page, below);
  }
  AddProse(page, prose_directory, name);
  page.Section("Exit status");
  page.Roff("That of\n.BR " + program.name + " (1).\n");
  page.Section("See also");
  page.Roff(".BR " + program.name + " (1)\n");
  return {name, page.text()};
}

}  // namespace

std::vector<NamedPage> ManualPages(const CommandTree& program, const std::string& prose_directory,
                                   const std::string& date) {
  std::vector<NamedPage> pages{ProgramPage(program, prose_directory, date)};
  for (const CommandTree& verb : program.verbs)
    pages.push_back(VerbPage(program, verb, prose_directory, date));
  return pages;
}

}  // namespace loadline::cli
