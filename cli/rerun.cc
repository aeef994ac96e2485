// SPDX-License-Identifier: Apache-2.0
#include "cli/rerun.h"

#include <sys/random.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "conformance/certify.h"
#include "conformance/suite.h"
#include "reports/plain_text.h"
#include "reports/result_key.h"

namespace loadline::cli {
namespace {

using namespace reports::certificates;
using reports::CheckResult;
using reports::OneLine;
using reports::Plural;
using reports::Verdict;

constexpr const char* kCheck = "sample";

bool IsRootless(const Certificate& certificate) {
  return certificate.ours()["environment"]["rootless"];
}

// A verdict that is known to come and go may be the pass or the deviation.
bool Agrees(const CertifiedResult& certified, const CheckResult& seen) {
  if (certified.verdict == seen.verdict) return true;
  return certified.sometimes && seen.sometimes && !seen.Unexpected();
}

// Other cases would judge something else by the same names.
Findings CheckSuite(const Certificate& certificate) {
  const std::map<std::string, std::string> certified = certificate.Suite();
  for (const auto& [name, digest] : conformance::SuiteDigests()) {
    if (name == "loadline" || name == "probe") continue;
    const auto known = certified.find(name);
    if (known != certified.end() && known->second == digest) continue;
    const nlohmann::json& by = certificate.ours()["judgedBy"];
    return {{kCheck, Outcome::kFails,
             "this program judges by other data (" + name + "): repeat it with loadline " +
                 OneLine(by["version"].get<std::string>()) + " of commit " +
                 OneLine(by["commit"].get<std::string>())}};
  }
  return {};
}

}  // namespace

uint64_t RandomSeed() {
  uint32_t seed = 0;  // short enough to be typed
  if (getrandom(&seed, sizeof seed, 0) != sizeof seed) return 0;
  return seed;
}

Result<Sample> DrawSample(const Certificate& certificate, int count, uint64_t seed) {
  // What measures time or tries a sample itself is left out: it is not in every whole run.
  ASSIGN_OR_RETURN(const std::vector<std::string> whole,
                   conformance::IdsOfWholeRun(certificate.Spec(), IsRootless(certificate)));
  std::vector<std::pair<std::string, std::string>> drawn;  // by what the seed makes of each id
  for (const CertifiedResult& result : certificate.Results()) {
    if (reports::Judges(result.verdict) &&
        std::binary_search(whole.begin(), whole.end(), result.id))
      drawn.emplace_back(Sha256(std::to_string(seed) + "\n" + result.id), result.id);
  }
  std::sort(drawn.begin(), drawn.end());
  drawn.resize(std::min(drawn.size(), static_cast<size_t>(count)));
  Sample sample{{}, seed};
  for (const auto& [place, id] : drawn) sample.ids.push_back(id);
  return sample;
}

Findings CompareVerdicts(const Certificate& certificate, const Sample& sample,
                         const reports::Report& report, int& judged) {
  std::map<std::string, CertifiedResult> certified;
  for (CertifiedResult& result : certificate.Results()) certified[result.id] = result;
  std::map<std::string, const CheckResult*> seen;
  for (const CheckResult& result : report.results) seen[result.id] = &result;
  Findings findings;
  judged = 0;
  for (const std::string& id : sample.ids) {
    const auto again = seen.find(id);
    const bool error = again != seen.end() && again->second->verdict == Verdict::kError;
    if (again == seen.end() || (!reports::Judges(again->second->verdict) && !error)) continue;
    ++judged;
    if (Agrees(certified[id], *again->second)) continue;
    findings.push_back({kCheck, Outcome::kFails,
                        OneLine(id) + " was certified as " +
                            std::string(ToText(certified[id].verdict)) + ", and is " +
                            std::string(ToText(again->second->verdict)) +
                            " now: " + reports::Shortened(again->second->message)});
  }
  return findings;
}

Result<Findings> Rerun(const Certificate& certificate, const std::string& candidate,
                       const Sample& sample) {
  Findings findings = CheckSuite(certificate);
  if (!findings.empty()) return findings;
  conformance::CertifyOptions options;
  options.candidate = candidate;
  options.spec = certificate.Spec();
  options.rootless = IsRootless(certificate);
  for (const std::string& id : sample.ids) options.only.push_back(reports::CaseOf(id));
  ASSIGN_OR_RETURN(const reports::Report report, conformance::Certify(options));
  int judged = 0;
  findings = CompareVerdicts(certificate, sample, report, judged);
  const int all = static_cast<int>(sample.ids.size());
  const std::string seed = " (--seed " + std::to_string(sample.seed) + ")";
  if (judged == 0)
    return Findings{{kCheck, Outcome::kNotAsked,
                     "none of " + Plural(all, "result") + " can be judged here" + seed}};
  if (findings.empty())
    findings.push_back({kCheck, Outcome::kHolds,
                        Plural(judged, "result") + " of " + std::to_string(all) +
                            " judged again, with the certified verdicts" + seed});
  return findings;
}

}  // namespace loadline::cli
