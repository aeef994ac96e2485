// SPDX-License-Identifier: Apache-2.0
// OpenPGP signatures, judged by gpgv(1): keys and algorithms are its trade, and users trust it.
#pragma once

#include <string>

#include "base/result.h"

namespace loadline::validator {

struct Verification {
  bool good = false;
  std::string who;      // the key and the name that gpgv gives it; why not, when it is not good
  std::string payload;  // of a signed message
};

// A detached signature of a file, against the keys of a keyring (as gpg --export writes it). An
// error when gpgv cannot be run.
Result<Verification> VerifyDetached(const std::string& signature, const std::string& file,
                                    const std::string& keyring);
// A signed message, which has its content in it.
Result<Verification> VerifyMessage(const std::string& message, const std::string& keyring);

}  // namespace loadline::validator
