// SPDX-License-Identifier: Apache-2.0
// loadline verify: does a certificate hold, here and now, for this candidate?
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/belongs.h"
#include "cli/certificate_file.h"
#include "cli/clock.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/output.h"
#include "cli/rerun.h"
#include "cli/signed_report.h"
#include "cli/verification.h"
#include "conformance/suite.h"
#include "reports/certificates/against_report.h"
#include "reports/certificates/referrer.h"
#include "reports/plain_text.h"

namespace loadline::cli {
namespace {

using namespace reports::certificates;
using reports::OneLine;

struct Trust {
  std::vector<PublicKey> keys;
  size_t threshold = 1;
  bool allow_others = false;
};

// One certificate as it is found: a file, or in a layout.
struct Found {
  std::string name;
  std::string text;
  std::string layout;   // that it was found in
  std::string problem;  // why there is no text
};

Result<Trust> ReadTrust(const VerifyOptions& options) {
  Trust trust;
  ASSIGN_OR_RETURN(trust.keys, ReadPublicKeys(options.keys));
  trust.threshold =
      options.threshold == 0 ? trust.keys.size() : static_cast<size_t>(options.threshold);
  trust.allow_others = options.allow_others;
  if (trust.threshold > trust.keys.size())
    return Failure(ErrorKind::kUsage,
                   "--threshold " + std::to_string(trust.threshold) + " of " +
                       std::to_string(trust.keys.size()) + " different keys",
                   "give more keys, or a lower threshold");
  return trust;
}

Result<std::vector<Found>> Find(const VerifyOptions& options) {
  if (options.certificate.empty() == options.layout.empty())
    return Failure(ErrorKind::kUsage, "there is no certificate",
                   "name one, or a layout that has some with --layout");
  std::vector<Found> found;
  if (!options.certificate.empty()) {
    ASSIGN_OR_RETURN(std::string text, ReadCertificateFile(options.certificate));
    found.push_back({options.certificate, std::move(text), "", ""});
    return found;
  }
  ASSIGN_OR_RETURN(std::vector<AttachedCertificate> attached, CertificatesIn(options.layout));
  for (AttachedCertificate& one : attached)
    found.push_back({options.layout + "@" + one.digest, std::move(one.text), options.layout,
                     std::move(one.problem)});
  return found;
}

Error NoneIn(const std::string& layout) {
  return Failure(ErrorKind::kUnreadable, layout + " has no certificate",
                 "`loadline sign REPORT --layout DIR` attaches one");
}

void Add(Findings& all, Findings more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

// What came with the command line, read once.
struct Given {
  const VerifyOptions& options;
  Trust trust;
  Clock clock;
  std::optional<nlohmann::json> result;
};

// The report that was given, or else the one among the evidence: its bytes are the certified ones.
void CheckStatement(const VerifyOptions& options, const Certificate& certificate,
                    Findings& findings) {
  const EvidenceFile certified = certificate.Evidence().front();
  const std::string path =
      options.report.empty() ? options.evidence + "/" + certified.name : options.report;
  const auto read = ReadSignedReport(path);
  if (!read) {
    findings.push_back({"statement", Outcome::kFails, read.error().ToLine()});
  } else if (read->file.digest != certified.digest) {
    findings.push_back({"evidence", Outcome::kFails, path + " changed while it was read"});
  } else {
    Add(findings, CheckAgainstReport(certificate, {&read->report, read->document.get(),
                                                   conformance::SuiteDigests(), std::nullopt}));
  }
}

// What the certificate says, held against the files that were given.
void CheckFiles(const Given& given, const Certificate& certificate, Findings& findings) {
  const VerifyOptions& options = given.options;
  const Findings evidence = CheckEvidence(certificate, options.report, options.evidence);
  Add(findings, evidence);
  const bool shown = !options.report.empty() || !options.evidence.empty();
  if (shown && !AnyFails(evidence)) CheckStatement(options, certificate, findings);
  if (given.result) Add(findings, CheckShownResult(certificate, *given.result));
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
    return Failure(ErrorKind::kUsage, "a validation has no sample to run",
                   "validate the path again");
  const std::string candidate =
      options.candidate.empty() ? NamedCandidate(certificate) : options.candidate;
  ASSIGN_OR_RETURN(const Sample sample,
                   DrawSample(certificate, options.rerun, options.seed.value_or(RandomSeed())));
  ASSIGN_OR_RETURN(Findings again, Rerun(certificate, candidate, sample));
  verification.unjudged = again.size() == 1 && again.front().outcome == Outcome::kNotAsked;
  Add(findings, std::move(again));
  return {};
}

Result<Given> ReadGiven(const VerifyOptions& options) {
  Given given{options, {}, {}, {}};
  ASSIGN_OR_RETURN(given.trust, ReadTrust(options));
  ASSIGN_OR_RETURN(given.clock, ReadClock(options.at));
  if (options.result.empty()) return given;
  ASSIGN_OR_RETURN(given.result, ReadResultFile(options.result));
  return given;
}

// An altered certificate is a finding; one that is none is an error, unless others stand beside it.
Result<Verification> NoCertificateIn(const Found& found, Verification verification,
                                     const Error& error) {
  verification.foreign = !found.layout.empty() && error.kind == ErrorKind::kUnreadable;
  if (error.kind != ErrorKind::kAltered && !verification.foreign) return InFile(found.name, error);
  const Outcome outcome = verification.foreign ? Outcome::kNotAsked : Outcome::kFails;
  verification.findings.push_back({"form", outcome, OneLine(error.ToLine())});
  return verification;
}

Result<Verification> Verify(const Given& given, const Found& found) {
  Verification verification;
  verification.name = found.name;
  if (!found.problem.empty())
    return NoCertificateIn(found, verification, Failure(ErrorKind::kAltered, found.problem));
  const auto envelope = Envelope::Parse(found.text);
  if (!envelope) return NoCertificateIn(found, verification, envelope.error());
  verification.findings =
      CheckSignatures(*envelope, given.trust.keys, given.trust.threshold, given.trust.allow_others);
  if (AnyFails(verification.findings)) return verification;
  const auto certificate = Certificate::Parse(*envelope);
  if (!certificate) return NoCertificateIn(found, verification, certificate.error());
  verification.certificate = *certificate;
  Add(verification.findings, CheckValidity(*certificate, given.clock));
  CheckFiles(given, *certificate, verification.findings);
  const auto here = CheckHere(given.options, found, *certificate, verification);
  if (here) return verification;
  // What one of several names may be gone; who named it himself wants to know.
  const bool named = found.layout.empty() || !given.options.candidate.empty();
  if (named || here.error().kind != ErrorKind::kUnreadable) return here.error();
  verification.findings.push_back({"candidate", Outcome::kFails, OneLine(here.error().ToLine())});
  return verification;
}

// The one that the answer is about: a valid one, or else the first.
const Verification& Foremost(const std::vector<Verification>& all) {
  const auto first = [&](auto&& condition) {
    return std::find_if(all.begin(), all.end(), condition);
  };
  const auto valid = first([](const Verification& one) { return one.Valid(); });
  if (valid != all.end()) return *valid;
  const auto ours = first([](const Verification& one) { return !one.foreign; });
  return ours != all.end() ? *ours : all.front();
}

int Say(const VerifyOptions& options, const std::vector<Verification>& all, int status) {
  const Verification& foremost = Foremost(all);
  if (options.format == "json") {
    nlohmann::ordered_json json = {{"schemaVersion", "1.0.0"}, {"valid", foremost.Valid()}};
    json["certificates"] = nlohmann::ordered_json::array();
    for (const Verification& one : all) json["certificates"].push_back(ToJson(one));
    return Print(json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n",
                 status);
  }
  std::string text;
  for (const Verification& one : all) text += ToText(one, options.verbose);
  return Print(text + LastLine(foremost) + "\n", status);
}

}  // namespace

int RunVerify(const VerifyOptions& options) {
  if (options.document && options.rerun > 0)
    return Complain(Failure("--document asks for no run, and --rerun for one", "leave one out"),
                    kWrongUsage);
  const auto given = ReadGiven(options);
  if (!given) return Complain(given.error(), ExitStatusOf(given.error()));
  const auto found = Find(options);
  if (!found) return Complain(found.error(), ExitStatusOf(found.error()));
  std::vector<Verification> all;
  bool ours = false;
  bool any = false;
  bool unjudged = false;
  for (const Found& one : *found) {
    auto verification = Verify(*given, one);
    if (!verification) return Complain(verification.error(), ExitStatusOf(verification.error()));
    ours |= !verification->foreign;
    any |= verification->Valid();
    unjudged |= verification->Valid() && verification->unjudged;
    all.push_back(std::move(*verification));
  }
  if (!ours) return Complain(NoneIn(options.layout), kUnreadable);
  return Say(options, all, !any ? kDoesNotConform : unjudged ? kCannotJudge : kConforms);
}

}  // namespace loadline::cli
