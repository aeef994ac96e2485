// SPDX-License-Identifier: Apache-2.0
// loadline verify: does a certificate hold, here and now, for this candidate?
#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <set>

#include "base/files.h"
#include "cli/belongs.h"
#include "cli/certificate_file.h"
#include "cli/clock.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/rerun.h"
#include "cli/signed_report.h"
#include "cli/verification.h"
#include "reports/certificates/referrer.h"

namespace loadline::cli {
namespace {

using namespace reports::certificates;

struct Trust {
  std::vector<PublicKey> keys;
  size_t threshold = 1;
  bool allow_others = false;
};

// One certificate as it is found: a file, or in a layout.
struct Found {
  std::string name;
  std::string text;
  std::string layout;  // that it was found in
};

Error Usage(std::string what, std::string hint) {
  Error error = Failure(std::move(what), std::move(hint));
  error.number = EINVAL;
  return error;
}

// The keys, each once however often it was given.
Result<Trust> ReadTrust(const VerifyOptions& options) {
  Trust trust;
  std::set<std::string> ids;
  for (const std::string& path : options.keys) {
    ASSIGN_OR_RETURN(PublicKey key, PublicKey::Read(path));
    if (ids.insert(key.id()).second) trust.keys.push_back(std::move(key));
  }
  trust.threshold =
      options.threshold == 0 ? trust.keys.size() : static_cast<size_t>(options.threshold);
  trust.allow_others = options.allow_others;
  if (trust.threshold > trust.keys.size())
    return Usage("--threshold " + std::to_string(trust.threshold) + " of " +
                     std::to_string(trust.keys.size()) + " different keys",
                 "give more keys, or a lower threshold");
  return trust;
}

Result<std::vector<Found>> Find(const VerifyOptions& options) {
  if (options.certificate.empty() == options.layout.empty())
    return Usage("there is no certificate", "name one, or a layout that has some with --layout");
  std::vector<Found> found;
  if (!options.certificate.empty()) {
    ASSIGN_OR_RETURN(std::string text, ReadCertificateFile(options.certificate));
    found.push_back({options.certificate, std::move(text), ""});
    return found;
  }
  ASSIGN_OR_RETURN(std::vector<AttachedCertificate> attached, CertificatesIn(options.layout));
  for (AttachedCertificate& one : attached)
    found.push_back({options.layout + "@" + one.digest, std::move(one.text), options.layout});
  if (!found.empty()) return found;
  Error error = Failure(options.layout + " has no certificate",
                        "`loadline sign REPORT --layout DIR` attaches one");
  error.number = ENOENT;
  return error;
}

void Add(Findings& all, Findings more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

Result<nlohmann::json> ReadResult(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, size_t{16} << 20));
  nlohmann::json result = nlohmann::json::parse(text, nullptr, false);
  if (!result.is_discarded()) return result;
  Error error = Failure(path + " is no JSON", "pass one element of a report's results");
  error.number = ENOEXEC;
  return error;
}

// What the certificate says, held against the files that were given.
Result<void> CheckFiles(const VerifyOptions& options, const Certificate& certificate,
                        Findings& findings) {
  const Findings evidence = CheckEvidence(certificate, options.report, options.evidence);
  Add(findings, evidence);
  if (!options.report.empty() && !AnyFails(evidence)) {
    ASSIGN_OR_RETURN(const SignedReport read, ReadSignedReport(options.report));
    Add(findings, CheckAgainstReport(certificate, *read.document));
  }
  if (options.result.empty()) return {};
  ASSIGN_OR_RETURN(const nlohmann::json result, ReadResult(options.result));
  Add(findings, CheckShownResult(certificate, result));
  return {};
}

Result<void> CheckHere(const VerifyOptions& options, const Found& found,
                       const Certificate& certificate, Verification& verification) {
  Findings& findings = verification.findings;
  if (options.document) {
    findings.push_back({"machine", Outcome::kNotAsked, "whether it belongs to what is here"});
    return {};
  }
  const bool of_layout = certificate.IsValidation() && options.candidate.empty();
  ASSIGN_OR_RETURN(Findings belongs,
                   CheckBelongs(certificate, of_layout ? found.layout : options.candidate));
  Add(findings, std::move(belongs));
  // What is not the candidate that was judged is not worth a run.
  if (options.rerun == 0 || AnyFails(findings)) return {};
  if (certificate.IsValidation())
    return Usage("a validation has no sample to run", "validate the path again");
  const std::string candidate =
      options.candidate.empty() ? NamedCandidate(certificate) : options.candidate;
  ASSIGN_OR_RETURN(const Sample sample,
                   DrawSample(certificate, options.rerun, options.seed.value_or(RandomSeed())));
  ASSIGN_OR_RETURN(Findings again, Rerun(certificate, candidate, sample));
  verification.unjudged = again.size() == 1 && again.front().outcome == Outcome::kNotAsked;
  Add(findings, std::move(again));
  return {};
}

// An altered certificate is a finding; one that is none is an error.
Result<Verification> Verify(const VerifyOptions& options, const Found& found, const Trust& trust,
                            const Clock& clock) {
  Verification verification;
  verification.name = found.name;
  const auto altered = [&](const Error& error) -> Result<Verification> {
    if (error.number != EBADMSG) return InFile(found.name, error);
    verification.findings.push_back({"form", Outcome::kFails, error.ToLine()});
    return verification;
  };
  auto envelope = Envelope::Parse(found.text);
  if (!envelope) return altered(envelope.error());
  verification.findings =
      CheckSignatures(*envelope, trust.keys, trust.threshold, trust.allow_others);
  if (AnyFails(verification.findings)) return verification;
  auto certificate = Certificate::Parse(*envelope);
  if (!certificate) return altered(certificate.error());
  verification.certificate = *certificate;
  Add(verification.findings, CheckValidity(*certificate, clock));
  RETURN_IF_ERROR(CheckFiles(options, *certificate, verification.findings));
  RETURN_IF_ERROR(CheckHere(options, found, *certificate, verification));
  return verification;
}

int Say(const VerifyOptions& options, const std::vector<Verification>& all, int status) {
  const auto valid =
      std::find_if(all.begin(), all.end(), [](const Verification& one) { return one.Valid(); });
  if (options.format == "json") {
    nlohmann::ordered_json json = {{"schemaVersion", "1.0.0"}, {"valid", valid != all.end()}};
    json["certificates"] = nlohmann::ordered_json::array();
    for (const Verification& one : all) json["certificates"].push_back(ToJson(one));
    return Print(json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n",
                 status);
  }
  std::string text;
  for (const Verification& one : all) text += ToText(one, options.verbose);
  return Print(text + LastLine(valid != all.end() ? *valid : all.front()) + "\n", status);
}

}  // namespace

int RunVerify(const VerifyOptions& options) {
  if (options.document && options.rerun > 0)
    return Complain(Failure("--document asks for no run, and --rerun for one", "leave one out"),
                    kWrongUsage);
  auto trust = ReadTrust(options);
  if (!trust) return Complain(trust.error(), ExitStatusOf(trust.error()));
  auto clock = ReadClock(options.at);
  if (!clock) return Complain(clock.error(), ExitStatusOf(clock.error()));
  auto found = Find(options);
  if (!found) return Complain(found.error(), StatusOf(found.error()));
  std::vector<Verification> all;
  bool any = false;
  bool unjudged = false;
  for (const Found& one : *found) {
    auto verification = Verify(options, one, *trust, *clock);
    if (!verification) return Complain(verification.error(), StatusOf(verification.error()));
    any |= verification->Valid();
    unjudged |= verification->Valid() && verification->unjudged;
    all.push_back(std::move(*verification));
  }
  return Say(options, all, !any ? kDoesNotConform : unjudged ? kCannotJudge : kConforms);
}

}  // namespace loadline::cli
