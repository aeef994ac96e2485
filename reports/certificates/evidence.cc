// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/evidence.h"

#include <sys/stat.h>

#include <filesystem>
#include <set>

#include "base/digest.h"

namespace loadline::reports::certificates {
namespace {

namespace fs = std::filesystem;

Result<EvidenceFile> Examine(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return CallError("stat", path);
  ASSIGN_OR_RETURN(std::string digest, Sha256OfFile(path));
  return EvidenceFile{fs::path(path).filename().string(), std::move(digest),
                      static_cast<uint64_t>(info.st_size)};
}

}  // namespace

Result<std::vector<EvidenceFile>> CollectEvidence(const std::vector<std::string>& paths) {
  std::vector<EvidenceFile> files;
  std::set<std::string> names;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(EvidenceFile file, Examine(path));
    if (!names.insert(file.name).second)
      return Failure(ErrorKind::kUsage, "two files of the evidence are called " + file.name,
                     "they are found by name: rename one");
    files.push_back(std::move(file));
  }
  return files;
}

std::string WrongInFile(const std::string& path, const EvidenceFile& file) {
  const auto seen = Examine(path);
  if (!seen) return file.name + " cannot be read: " + seen.error().ToLine();
  if (seen->digest == file.digest && seen->size == file.size) return "";
  return file.name + " is not the file that was certified: " + seen->digest + ", not " +
         file.digest;
}

std::vector<std::string> WrongInDirectory(const std::string& directory,
                                          const std::vector<EvidenceFile>& files) {
  std::vector<std::string> wrong;
  std::set<std::string> expected;
  for (const EvidenceFile& file : files) {
    expected.insert(file.name);
    std::error_code error;
    const fs::path path = fs::path(directory) / file.name;
    if (!fs::exists(fs::symlink_status(path, error))) {
      wrong.push_back(file.name + " is missing");
    } else if (std::string why = WrongInFile(path.string(), file); !why.empty()) {
      wrong.push_back(std::move(why));
    }
  }
  std::error_code error;
  for (auto entry = fs::directory_iterator(directory, error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (expected.count(name) == 0)
      wrong.push_back(name + " is there and was not certified");
    else if (!entry->is_regular_file(error) || entry->is_symlink(error))
      wrong.push_back(name + " is not a regular file");
  }
  if (error) wrong.push_back(directory + " cannot be read: " + error.message());
  return wrong;
}

}  // namespace loadline::reports::certificates
