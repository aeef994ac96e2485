// SPDX-License-Identifier: Apache-2.0
// ManualPage: a page for man(1), in roff's macros man(7), made of plain text.
#pragma once

#include <string>
#include <string_view>

namespace loadline {

class ManualPage {
 public:
  // "loadline-validate", what it is in a line, "0.1.0", "2026-11-28".
  ManualPage(const std::string& name, const std::string& summary, const std::string& version,
             const std::string& date);

  void Section(const std::string& title);
  void Subsection(const std::string& title);
  void Paragraph(const std::string& text);
  // A command line: what is said as it stands, and what stands for something.
  void Synopsis(const std::string& command, const std::string& operands);
  // "--format", "FORMAT", what it is. A term without a value has none.
  void Item(const std::string& term, const std::string& value, const std::string& text);
  // Lines that are shown as they are.
  void Example(const std::string& lines);
  // Text that is roff already.
  void Roff(const std::string& text);

  const std::string& text() const { return text_; }

 private:
  // Behind a heading there is one already.
  void BeginParagraph();

  std::string text_;
};

// So that roff shows the text and does nothing else with it.
std::string RoffText(std::string_view text);

}  // namespace loadline
