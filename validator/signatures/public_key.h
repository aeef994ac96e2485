// SPDX-License-Identifier: Apache-2.0
// Signatures with a public key alone, as cosign makes them: ECDSA, RSA or Ed25519.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace loadline::validator {

// Whether the key in a PEM file made this signature (in bytes, over SHA-256) of a message. An error
// when the file holds no public key.
Result<bool> VerifyWithPublicKey(const std::string& key_file, std::string_view message,
                                 std::string_view signature);

}  // namespace loadline::validator
