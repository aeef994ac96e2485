// SPDX-License-Identifier: Apache-2.0
#include "conformance/mutants/place.h"

#include <nlohmann/json.hpp>

namespace loadline::mutants {

using nlohmann::json;

void Drop(json& config, const char* place) {
  const json::json_pointer pointer(place);
  if (config.contains(pointer)) config[pointer.parent_pointer()].erase(pointer.back());
}

void ChangeNumber(json& config, const char* place, int64_t (*change)(int64_t)) {
  const json::json_pointer pointer(place);
  if (config.contains(pointer) && config[pointer].is_number_integer())
    config[pointer] = change(config[pointer].get<int64_t>());
}

}  // namespace loadline::mutants
