// SPDX-License-Identifier: Apache-2.0
// Simple signatures of images: a JSON payload in an OpenPGP message, as skopeo and podman write it
// (containers/image, containers-signature(5)).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/result.h"
#include "validator/findings.h"
#include "validator/subject/subject.h"
#include "validator/validate.h"

namespace loadline::validator {

// The signature in a file. Its payload is judged when a keyring shows who made it; a manifest.json
// beside it has to be the one that it speaks of.
Result<Judgement> ValidateSignature(const OpenedSubject& subject, const ValidateOptions& options);

// What is wrong with a payload, empty when nothing is: its `critical` part is of this type and
// names a digest and a reference. cosign writes the same form with another type.
std::string WrongInPayload(const nlohmann::json& payload, std::string_view type);

}  // namespace loadline::validator
