// SPDX-License-Identifier: Apache-2.0
// What mutants do to one place of config.json, a JSON pointer. Where nothing stands there they do
// nothing.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

namespace loadline::mutants {

// Takes away what stands there.
void Drop(nlohmann::json& config, const char* place);
// Makes another number of the one there.
void ChangeNumber(nlohmann::json& config, const char* place, int64_t (*change)(int64_t));

}  // namespace loadline::mutants
