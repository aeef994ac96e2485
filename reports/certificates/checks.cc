// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/checks.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "reports/plain_text.h"

namespace loadline::reports::certificates {
namespace {

using nlohmann::json;

// Clocks that are set right differ by less.
constexpr Moment kSkew = 300;
constexpr size_t kShownOfId = 16;  // digits

Finding Holds(std::string check, std::string message) {
  return {std::move(check), Outcome::kHolds, std::move(message)};
}
Finding Fails(std::string check, std::string message) {
  return {std::move(check), Outcome::kFails, std::move(message)};
}

std::string ShortId(const std::string& id) { return id.substr(0, kShownOfId); }

std::string DayOf(Moment moment) { return ToText(moment).substr(0, 10); }

}  // namespace

std::string_view ToText(Outcome outcome) {
  return outcome == Outcome::kHolds ? "holds" : outcome == Outcome::kFails ? "fails" : "not asked";
}

bool AnyFails(const Findings& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& one) { return one.outcome == Outcome::kFails; });
}

Findings CheckSignatures(const Envelope& envelope, const std::vector<PublicKey>& keys,
                         size_t threshold, bool others) {
  Findings findings;
  const std::string bytes = envelope.SignedBytes();
  std::set<std::string> signers;
  for (const Signature& signature : envelope.signatures) {
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const PublicKey& one) {
      return one.id() == signature.key_id;
    });
    if (key != keys.end() && key->Verifies(bytes, signature.bytes)) {
      signers.insert(key->id());
      findings.push_back(Holds("signatures", "signed with the key " + ShortId(key->id()) + " (" +
                                                 OneLine(key->file()) + ")"));
    } else if (key != keys.end()) {
      findings.push_back(Fails("signatures", "the signature of the key " + ShortId(key->id()) +
                                                 " is not over this statement: one of the two "
                                                 "was altered"));
    } else if (!others) {
      findings.push_back(Fails("signatures", "a signature of the key " + ShortId(signature.key_id) +
                                                 ", which was not given: pass it with --key, or "
                                                 "--allow-others"));
    }
  }
  if (signers.size() < threshold)
    findings.push_back(Fails("signatures", std::to_string(signers.size()) + " of the keys given " +
                                               (signers.size() == 1 ? "has" : "have") +
                                               " signed, and " + std::to_string(threshold) +
                                               (threshold == 1 ? " has to" : " have to")));
  return findings;
}

Findings CheckValidity(const Certificate& certificate, const Clock& clock) {
  if (!clock.told && clock.now < clock.built)
    return {Fails("clock", "the clock of this machine says " + ToText(clock.now) +
                               ", which is before this program was made (" + ToText(clock.built) +
                               "): set it, or say --at TIME")};
  if (certificate.NotAfter() <= certificate.NotBefore())
    return {Fails("validity", "it ends before it begins")};
  const std::string span = DayOf(certificate.NotBefore()) + " to " + DayOf(certificate.NotAfter());
  if (clock.now + kSkew < std::max(certificate.Issued(), certificate.NotBefore()))
    return {Fails("validity", "it comes from the future: it was issued at " +
                                  ToText(certificate.Issued()) + ", and it is " +
                                  ToText(clock.now) + (clock.told ? "" : " by the clock here"))};
  if (clock.now > certificate.NotAfter())
    return {Fails("validity", "it ended at " + ToText(certificate.NotAfter()) + ", and it is " +
                                  ToText(clock.now))};
  return {Holds("validity", span)};
}

Findings CheckMachine(const Certificate& certificate, const Machine& machine) {
  const json& environment = certificate.ours()["environment"];
  Findings findings;
  const auto compare = [&](const char* member, const std::string& here) {
    const std::string certified = environment[member];
    if (certified == here) return;
    findings.push_back(Fails("machine", "it is of another machine: its " + std::string(member) +
                                            " is " + OneLine(certified) + ", and here it is " +
                                            here));
  };
  compare("kernel", machine.kernel);
  compare("architecture", machine.architecture);
  compare("cgroup", machine.cgroup);
  if (findings.empty())
    findings.push_back(Holds("machine", "Linux " + machine.kernel + " on " + machine.architecture +
                                            ", control groups " + machine.cgroup));
  return findings;
}

