// SPDX-License-Identifier: Apache-2.0
// Where a standard says what it requires.
#pragma once

#include <string>

#include "schema/ledger.h"

namespace loadline::schema {

// An address of the web, or "DOCUMENT#ANCHOR" in this repository.
std::string SourceOf(const Requirement& requirement);

}  // namespace loadline::schema
