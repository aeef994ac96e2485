// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/criu.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "base/child_process.h"
#include "base/files.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

constexpr char kSearch[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// The last complaints, which name the reason; those before are often about what criu can do
// without.
std::string Complaints(const std::string& text) {
  std::vector<std::string> lines;
  for (const std::string& line : SplitText(text, '\n')) {
    if (line.find("Error") != std::string::npos) lines.push_back(line);
  }
  std::string last;
  for (size_t i = lines.size() < 4 ? 0 : lines.size() - 4; i < lines.size(); ++i)
    last += (last.empty() ? "" : " | ") + lines[i];
  return last.empty() ? "its log says no more" : last;
}

}  // namespace

Result<void> RunCriu(const std::string& verb, const CriuOptions& options,
                     const std::vector<std::string>& arguments,
                     const std::vector<std::pair<int, int>>& descriptors) {
  const std::string work = options.work.empty() ? options.images : options.work;
  for (const std::string& directory : {options.images, work}) {
    std::error_code problem;
    std::filesystem::create_directories(directory, problem);
    if (problem) return Failure(directory + " cannot be made: " + problem.message());
  }
  const std::string log = verb + ".log";
  RunOptions run;
  run.spawn.argv = {"criu",       verb, "--images-dir", options.images, "--work-dir", work,
                    "--log-file", log,  "-v4"};
  for (const auto* list : {&arguments, &options.more})
    run.spawn.argv.insert(run.spawn.argv.end(), list->begin(), list->end());
  setenv("PATH", kSearch, 0);  // its callers may have left this program without one
  run.spawn.environment = CurrentEnvironment();
  run.spawn.descriptors = descriptors;
  auto outcome = RunToEnd(run);
  if (!outcome.has_value()) {
    if (outcome.error().number != ENOENT) return std::move(outcome).error();
    return Failure("the program criu, which keeps and revives processes, is not in PATH",
                   "install it");
  }
  if (outcome->status.Success()) return {};
  std::string text = ReadFile(work + "/" + log).value_or("");
  // Before it has a log it says what this kernel lacks.
  text += outcome->standard_error;
  return Failure(
      "criu " + verb + " ended with " + outcome->status.ToText() + ": " + Complaints(text),
      "`criu check` says what it lacks here, and " + work + "/" + log + " the rest");
}

}  // namespace loadline::runtime
