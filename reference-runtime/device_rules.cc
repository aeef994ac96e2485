// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/device_rules.h"

#include <limits>
#include <nlohmann/json.hpp>

namespace loadline::runtime {
namespace {

using Json = nlohmann::json;

// oci-runtime/config-linux/default-devices: a container may always use these.
constexpr DeviceRule kDefaultRules[] = {
    {true, 'c', 1, 3}, {true, 'c', 1, 5}, {true, 'c', 1, 7},
    {true, 'c', 1, 8}, {true, 'c', 1, 9}, {true, 'c', 5, 0},
    {true, 'c', 5, 1}, {true, 'c', 5, 2}, {true, 'c', 136, -1},
};

// oci-runtime/config-linux/allowed-devices/numbers-default-to-all
Result<int32_t> Number(const Json& rule, const char* key) {
  const auto found = rule.find(key);
  if (found == rule.end() || found->is_null()) return -1;
  const auto number = found->get<int64_t>();
  if (number >= -1 && number <= std::numeric_limits<int32_t>::max())
    return static_cast<int32_t>(number);
  return Failure("linux.resources.devices has the " + std::string(key) + " number " + found->dump(),
                 "the kernel's are smaller");
}

Result<uint32_t> Access(const std::string& letters) {
  uint32_t access = 0;
  for (const char letter : letters) {
    const uint32_t kind = letter == 'r'   ? kRead
                          : letter == 'w' ? kWrite
                          : letter == 'm' ? kMakeNode
                                          : 0;
    if (kind == 0)
      return Failure("linux.resources.devices has the access \"" + letters + "\"",
                     "use the letters r, w and m");
    access |= kind;
  }
  return access;
}

Result<DeviceRule> ReadRule(const Json& entry) {
  DeviceRule rule;
  rule.allow = entry.at("allow").get<bool>();
  const std::string type = entry.value("type", "a");
  if (type != "a" && type != "b" && type != "c")
    return Failure("linux.resources.devices has the type \"" + type + "\"", "use a, b or c");
  rule.type = type[0];
  ASSIGN_OR_RETURN(rule.major, Number(entry, "major"));
  ASSIGN_OR_RETURN(rule.minor, Number(entry, "minor"));
  ASSIGN_OR_RETURN(rule.access, Access(entry.value("access", "rwm")));
  return rule;
}

}  // namespace

Result<std::vector<DeviceRule>> ReadDeviceRules(const Json& rules) {
  std::vector<DeviceRule> read;
  for (const Json& entry : rules) {
    ASSIGN_OR_RETURN(const DeviceRule rule, ReadRule(entry));
    // One that names no kind of access governs none.
    if (rule.access != 0) read.push_back(rule);
  }
  read.insert(read.end(), std::begin(kDefaultRules), std::end(kDefaultRules));
  return read;
}

}  // namespace loadline::runtime
