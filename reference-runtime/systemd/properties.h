// SPDX-License-Identifier: Apache-2.0
// linux.resources as properties of a systemd unit (org.freedesktop.systemd1, systemd.resource-
// control(5)). systemd writes a unit's files again whenever it likes, so it has to know the limits.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace loadline::runtime {

struct UnitProperty {
  std::string name;
  // As D-Bus has it: b, t, s, ay, au, a(ss).
  std::variant<bool, uint64_t, std::string, std::vector<uint8_t>, std::vector<uint32_t>,
               std::vector<std::pair<std::string, std::string>>>
      value;
};

// What systemd can be told of them. `unified` is whether the limits are those of cgroup v2.
Result<std::vector<UnitProperty>> PropertiesOf(const nlohmann::json& resources, bool unified);
// "0-2,5" as a set of bits, the first in the lowest bit of the first byte.
Result<std::vector<uint8_t>> BitsOfList(const std::string& list);

}  // namespace loadline::runtime
