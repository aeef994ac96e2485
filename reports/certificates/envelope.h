// SPDX-License-Identifier: Apache-2.0
// Envelope: a payload and the signatures over it (DSSE 1.0), as the file of a certificate holds it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "reports/certificates/keys.h"

namespace loadline::reports::certificates {

// Of an in-toto statement; the only type that is read.
inline constexpr char kPayloadType[] = "application/vnd.in-toto+json";

struct Signature {
  std::string key_id;  // PublicKey::id()
  std::string bytes;
};

struct Envelope {
  std::string payload;                // the bytes that were signed
  std::vector<Signature> signatures;  // sorted by key, each key once

  // What a signature is made of ("pre-authentication encoding").
  std::string SignedBytes() const;
  // Adds the key's signature, or replaces the one that it has made.
  Result<void> Sign(const PrivateKey& key);
  // The text of the file: canonical JSON and a line end.
  std::string ToText() const;
  // Takes what ToText() writes and nothing else. kUnreadable when it is no envelope of a
  // statement, kAltered when it was altered. Says nothing about the signatures.
  static Result<Envelope> Parse(std::string_view text);
};

}  // namespace loadline::reports::certificates
