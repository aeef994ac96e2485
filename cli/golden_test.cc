// SPDX-License-Identifier: Apache-2.0
// The command line, example by example. A file golden/NAME.txt holds commands and what they print:
//   $ command         run by sh in a copy of golden/files, with the programs and that copy in PATH
//   line              of its output (both streams); "..." alone stands for any lines
//   ? N               its exit status, when it is not 0
// The guides are run by run_guide.py.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/child_process.h"
#include "base/temp_dir.h"

namespace loadline::cli {
namespace {

namespace fs = std::filesystem;

struct Example {
  std::string command;
  std::vector<std::string> output;
  int status = 0;
};

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<Example> ReadExamples(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  std::vector<Example> examples;
  for (const std::string& line : Lines(text.str())) {
    if (line.starts_with("$ ")) {
      examples.push_back({line.substr(2), {}, 0});
    } else if (line.starts_with("? ")) {
      examples.back().status = std::stoi(line.substr(2));
    } else if (!examples.empty() && !line.empty()) {
      examples.back().output.push_back(line);
    }
  }
  return examples;
}

// Whether the lines match, "..." standing for any number of them.
bool Match(std::span<const std::string> wanted, std::span<const std::string> seen) {
  if (wanted.empty()) return seen.empty();
  if (wanted[0] == "...") {
    for (size_t skipped = 0; skipped <= seen.size(); ++skipped) {
      if (Match(wanted.subspan(1), seen.subspan(skipped))) return true;
    }
    return false;
  }
  return !seen.empty() && wanted[0] == seen[0] && Match(wanted.subspan(1), seen.subspan(1));
}

void RunExample(const Example& example, const std::string& directory) {
  RunOptions options;
  options.spawn.argv = {"/bin/sh", "-c", "exec 2>&1\n" + example.command};
  options.spawn.environment = {"PATH=" LOADLINE_BINARY_DIR ":" + directory +
                               ":/usr/sbin:/usr/bin:/sbin:/bin"};
  options.spawn.directory = directory;
  options.deadline = Deadline::After(std::chrono::seconds(120));
  auto outcome = RunToEnd(options);
  ASSERT_TRUE(outcome.has_value()) << outcome.error().ToLine();
  std::vector<std::string> seen = Lines(outcome->standard_output);
  std::erase(seen, "");
  EXPECT_TRUE(Match(example.output, seen)) << "$ " << example.command << "\n"
                                           << outcome->standard_output;
  EXPECT_EQ(outcome->status.code, example.status) << "$ " << example.command;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, PrintsWhatTheFileSays) {
  const fs::path golden = fs::path(LOADLINE_SOURCE_DIR) / "cli/golden";
  const auto directory = TempDir::Make("golden").value();
  fs::permissions(directory.path(), fs::perms(0755));  // examples run without root, too
  fs::copy(golden / "files", directory.path(), fs::copy_options::recursive);
  const auto examples = ReadExamples(golden / (GetParam() + ".txt"));
  ASSERT_FALSE(examples.empty());
  for (const Example& example : examples) RunExample(example, directory.path());
}

std::vector<std::string> Names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(fs::path(LOADLINE_SOURCE_DIR) / "cli/golden")) {
    if (entry.path().extension() == ".txt") names.push_back(entry.path().stem());
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(Examples, Golden, testing::ValuesIn(Names()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace loadline::cli
