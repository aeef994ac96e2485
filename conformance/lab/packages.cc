// SPDX-License-Identifier: Apache-2.0
#include "conformance/lab/packages.h"

#include <algorithm>
#include <filesystem>

#include "base/files.h"
#include "base/pipe.h"

namespace loadline::lab {

namespace fs = std::filesystem;

Result<RunOutcome> RunTool(std::vector<std::string> words, const std::string& directory) {
  RunOptions options;
  options.spawn.argv = std::move(words);
  options.spawn.environment = CurrentEnvironment();
  options.spawn.directory = directory;
  options.deadline = Deadline::After(std::chrono::minutes(5));
  auto outcome = RunToEnd(options);
  if (!outcome.has_value())
    return std::move(outcome).error().Hint("the lab's packages are got by Debian's apt");
  return outcome;
}

Result<std::string> ReadWhole(validator::ByteSource& source) {
  std::string whole;
  while (true) {
    ASSIGN_OR_RETURN(const std::string_view more, source.Next());
    if (more.empty()) return whole;
    whole += more;
  }
}

namespace {

Result<void> VisitEntries(int tar, const std::string& name, const PackageVisitor& visit) {
  validator::FdSource source(tar, name);
  ASSIGN_OR_RETURN(auto reader, validator::TarReader::Open(source));
  while (true) {
    ASSIGN_OR_RETURN(const auto entry, reader.NextEntry());
    if (!entry) return {};
    RETURN_IF_ERROR(visit(*entry, reader));
  }
}

}  // namespace

// dpkg-deb takes the archive out of the package, and it is read as it comes.
Result<void> ReadPackage(const std::string& package, const PackageVisitor& visit) {
  ASSIGN_OR_RETURN(Pipe pipe, MakePipe());
  SpawnOptions options;
  options.argv = {"dpkg-deb", "--fsys-tarfile", package};
  options.environment = CurrentEnvironment();
  options.standard_output = pipe.write.get();
  options.standard_error = 2;
  auto child = ChildProcess::Spawn(options);
  if (!child.has_value())
    return std::move(child).error().Hint("dpkg-deb opens Debian's packages: install dpkg");
  pipe.write = UniqueFd();
  auto visited = VisitEntries(pipe.read.get(), package, visit);
  pipe.read = UniqueFd();
  ASSIGN_OR_RETURN(const auto ended, child->Wait(Deadline::After(std::chrono::seconds(60))));
  RETURN_IF_ERROR(std::move(visited));
  if (!ended || !ended->Success())
    return Failure(package + " cannot be opened by dpkg-deb", "name a package of Debian");
  return {};
}

Result<std::vector<std::string>> DownloadWithDependencies(const std::vector<std::string>& names,
                                                          const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory + "/archives/partial", error);
  RETURN_IF_ERROR(WriteFileAtomically(directory + "/status", ""));
  // apt's own lists of packages, and otherwise nothing of this host.
  std::vector<std::string> words{"apt-get",
                                 "install",
                                 "--download-only",
                                 "--no-install-recommends",
                                 "--assume-yes",
                                 "-q",
                                 "-o",
                                 "Dir::State::status=" + directory + "/status",
                                 "-o",
                                 "Dir::Cache=" + directory,
                                 "-o",
                                 "Debug::NoLocking=1"};
  words.insert(words.end(), names.begin(), names.end());
  ASSIGN_OR_RETURN(const RunOutcome got, RunTool(std::move(words)));
  if (!got.status.Success())
    return Failure("apt-get cannot download " + names[0] + ": " + got.standard_error,
                   "run apt-get update");
  std::vector<std::string> packages;
  for (const auto& entry : fs::directory_iterator(directory + "/archives")) {
    if (entry.path().extension() == ".deb") packages.push_back(entry.path().string());
  }
  std::sort(packages.begin(), packages.end());
  return packages;
}

}  // namespace loadline::lab