Findings CheckCandidate(const Certificate& certificate, const std::string& candidate,
                        const std::vector<SubjectFile>& files) {
  const std::vector<SubjectFile> certified = certificate.Subjects();
  const auto has = [](const std::vector<SubjectFile>& all, const SubjectFile& one) {
    return std::any_of(all.begin(), all.end(),
                       [&](const SubjectFile& other) { return other.digest == one.digest; });
  };
  Findings findings;
  for (const SubjectFile& file : certified) {
    if (!has(files, file))
      findings.push_back(Fails("candidate", candidate + " has no file that is the certified " +
                                                OneLine(file.path) + " (" + file.digest + ")"));
  }
  for (const SubjectFile& file : files) {
    if (!has(certified, file))
      findings.push_back(Fails("candidate", candidate + " has " + OneLine(file.path) + " (" +
                                                file.digest + "), which was not certified"));
  }
  if (findings.empty())
    findings.push_back(Holds("candidate", candidate + " is the one that was judged (" +
                                              Plural(static_cast<int>(certified.size()), "file") +
                                              ")"));
  return findings;
}

Findings CheckEvidence(const Certificate& certificate, const std::string& report,
                       const std::string& directory) {
  std::vector<EvidenceFile> files = certificate.Evidence();
  if (report.empty() && directory.empty())
    return {{"evidence", Outcome::kNotAsked,
             Plural(static_cast<int>(files.size()), "file") +
                 ", not looked at: pass --report or --evidence"}};
  Findings findings;
  if (!report.empty()) {
    if (const std::string wrong = WrongInFile(report, files.front()); !wrong.empty())
      findings.push_back(Fails("evidence", wrong));
  }
  if (!directory.empty()) {
    std::error_code error;
    const bool there =
        std::filesystem::exists(std::filesystem::path(directory) / files.front().name, error);
    if (!report.empty() && !there) files.erase(files.begin());
    for (const std::string& wrong : WrongInDirectory(directory, files))
      findings.push_back(Fails("evidence", OneLine(wrong)));
  } else if (files.size() > 1) {
    findings.push_back({"evidence", Outcome::kNotAsked,
                        Plural(static_cast<int>(files.size() - 1), "other file") +
                            ", not looked at: pass --evidence"});
  }
  if (!AnyFails(findings))
    findings.insert(findings.begin(),
                    Holds("evidence", directory.empty() ? "the report is the certified one"
                                                        : "nothing is missing or more"));
  return findings;
}

Findings CheckEvidenceFiles(const Certificate& certificate, const std::string& report,
                            const std::vector<std::string>& files) {
  std::map<std::string, std::string> given;  // by name
  for (const std::string& path : files) given[std::filesystem::path(path).filename()] = path;
  const std::vector<EvidenceFile> certified = certificate.Evidence();
  given[certified.front().name] = report;
  Findings findings;
  for (const EvidenceFile& file : certified) {
    const auto found = given.find(file.name);
    if (found == given.end()) {
      findings.push_back(Fails("evidence", file.name + " was not given: pass --evidence FILE"));
      continue;
    }
    if (const std::string wrong = WrongInFile(found->second, file); !wrong.empty())
      findings.push_back(Fails("evidence", wrong));
    given.erase(found);
  }
  for (const auto& [name, path] : given)
    findings.push_back(Fails("evidence", OneLine(path) + " was not certified"));
  return findings;
}

Findings CheckShownResult(const Certificate& certificate, const json& result) {
  const std::string id = result.is_object() && result.contains("id") && result["id"].is_string()
                             ? result["id"].get<std::string>()
                             : "";
  const std::string digest = DigestOfResult(result);
  bool known = false;
  for (const CertifiedResult& one : certificate.Results()) {
    known |= one.id == id;
    if (one.id == id && one.digest == digest)
      return {Holds("result",
                    OneLine(id) + " is a certified result: " + std::string(ToText(one.verdict)))};
  }
  return {Fails("result", known ? OneLine(id) + " is not the result that was certified"
                                : "the file holds no result of this certificate")};
}

}  // namespace loadline::reports::certificates
