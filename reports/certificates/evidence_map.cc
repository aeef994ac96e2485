// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/evidence_map.h"

#include <nlohmann/json.hpp>
#include <set>

#include "reports/model.h"
#include "reports/plain_text.h"

namespace loadline::reports::certificates {
namespace {

using nlohmann::json;

std::string Number(const json& object, const char* member) {
  return std::to_string(object[member].get<int64_t>());
}

std::string CoverageSaid(const Certificate& certificate) {
  const json& musts = certificate.ours()["musts"];
  return Number(musts, "judged") + " of " + Number(musts, "judgeable") +
         " MUSTs that can be judged were, of " + Number(musts, "total") +
         " that hold (floor: " + Number(musts, "floorPercent") +
         " %); requirements[] names each that was not, and why";
}

std::string Depth(const Certificate& certificate) {
  std::set<std::string> areas;
  for (const CertifiedResult& result : certificate.Results())
    areas.insert(result.id.substr(0, result.id.find('/') + 1) + AreaOf(result.id));
  std::string batteries;
  for (const json& battery : certificate.ours()["run"]["batteries"])
    batteries += (batteries.empty() ? "" : ", ") + battery.get<std::string>();
  return std::to_string(areas.size()) +
         " areas, seen from inside of the container, from the host " +
         "and through the candidate's own answers; batteries: " + batteries;
}

std::string Tests(const Certificate& certificate) {
  int known = 0;
  for (const CertifiedResult& result : certificate.Results())
    known += result.verdict == Verdict::kFail || result.verdict == Verdict::kTimeout ? 1 : 0;
  return Plural(static_cast<int>(certificate.Results().size()), "result") +
         ", each with its digest, " + std::to_string(known) +
         " known failures with their reasons; suite{} names cases, ledgers and programs by digest";
}

std::string Independence(const Certificate& certificate) {
  return "judged by loadline " +
         OneLine(certificate.ours()["judgedBy"]["version"].get<std::string>()) +
         ", which is none of the candidate's makers; repeat a sample of your own choice with "
         "--rerun N";
}

std::string Vulnerabilities(const Certificate& certificate) {
  int seen = 0;
  for (const CertifiedResult& result : certificate.Results())
    seen += AreaOf(result.id) == "isolation" && Judges(result.verdict) ? 1 : 0;
  return Plural(seen, "check") +
         " of isolation were judged; the report's knownFaults lists faults " +
         "of the past and whether this candidate defends against each";
}

std::string Identification(const Certificate& certificate) {
  return Plural(static_cast<int>(certificate.Subjects().size()), "file") +
         " of the candidate by digest, kernel, architecture and layout of control groups";
}

}  // namespace

const std::vector<EvidenceQuestion>& EvidenceQuestions() {
  static const std::vector<EvidenceQuestion> questions = {
      {"ATE_COV", "is everything that is promised tested?", CoverageSaid},
      {"ATE_DPT", "how deep do the tests look?", Depth},
      {"ATE_FUN", "what was tested, and with which outcome?", Tests},
      {"ATE_IND", "did somebody else than the maker test?", Independence},
      {"AVA_VAN", "were known weaknesses looked for?", Vulnerabilities},
      {"ALC_CMC", "what exactly was tested?", Identification}};
  return questions;
}

}  // namespace loadline::reports::certificates
