// SPDX-License-Identifier: Apache-2.0
// The embedded data of this folder: schemas and ledgers, by their path below schema/.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/embedded.h"

namespace loadline::schema {

std::span<const EmbeddedFile> SchemaFiles();
// For example "oci-runtime/config.json".
std::optional<std::string_view> SchemaFile(std::string_view path);

}  // namespace loadline::schema
