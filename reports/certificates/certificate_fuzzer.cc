// SPDX-License-Identifier: Apache-2.0
// Fuzzes the reading of certificates: it must not crash, and what it takes has one form alone. Run:
// cmake --preset fuzz && cmake --build --preset fuzz --target certificate_fuzzer &&
//      build/fuzz/bin/certificate_fuzzer NEW_CORPUS_DIRECTORY reports/certificates/corpus
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "reports/certificates/certificate.h"
#include "reports/certificates/checks.h"
#include "reports/certificates/evidence_map.h"

namespace {

using namespace loadline::reports::certificates;

void Require(bool holds) {
  if (!holds) std::abort();
}

// Everything that is asked of a certificate whose signatures hold.
void Ask(const Certificate& certificate) {
  certificate.Subjects();
  certificate.Results();
  certificate.Evidence();
  certificate.Suite();
  certificate.Command();
  CheckValidity(certificate, {kDay, false, 0});
  CheckCandidate(certificate, "candidate", {});
  CheckEvidence(certificate, "", "");
  if (certificate.IsValidation()) return;
  CheckMachine(certificate, {"6.1.0", "x86_64", "v2"});
  for (const EvidenceQuestion& question : EvidenceQuestions()) question.answer(certificate);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto envelope = Envelope::Parse(text);
  if (envelope.has_value()) Require(envelope->ToText() == text);
  // The payload is fuzzed by itself, too: nobody finds his way through base64.
  Envelope plain;
  plain.payload = envelope.has_value() ? envelope->payload : std::string(text);
  const auto certificate = Certificate::Parse(plain);
  if (certificate.has_value()) Ask(*certificate);
  return 0;
}
