// SPDX-License-Identifier: Apache-2.0
#include "conformance/lab/cache.h"

#include <cstdlib>
#include <filesystem>

#include "base/files.h"
#include "base/temp_dir.h"

namespace loadline::lab {
namespace {

namespace fs = std::filesystem;

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string Top() {
  if (const std::string named = Variable("LOADLINE_CACHE"); !named.empty()) return named;
  if (const std::string caches = Variable("XDG_CACHE_HOME"); !caches.empty())
    return caches + "/loadline";
  const std::string home = Variable("HOME");
  return home.empty() ? "" : home + "/.cache/loadline";
}

}  // namespace

Result<std::string> CacheFolder(const std::string& name) {
  const std::string top = Top();
  if (top.empty())
    return Failure("there is no place for a cache", "set LOADLINE_CACHE to a directory");
  const std::string folder = top + "/" + name;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return Failure(folder + " cannot be made: " + error.message(),
                   "set LOADLINE_CACHE to a directory");
  return folder;
}

Result<void> KeepFolder(const std::string& directory,
                        const std::map<std::string, std::string>& files) {
  ASSIGN_OR_RETURN(TempDir making,
                   TempDir::Make(".making-", fs::path(directory).parent_path().string()));
  for (const auto& [name, content] : files)
    RETURN_IF_ERROR(WriteFileAtomically(making.path() + "/" + name, content));
  std::error_code error;
  fs::rename(making.path(), directory, error);
  if (!error) making.Keep();
  // Somebody else may have been faster, and then theirs will do.
  if (error && !fs::exists(directory))
    return Failure("the cache cannot be written: " + error.message(),
                   "set LOADLINE_CACHE to another directory");
  return {};
}

}  // namespace loadline::lab
