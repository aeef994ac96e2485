// SPDX-License-Identifier: Apache-2.0
// Judges paths and documents.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "validator/appc/appc_image.h"
#include "validator/archive/content_limits.h"
#include "validator/findings.h"

namespace loadline::validator {

struct ValidateOptions {
  std::optional<SubjectType> type;  // instead of detecting it
  std::string grammar;  // the paths are names, and this is what kind of names (names/grammar.h)
  std::string spec;  // judge by this version instead of the declared one; empty: the declared one
  bool shallow = false;  // blobs are compared with their digests and not opened
  int jobs = 2;          // blobs of one image at once
  ContentLimits limits;
  std::string keyring;  // of OpenPGP keys that are trusted (signatures/openpgp.h); empty: not asked
  std::string key;      // PEM of a public key that signs with cosign; empty: not asked
  // Images of appc that dependencies and names are looked for in; nullptr: not asked.
  std::shared_ptr<const std::vector<AppcImage>> with;
  std::string image;  // that a bundle was made from (image/conversion.h); empty: not asked
};

// Judges the path: a bundle, an image or an ACI (directory or archive), or a JSON file; "-" is
// standard input. An error when it cannot be read or is of no known kind (exit status 3).
Result<Judgement> ValidatePath(const std::string& path, const ValidateOptions& options = {});
// Judges a JSON text that somebody else read, for example a candidate's answer to `state`.
Judgement ValidateText(const std::string& name, std::string_view text, SubjectType type,
                       const ValidateOptions& options = {});

}  // namespace loadline::validator
