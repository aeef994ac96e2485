// SPDX-License-Identifier: Apache-2.0
// The command line, example by example. A file golden/NAME.txt holds commands and what they print:
//   $ command         run by sh in a copy of golden/files, with the programs and that copy in PATH
//   line              of its output (both streams); "..." alone stands for any lines
//   ? N               its exit status, when it is not 0
// And the guides, docs/guide-*.md, in an empty directory: each block that is marked sh is run, the
// text block right behind it is what it prints. What is only to be read is marked shell.
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

// The blocks of a guide, one after the other; what no text block follows may print anything.
std::vector<Example> ReadGuide(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  std::vector<Example> examples;
  std::string block;          // that is being read: sh, text, or another one
  bool right_behind = false;  // nothing but empty lines since a block to run
  for (const std::string& line : Lines(text.str())) {
    if (line.starts_with("```")) {
      if (block.empty()) {
        block = line == "```" ? "none" : line.substr(3);
        if (block == "sh") examples.push_back({"set -e", {"..."}, 0});
        if (block == "text" && right_behind) examples.back().output.clear();
      } else {
        right_behind = block == "sh";
        block.clear();
      }
    } else if (block == "sh") {
      examples.back().command += "\n" + line;
    } else if (block == "text" && right_behind && !line.empty()) {
      examples.back().output.push_back(line);
    } else if (block.empty() && !line.empty()) {
      right_behind = false;
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

class Guide : public testing::TestWithParam<std::string> {};

TEST_P(Guide, PrintsWhatItSays) {
  const auto directory = TempDir::Make("guide").value();
  fs::permissions(directory.path(), fs::perms(0755));
  const auto examples = ReadGuide(fs::path(LOADLINE_SOURCE_DIR) / "docs" / (GetParam() + ".md"));
  ASSERT_FALSE(examples.empty());
  for (const Example& example : examples) RunExample(example, directory.path());
}

std::vector<std::string> Guides() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(fs::path(LOADLINE_SOURCE_DIR) / "docs")) {
    const std::string stem = entry.path().stem();
    if (stem.starts_with("guide-") && entry.path().extension() == ".md") names.push_back(stem);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(Docs, Guide, testing::ValuesIn(Guides()), [](const auto& test) {
  std::string name = test.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

INSTANTIATE_TEST_SUITE_P(Examples, Golden, testing::ValuesIn(Names()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace loadline::cli
