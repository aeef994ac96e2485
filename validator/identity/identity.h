// SPDX-License-Identifier: Apache-2.0
// What a subject is, apart from how it is written and packed: are these two the same?
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "validator/findings.h"
#include "validator/validate.h"

namespace loadline::validator {

struct Identity {
  std::string digest;  // of its bytes as they are: two that share it are identical
  // What counts of it, by name: "config", "layer 0", "rootfs/etc/passwd"; digests of content that
  // does not depend on packing, on the order of names or on blanks.
  std::map<std::string, std::string> parts;
  // How each part is packed, where that can differ.
  std::map<std::string, std::string> packing;
};

// Of a bundle (its configuration and every file of its root filesystem), an image, an ACI or a
// document.
Result<Identity> IdentityOf(const std::string& path, const ValidateOptions& options);

// Judges two paths as one subject: findings say where they differ (same/content), or only in how
// they are packed or written (same/form, a note). Sound when the content is the same.
Result<Judgement> CompareIdentities(const std::string& one, const std::string& other,
                                    const ValidateOptions& options);

}  // namespace loadline::validator
