// SPDX-License-Identifier: Apache-2.0
// Keys, reports and certificates for the tests of this folder.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/temp_dir.h"
#include "reports/certificates/certificate.h"
#include "reports/certificates/keys.h"

namespace loadline::reports::certificates {

inline constexpr Moment kSampleIssued = 1767323045;  // 2026-01-02T03:04:05Z

// A pair of keys as PEM files in a directory: NAME.pem (0600) and NAME.pub.pem. `kind` is
// "ED25519", "P-256", "P-384" or "RSA"; a passphrase encrypts the private one.
class KeyFiles {
 public:
  KeyFiles(const std::string& directory, const std::string& name, const std::string& kind,
           const std::string& passphrase = "");
  const std::string& private_path() const { return private_path_; }
  const std::string& public_path() const { return public_path_; }
  PrivateKey ReadPrivate() const { return PrivateKey::Read(private_path_).value(); }
  PublicKey ReadPublic() const { return PublicKey::Read(public_path_).value(); }

 private:
  std::string private_path_;
  std::string public_path_;
};

// A whole run that passed, of a version of the standard, and what makes it whole.
Report WholeReport();
WholeRun WholeOf(const Report& report);
// A result of a MUST of the standard that failed as was expected, for a reason.
CheckResult KnownFailure(const std::string& id);
// A small one: a bundle that is sound.
Report SoundReport();

// An envelope without signatures over the statement that a report gets.
Envelope SampleEnvelope(const Report& report, std::vector<EvidenceFile> evidence = {});
// The text of the report's file, as sample envelopes certify it ("report.json").
std::string TextOfReport(const Report& report);

}  // namespace loadline::reports::certificates
