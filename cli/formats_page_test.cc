// SPDX-License-Identifier: Apache-2.0
// docs/formats.md knows every format, and its commands are the examples of golden/formats.txt,
// which are run.
#include <gmock/gmock.h>

#include <set>
#include <sstream>

#include "base/files.h"
#include "reports/writer.h"

namespace loadline::cli {
namespace {

// The lines that begin so, without their beginning.
std::set<std::string> LinesAfter(const std::string& text, const std::string& beginning) {
  std::set<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with(beginning)) lines.insert(line.substr(beginning.size()));
  }
  return lines;
}

TEST(FormatsPage, HasARowForEachFormat) {
  const std::string page = ReadFile(LOADLINE_SOURCE_DIR "/docs/formats.md").value();
  for (const reports::Writer& writer : reports::AllWriters())
    EXPECT_THAT(page, testing::HasSubstr("\n| `" + std::string(writer.format) + "` |"));
}

TEST(FormatsPage, ShowsCommandsThatAreRun) {
  const std::string page = ReadFile(LOADLINE_SOURCE_DIR "/docs/formats.md").value();
  const std::string examples = ReadFile(LOADLINE_SOURCE_DIR "/cli/golden/formats.txt").value();
  const auto shown = LinesAfter(page, "loadline ");
  const auto run = LinesAfter(examples, "$ loadline ");
  EXPECT_GE(shown.size(), 8U);
  for (const std::string& command : shown) EXPECT_TRUE(run.contains(command)) << command;
}

}  // namespace
}  // namespace loadline::cli
