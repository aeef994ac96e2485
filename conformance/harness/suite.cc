// SPDX-License-Identifier: Apache-2.0
#include "conformance/suite.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <span>

#include "base/digest.h"
#include "base/embedded.h"
#include "conformance/harness/candidate_files.h"
#include "conformance/harness/describe_run.h"
#include "conformance/harness/selection.h"
#include "schema/files.h"

namespace loadline::embedded {
std::span<const EmbeddedFile> conformance_files();
}

namespace loadline::conformance {
namespace {

// Of names and contents, so that no two sets of files have the same.
std::string DigestOf(std::span<const EmbeddedFile> files, std::string_view beginning) {
  Digester digester(DigestAlgorithm::kSha256);
  for (const EmbeddedFile& file : files) {
    if (!file.path.starts_with(beginning)) continue;
    const std::string head =
        std::string(file.path) + "\n" + std::to_string(file.content.size()) + "\n";
    digester.Update(head.data(), head.size());
    digester.Update(file.content.data(), file.content.size());
  }
  return digester.Finish();
}

// Once for the process: the program is large, and does not change.
const std::string& DigestOfThisProgram() {
  static const std::string digest = Sha256OfFile("/proc/self/exe").value_or("");
  return digest;
}

}  // namespace

std::string ProbePath() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return (self.parent_path() / "loadline-probe").string();
}

std::string Now() {
  const time_t now = time(nullptr);
  tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

std::map<std::string, std::string> SuiteDigests(const std::string& probe) {
  const auto files = embedded::conformance_files();
  std::map<std::string, std::string> digests = {
      {"cases", DigestOf(files, "cases/")},
      {"candidates", DigestOf(files, "candidates/")},
      {"expectations", DigestOf(files, "expectations/")},
      {"base-bundle", DigestOf(files, "base_bundle.json")}};
  for (const EmbeddedFile& file : schema::SchemaFiles()) {
    if (!file.path.starts_with("requirements/")) continue;
    const std::string name = std::filesystem::path(file.path).stem().string();
    digests["ledger/" + name] = Sha256(file.content);
  }
  if (!DigestOfThisProgram().empty()) digests["loadline"] = DigestOfThisProgram();
  if (const auto digest = Sha256OfFile(probe.empty() ? ProbePath() : probe); digest.has_value())
    digests["probe"] = *digest;
  return digests;
}

reports::Run DescribeRun(const CertifyOptions& options, const std::vector<Battery>& batteries) {
  reports::Run run;
  const auto& named = options.batteries;
  if (options.bundle.empty() &&
      (named.empty() || std::find(named.begin(), named.end(), "cases") != named.end()))
    run.batteries.push_back("cases");
  for (const Battery& battery : batteries) {
    if (!IsWanted(battery, options)) continue;
    run.batteries.push_back(battery.name);
    if (battery.samples && !options.full) run.sampled.push_back(battery.name);
  }
  std::sort(run.batteries.begin(), run.batteries.end());
  run.only = options.only;
  if (options.shard.count > 1)
    run.shards = {std::to_string(options.shard.number) + "/" + std::to_string(options.shard.count)};
  run.fault = options.fault;
  if (!options.case_directories.empty()) run.cases = options.case_directories.front();
  run.bundle = options.bundle;
  run.dry_run = options.dry_run;
  return run;
}

Result<std::vector<std::string>> IdsOfWholeRun(const std::string& spec, bool rootless) {
  ASSIGN_OR_RETURN(const schema::SpecVersion version, schema::SpecVersion::Parse(spec));
  ASSIGN_OR_RETURN(const std::vector<Case> cases, LoadCases({}));
  ASSIGN_OR_RETURN(const std::vector<Battery> batteries, LoadBatteries());
  CertifyOptions options;
  options.rootless = rootless;
  ASSIGN_OR_RETURN(const Selection selection, Select(cases, batteries, options));
  std::vector<std::string> ids;
  const auto add = [&](const Check& check) {
    if (check.HoldsIn(version)) ids.push_back(check.id + "@" + spec);
  };
  for (const Case* one : selection.cases) add(*one);
  for (const ChosenRun& run : selection.runs) {
    for (const Check* check : run.checks) add(*check);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

Result<ResolvedCandidate> ResolveCandidate(const std::string& candidate) {
  ASSIGN_OR_RETURN(const Profile profile, FindCandidate(candidate));
  return ResolvedCandidate{profile.name, FilesOf(profile)};
}

}  // namespace loadline::conformance
