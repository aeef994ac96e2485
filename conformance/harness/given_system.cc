// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/given_system.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "conformance/harness/cell_view.h"

namespace loadline::conformance {
namespace {

bool Boots(const Selection& selection) {
  return std::any_of(selection.runs.begin(), selection.runs.end(), [](const ChosenRun& run) {
    return !run.checks.empty() && run.checks.front()->id.starts_with("loadline/machine/");
  });
}

}  // namespace

Result<std::string> FindGivenSystem(const std::string& directory, const Selection& selection) {
  if (!Boots(selection))
    return Failure(ErrorKind::kUsage, "only the battery machine boots a system",
                   "say --battery machine");
  const std::unique_ptr<char, decltype(&std::free)> whole(realpath(directory.c_str(), nullptr),
                                                          &std::free);
  const char* hint = "name the root of a system, such as debootstrap makes";
  if (!whole) return CallError("realpath", directory).Hint(hint);
  const std::string path = whole.get();
  struct stat info {};
  if (stat((path + "/usr").c_str(), &info) != 0 || !S_ISDIR(info.st_mode))
    return Failure(ErrorKind::kUnreadable, path + " is no system: it has no directory usr", hint);
  for (const std::string place : {kWorkArea, "/proc", "/sys"}) {
    if (path.starts_with(place + "/"))
      return Failure(ErrorKind::kUsage, path + " cannot be seen in a cell",
                     "put it elsewhere than in " + place);
  }
  return path;
}

}  // namespace loadline::conformance
