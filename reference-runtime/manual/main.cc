// SPDX-License-Identifier: Apache-2.0
// loadline-runtime-manual OUT PROSE DATE: writes the manual page of loadline-runtime, made of its
// tables and of prose, into the directory OUT. It is run by the build and not installed.
#include <cstdio>

#include "base/files.h"
#include "base/manual_page.h"
#include "base/version.h"
#include "reference-runtime/command_line.h"
#include "reference-runtime/command_line_tables.h"

namespace loadline::runtime {
namespace {

constexpr size_t kProseCap = 1 << 20;

void AddOptions(ManualPage& page, const std::string& operation) {
  for (const Option& option : Options()) {
    if (!Takes(option, operation)) continue;
    std::string names = "--" + std::string(option.name);
    if (!option.letter.empty()) names = "-" + std::string(option.letter) + ", " + names;
    page.Item(names, option.takes_value ? "VALUE" : "", std::string(option.help));
  }
}

std::string Page(const std::string& prose, const std::string& date) {
  const std::string name = "loadline-runtime";
  ManualPage page(name, "a small OCI runtime", kVersion, date);
  page.Section("Synopsis");
  page.Synopsis(name, "[OPTION]... OPERATION [OPTION]... [ID]");
  page.Section("Options");
  AddOptions(page, "");
  page.Section("Operations");
  for (const Operation& operation : Operations()) {
    const std::string operands(operation.operands);
    page.Subsection(std::string(operation.name) + (operands.empty() ? "" : " " + operands));
    page.Paragraph(std::string(operation.help));
    AddOptions(page, std::string(operation.name));
  }
  page.Roff(prose);
  return page.text();
}

Result<void> WritePage(const std::string& out, const std::string& prose, const std::string& date) {
  ASSIGN_OR_RETURN(const std::string read, ReadFile(prose, kProseCap));
  return WriteFileAtomically(out + "/loadline-runtime.1", Page(read, date));
}

}  // namespace
}  // namespace loadline::runtime

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: loadline-runtime-manual OUT PROSE DATE\n", stderr);
    return 2;
  }
  auto written = loadline::runtime::WritePage(argv[1], argv[2], argv[3]);
  if (written.has_value()) return 0;
  std::fprintf(stderr, "loadline-runtime-manual: %s\n", written.error().ToLine().c_str());
  return 1;
}
