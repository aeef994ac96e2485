// SPDX-License-Identifier: Apache-2.0
#include "cli/belongs.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "conformance/certify.h"
#include "conformance/doctor.h"
#include "conformance/suite.h"
#include "reports/certificates/referrer.h"
#include "reports/plain_text.h"
#include "validator/validate.h"

namespace loadline::cli {
namespace {

using namespace reports::certificates;

bool IsSubject(const Certificate& certificate, const std::string& digest) {
  const auto subjects = certificate.Subjects();
  return std::any_of(subjects.begin(), subjects.end(),
                     [&](const auto& subject) { return subject.digest == digest; });
}

// A layout whose images are all certified is the one that was judged, whatever refers to them: to
// attach a certificate changes index.json.
bool AreItsImages(const Certificate& certificate, const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return false;
  const auto images = ImagesIn(path);
  return images.has_value() && !images->empty() &&
         std::all_of(images->begin(), images->end(),
                     [&](const auto& image) { return IsSubject(certificate, image.digest); });
}

Result<Findings> CheckPath(const Certificate& certificate, const std::string& path) {
  validator::ValidateOptions options;
  options.shallow = true;
  auto judged = validator::ValidatePath(path, options);
  if (!judged) {
    // As for validate: nothing of a known kind is there.
    Error error = std::move(judged).error();
    error.kind = ErrorKind::kUnreadable;
    return error;
  }
  const std::string& digest = judged->subject.digest;
  const bool belongs =
      !digest.empty() && (IsSubject(certificate, digest) || AreItsImages(certificate, path));
  const std::string name = reports::OneLine(path);
  return Findings{
      {"subject", belongs ? Outcome::kHolds : Outcome::kFails,
       belongs ? name + " is what was judged"
               : name + " is not what was judged: " + (digest.empty() ? "no digest" : digest)}};
}

}  // namespace

std::string NamedCandidate(const Certificate& certificate) {
  const std::string name = certificate.SubjectName();
  for (const conformance::CandidateSummary& known : conformance::ListCandidates()) {
    if (known.name == name) return name;
  }
  const std::vector<std::string> command = certificate.Command();
  return command.empty() ? name : command.front();
}

Result<Findings> CheckBelongs(const Certificate& certificate, const std::string& candidate) {
  Findings findings;
  const auto add = [&findings](Findings more) {
    std::move(more.begin(), more.end(), std::back_inserter(findings));
  };
  if (certificate.IsValidation()) {
    if (!candidate.empty()) return CheckPath(certificate, candidate);
    for (const nlohmann::json& subject : certificate.ours()["subjects"]) {
      ASSIGN_OR_RETURN(Findings more, CheckPath(certificate, subject["name"]));
      add(std::move(more));
    }
    return findings;
  }
  const conformance::HostFacts facts = conformance::Examine();
  add(CheckMachine(certificate, {facts.kernel, facts.architecture, facts.cgroup}));
  const std::string name = candidate.empty() ? NamedCandidate(certificate) : candidate;
  ASSIGN_OR_RETURN(const conformance::ResolvedCandidate resolved,
                   conformance::ResolveCandidate(name));
  add(CheckCandidate(certificate, resolved.name, resolved.files));
  return findings;
}

}  // namespace loadline::cli
