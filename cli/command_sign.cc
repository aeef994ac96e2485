// SPDX-License-Identifier: Apache-2.0
// loadline sign: makes a certificate of a report, or signs one again.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "cli/certificate_file.h"
#include "cli/clock.h"
#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/output.h"
#include "cli/signed_report.h"
#include "conformance/suite.h"
#include "reports/certificates/against_report.h"
#include "reports/certificates/certificate.h"
#include "reports/certificates/checks.h"
#include "reports/certificates/conformity.h"
#include "reports/certificates/keys.h"
#include "reports/certificates/referrer.h"
#include "reports/plain_text.h"

namespace loadline::cli {
namespace {

using namespace reports::certificates;
using reports::OneLine;
using reports::Plural;

// What is refused for good reasons: the reasons are said, one a line.
int Refuse(const std::string& what, const std::vector<std::string>& reasons,
           const std::string& way_out) {
  for (const std::string& reason : reasons) Note("  " + OneLine(reason));
  Error error = Failure(what, way_out);
  return Complain(error, kDoesNotConform);
}

std::vector<std::string> LinesOf(const Findings& findings) {
  std::vector<std::string> lines;
  for (const Finding& finding : findings) {
    if (finding.outcome == Outcome::kFails) lines.push_back(finding.check + ": " + finding.message);
  }
  return lines;
}

std::vector<std::string> LinesOf(const std::vector<Exception>& exceptions) {
  std::vector<std::string> lines;
  for (const Exception& one : exceptions) lines.push_back(one.result + ": " + one.reason);
  return lines;
}

Result<WholeRun> WholeRunFor(const reports::Report& report) {
  WholeRun whole;
  if (report.kind == reports::Kind::kValidation) return whole;
  whole.suite = conformance::SuiteDigests();
  if (!schema::SpecVersion::Parse(report.spec)) return whole;  // a refusal of its own
  const bool rootless = report.host && report.host->value("rootless", false);
  ASSIGN_OR_RETURN(whole.ids, conformance::IdsOfWholeRun(report.spec, rootless));
  return whole;
}

// The images of layouts that were judged as a whole, so that a certificate is known by each image,
// too: attaching it changes index.json.
std::vector<reports::SubjectFile> PartsOf(const reports::Report& report) {
  std::vector<reports::SubjectFile> parts;
  for (const reports::Subject& subject : report.subjects) {
    if (subject.type != "image") continue;
    const auto digest = DigestOfIndex(subject.name);
    if (!digest || *digest != subject.digest) continue;
    for (reports::SubjectFile& image :
         ImagesIn(subject.name).value_or(std::vector<reports::SubjectFile>()))
      parts.push_back(std::move(image));
  }
  return parts;
}

// Writes the file (or to standard output) and the layout, and says what was certified.
int Deliver(const SignOptions& options, const Envelope& envelope) {
  const auto certificate = Certificate::Parse(envelope);
  if (!certificate)
    return Complain(
        Failure("the report does not say all that a certificate does: " + certificate.error().what,
                "make it with this release"),
        kUnreadable);
  const std::string text = envelope.ToText();
  if (!options.layout.empty()) {
    if (auto attached = AttachCertificate(options.layout, text, options.image); !attached)
      return Complain(attached.error(), ExitStatusOf(attached.error()));
    Note("attached to " + options.layout);
  }
  if (!options.output.empty()) {
    if (auto written = WriteFileAtomically(options.output, text); !written)
      return Complain(written.error(), kCannotJudge);
  }
  Note(OneLine(certificate->SubjectName()) + ": " + certificate->Word() + ", " +
       Plural(static_cast<int>(envelope.signatures.size()), "signature") + ", until " +
       ToText(certificate->NotAfter()));
  return options.output.empty() && options.layout.empty() ? Print(text) : kConforms;
}

// Why nobody should sign for this report, whatever it says of its candidate.
std::vector<std::string> RefusalsOf(const SignedReport& read, const Conformity& conformity,
                                    const Clock& clock) {
  std::vector<std::string> refusals = conformity.refusals;
  const auto judged = MomentFromText(read.report.started);
  if (!judged || *judged > clock.now)
    refusals.push_back("the report is from the future: judged at " + read.report.started +
                       ", and it is " + ToText(clock.now) + " by the clock here");
  if (clock.now < clock.built)
    refusals.push_back("the clock of this machine says " + ToText(clock.now) +
                       ", which is before this program was made (" + ToText(clock.built) + ")");
  return refusals;
}

// Whether the report may have a certificate; says why not.
std::optional<int> WhyNot(const SignOptions& options, const SignedReport& read,
                          const Conformity& conformity, const Clock& clock) {
  const std::vector<std::string> refusals = RefusalsOf(read, conformity, clock);
  if (!refusals.empty())
    return Refuse(
        "no certificate: " + Plural(static_cast<int>(refusals.size()), "reason") + " against it",
        refusals, "");
  if (!conformity.exceptions.empty() && !options.allow_exceptions)
    return Refuse("not conformant: " +
                      Plural(static_cast<int>(conformity.exceptions.size()), "known failure") +
                      " of MUSTs",
                  LinesOf(conformity.exceptions),
                  "--allow-exceptions certifies it as conformant-except, with this list");
  return std::nullopt;
}

// Whether those signed whose keys were given. What nobody could look at is said.
Result<Findings> CheckSigners(const SignOptions& options, const Envelope& envelope) {
  ASSIGN_OR_RETURN(const std::vector<PublicKey> keys, ReadPublicKeys(options.signed_by));
  for (const Signature& signature : envelope.signatures) {
    const bool known = std::any_of(keys.begin(), keys.end(), [&](const PublicKey& key) {
      return key.id() == signature.key_id;
    });
    if (!known)
      Note("not looked at: the signature of the key " + signature.key_id.substr(0, 16) +
           "; --signed-by takes its public key");
  }
  return CheckSignatures(envelope, keys, keys.size(), true);
}

// Everything that who signs a certificate of somebody else's vouches for.
Result<Findings> LookAgain(const SignOptions& options, const Envelope& envelope,
                           const Certificate& certificate, const Clock& clock) {
  ASSIGN_OR_RETURN(Findings findings, CheckSigners(options, envelope));
  const auto add = [&findings](Findings more) {
    std::move(more.begin(), more.end(), std::back_inserter(findings));
  };
  add(CheckValidity(certificate, clock));
  add(CheckEvidenceFiles(certificate, options.report, options.evidence));
  if (AnyFails(findings)) return findings;
  ASSIGN_OR_RETURN(const SignedReport read, ReadSignedReport(options.report));
  if (read.file.digest != certificate.Evidence().front().digest)
    findings.push_back({"evidence", Outcome::kFails, "the report changed while it was read"});
  ASSIGN_OR_RETURN(const WholeRun whole, WholeRunFor(read.report));
  const Conformity conformity = JudgeConformity(read.report, whole);
  for (const std::string& refusal : RefusalsOf(read, conformity, clock))
    findings.push_back({"report", Outcome::kFails, refusal});
  add(CheckAgainstReport(certificate,
                         {&read.report, read.document.get(), whole.suite, PartsOf(read.report)}));
  return findings;
}

// Signs what others have signed; who does has to see that it is in order.
int SignAgain(const SignOptions& options, const PrivateKey& key, const Clock& clock) {
  auto text = ReadCertificateFile(options.add);
  if (!text) return Complain(text.error(), ExitStatusOf(text.error()));
  auto envelope = Envelope::Parse(*text);
  if (!envelope)
    return Complain(InFile(options.add, envelope.error()), ExitStatusOf(envelope.error()));
  const auto certificate = Certificate::Parse(*envelope);
  if (!certificate)
    return Complain(InFile(options.add, certificate.error()), ExitStatusOf(certificate.error()));
  const auto findings = LookAgain(options, *envelope, *certificate, clock);
  if (!findings) return Complain(findings.error(), ExitStatusOf(findings.error()));
  if (AnyFails(*findings))
    return Refuse("this certificate is not signed again", LinesOf(*findings), "make a new one");
  if (auto signature = envelope->Sign(key); !signature)
    return Complain(signature.error(), kOurDefect);
  return Deliver(options, *envelope);
}

int SignReport(const SignOptions& options, const PrivateKey& key, const Clock& clock) {
  auto read = ReadSignedReport(options.report);
  if (!read) return Complain(read.error(), ExitStatusOf(read.error()));
  auto whole = WholeRunFor(read->report);
  if (!whole) return Complain(whole.error(), ExitStatusOf(whole.error()));
  const Conformity conformity = JudgeConformity(read->report, *whole);
  if (const auto status = WhyNot(options, *read, conformity, clock)) return *status;
  std::vector<std::string> paths = options.evidence;
  auto evidence = CollectEvidence(paths);
  if (!evidence) return Complain(evidence.error(), ExitStatusOf(evidence.error()));
  for (const EvidenceFile& file : *evidence) {
    if (file.name == read->file.name)
      return Complain(
          Failure("a file of the evidence is called " + file.name + ", as the report is",
                  "they are found by name: rename one"),
          kWrongUsage);
  }
  Claims claims;
  claims.report = &read->report;
  claims.document = read->document.get();
  claims.conformity = &conformity;
  claims.report_file = read->file;
  claims.evidence = std::move(*evidence);
  claims.parts = PartsOf(read->report);
  claims.signer = ThisTool();
  claims.issued = clock.now;
  claims.not_after = clock.now + options.valid_days * kDay;
  Envelope envelope{MakeStatement(claims), {}};
  if (auto signature = envelope.Sign(key); !signature)
    return Complain(signature.error(), kOurDefect);
  return Deliver(options, envelope);
}

}  // namespace

int RunSign(const SignOptions& options) {
  if (options.report.empty())
    return Complain(
        options.add.empty()
            ? Failure("there is nothing to sign", "name a report, or a certificate with --add")
            : Failure("who signs " + options.add + " has to see what it is made from",
                      "name its report: loadline sign REPORT --add " + options.add),
        kWrongUsage);
  if (!options.signed_by.empty() && options.add.empty())
    return Complain(
        Failure("nobody has signed a new certificate before", "--signed-by goes with --add"),
        kWrongUsage);
  if (!options.image.empty() && options.layout.empty())
    return Complain(Failure("--image is an image of a layout", "say which with --layout"),
                    kWrongUsage);
  auto key = PrivateKey::Read(options.key, options.passphrase_file);
  if (!key) return Complain(key.error(), ExitStatusOf(key.error()));
  auto clock = ReadClock();
  if (!clock) return Complain(clock.error(), ExitStatusOf(clock.error()));
  return options.add.empty() ? SignReport(options, *key, *clock) : SignAgain(options, *key, *clock);
}

}  // namespace loadline::cli
