// SPDX-License-Identifier: Apache-2.0
#include "base/manual_page.h"

#include <algorithm>
#include <cctype>

namespace loadline {
namespace {

std::string Capitals(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

// An argument of a macro.
std::string Argument(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : RoffText(text)) quoted += c == '"' ? "\\(dq" : std::string(1, c);
  return quoted + "\"";
}

// What is said as it stands, and what stands for something; either may be empty.
std::string BoldItalic(const std::string& said, const std::string& meant) {
  std::string text;
  if (!said.empty()) text += "\\fB" + RoffText(said) + "\\fR";
  if (!meant.empty()) text += (text.empty() ? "\\fI" : " \\fI") + RoffText(meant) + "\\fR";
  return text;
}

}  // namespace

std::string RoffText(std::string_view text) {
  std::string roff;
  bool line_begins = true;
  for (const char c : text) {
    // A line that begins with one of these would be a command.
    if (line_begins && (c == '.' || c == '\'')) roff += "\\&";
    if (c == '\\')
      roff += "\\e";
    else if (c == '-')
      roff += "\\-";
    else
      roff += c;
    line_begins = c == '\n';
  }
  return roff;
}

ManualPage::ManualPage(const std::string& name, const std::string& summary,
                       const std::string& version, const std::string& date) {
  // A date is one only with plain dashes.
  text_ = ".TH " + Argument(Capitals(name)) + " 1 \"" + date + "\" " +
          Argument("Loadline " + version) + " " + Argument("Loadline") + "\n.SH NAME\n" +
          RoffText(name) + " \\- " + RoffText(summary) + "\n";
}

void ManualPage::Section(const std::string& title) {
  text_ += ".SH " + Argument(Capitals(title)) + "\n";
}

void ManualPage::Subsection(const std::string& title) { text_ += ".SS " + Argument(title) + "\n"; }

void ManualPage::Paragraph(const std::string& text) {
  BeginParagraph();
  text_ += RoffText(text) + "\n";
}

void ManualPage::Synopsis(const std::string& command, const std::string& operands) {
  text_ += BoldItalic(command, operands) + "\n";
}

void ManualPage::Item(const std::string& term, const std::string& value, const std::string& text) {
  text_ += ".TP\n" + BoldItalic(term, value) + "\n" + RoffText(text) + "\n";
}

void ManualPage::Example(const std::string& lines) {
  text_ += ".RS 4\n.EX\n" + RoffText(lines) + "\n.EE\n.RE\n";
}

void ManualPage::BeginParagraph() {
  const size_t line = text_.rfind('\n', text_.size() - 2) + 1;
  if (text_.compare(line, 2, ".S") != 0) text_ += ".PP\n";
}

void ManualPage::Roff(const std::string& text) { text_ += text; }

}  // namespace loadline
