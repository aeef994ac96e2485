// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/systemd/properties.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "reference-runtime/cgroup_v2_values.h"
#include "reference-runtime/device_rules.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::json;

constexpr uint64_t kInfinity = UINT64_MAX;
constexpr uint64_t kMostProcessors = 8192;

uint64_t OrInfinity(const Json& value) {
  return value.is_number_unsigned() ? value.get<uint64_t>()
         : value.get<int64_t>() < 0 ? kInfinity
                                    : static_cast<uint64_t>(value.get<int64_t>());
}
uint64_t AsWeight(const Json& value) { return WeightFromShares(value.get<uint64_t>()); }
uint64_t AsIoWeight(const Json& value) {
  return static_cast<uint64_t>(IoWeight(value.get<int64_t>()));
}

struct Row {
  const char* pointer;
  const char* v1;  // nullptr: systemd has none there
  const char* v2;
  uint64_t (*for_v1)(const Json&);
  uint64_t (*for_v2)(const Json&);
};

constexpr Row kRows[] = {
    {"/memory/limit", "MemoryLimit", "MemoryMax", OrInfinity, OrInfinity},
    {"/memory/reservation", nullptr, "MemoryLow", OrInfinity, OrInfinity},
    {"/cpu/shares", "CPUShares", "CPUWeight", OrInfinity, AsWeight},
    {"/pids/limit", "TasksMax", "TasksMax", OrInfinity, OrInfinity},
    {"/blockIO/weight", "BlockIOWeight", "IOWeight", OrInfinity, AsIoWeight},
};

const Json* Find(const Json& resources, const char* pointer) {
  const Json::json_pointer place(pointer);
  if (!resources.contains(place) || resources[place].is_null()) return nullptr;
  return &resources[place];
}

// In microseconds of each second, upwards to the steps of 10 ms that systemd knows.
void AddQuota(const Json& resources, std::vector<UnitProperty>& properties) {
  constexpr uint64_t kSecond = 1'000'000;
  constexpr uint64_t kStep = 10'000;
  constexpr uint64_t kUsualPeriod = 100'000;
  const Json* quota = Find(resources, "/cpu/quota");
  const Json* given = Find(resources, "/cpu/period");
  const uint64_t period = given == nullptr ? kUsualPeriod : given->get<uint64_t>();
  if (given != nullptr && period > 0) properties.push_back({"CPUQuotaPeriodUSec", period});
  if (quota == nullptr || period == 0) return;
  uint64_t each_second = kInfinity;
  if (quota->get<int64_t>() > 0) {
    each_second = quota->get<uint64_t>() * kSecond / period;
    each_second += (kStep - each_second % kStep) % kStep;
  }
  properties.push_back({"CPUQuotaPerSecUSec", each_second});
}

Result<void> AddSets(const Json& resources, std::vector<UnitProperty>& properties) {
  constexpr std::pair<const char*, const char*> kSets[] = {{"/cpu/cpus", "AllowedCPUs"},
                                                           {"/cpu/mems", "AllowedMemoryNodes"}};
  for (const auto& [pointer, name] : kSets) {
    const Json* list = Find(resources, pointer);
    if (list == nullptr) continue;
    ASSIGN_OR_RETURN(auto bits, BitsOfList(list->get<std::string>()));
    properties.push_back({name, std::move(bits)});
  }
  return {};
}

Result<void> AddSwap(const Json& resources, std::vector<UnitProperty>& properties) {
  const Json* swap = Find(resources, "/memory/swap");
  const Json* limit = Find(resources, "/memory/limit");
  if (swap == nullptr || limit == nullptr) return {};
  ASSIGN_OR_RETURN(const std::string most, SwapMax(limit->get<int64_t>(), swap->get<int64_t>()));
  properties.push_back({"MemorySwapMax", most == "max" ? kInfinity : std::stoull(most)});
  return {};
}

// "/dev/char/1:3", or "char-*" for all of a type.
std::string NameOf(const DeviceRule& rule) {
  const std::string type = rule.type == 'b' ? "block" : "char";
  if (rule.major < 0) return type + "-*";
  if (rule.minor < 0) return type + "-" + std::to_string(rule.major);
  return "/dev/" + type + "/" + std::to_string(rule.major) + ":" + std::to_string(rule.minor);
}

std::string LettersOf(uint32_t access) {
  std::string letters;
  if ((access & kRead) != 0) letters += 'r';
  if ((access & kWrite) != 0) letters += 'w';
  if ((access & kMakeNode) != 0) letters += 'm';
  return letters;
}

// On v1 systemd opens every device again when it writes the unit's files, unless it knows the list.
// It knows lists of what is allowed alone, as nearly every container has one.
Result<void> AddDevices(const Json& resources, std::vector<UnitProperty>& properties) {
  const Json* devices = Find(resources, "/devices");
  if (devices == nullptr || devices->empty()) return {};
  ASSIGN_OR_RETURN(const auto rules, ReadDeviceRules(*devices));
  std::vector<std::pair<std::string, std::string>> allowed;
  const bool is_list = !rules[0].allow && rules[0].HoldsForEverything() &&
                       std::all_of(rules.begin() + 1, rules.end(),
                                   [](const DeviceRule& rule) { return rule.allow; });
  if (!is_list) return {};
  for (auto rule = rules.begin() + 1; rule != rules.end(); ++rule) {
    for (const char type : {'b', 'c'}) {
      if (rule->type != 'a' && rule->type != type) continue;
      DeviceRule one = *rule;
      one.type = type;
      allowed.emplace_back(NameOf(one), LettersOf(one.access));
    }
  }
  properties.push_back({"DevicePolicy", std::string("strict")});
  properties.push_back({"DeviceAllow", std::move(allowed)});
  return {};
}

Result<std::vector<UnitProperty>> Read(const Json& resources, bool unified) {
  std::vector<UnitProperty> properties;
  for (const Row& row : kRows) {
    const Json* value = Find(resources, row.pointer);
    const char* name = unified ? row.v2 : row.v1;
    if (value == nullptr || name == nullptr) continue;
    const uint64_t number = (unified ? row.for_v2 : row.for_v1)(*value);
    // systemd takes no zero; the file says it.
    if (number != 0) properties.push_back({name, number});
  }
  AddQuota(resources, properties);
  if (unified) {
    RETURN_IF_ERROR(AddSwap(resources, properties));
    RETURN_IF_ERROR(AddSets(resources, properties));
  } else {
    RETURN_IF_ERROR(AddDevices(resources, properties));
  }
  return properties;
}

}  // namespace

Result<std::vector<UnitProperty>> PropertiesOf(const Json& resources, bool unified) {
  try {
    return Read(resources, unified);
  } catch (const Json::exception& problem) {
    return Failure(std::string("linux.resources: ") + problem.what(),
                   "loadline validate names the place");
  }
}

Result<std::vector<uint8_t>> BitsOfList(const std::string& list) {
  std::vector<uint8_t> bits;
  const auto bad = [&] {
    return Failure("\"" + list + "\" is no list of processors or nodes", "write it like 0-2,5");
  };
  for (const std::string& part : SplitText(list, ',')) {
    uint64_t first = 0;
    const char* end = part.data() + part.size();
    auto read = std::from_chars(part.data(), end, first);
    uint64_t last = first;
    if (read.ec == std::errc() && read.ptr != end && *read.ptr == '-')
      read = std::from_chars(read.ptr + 1, end, last);
    if (read.ec != std::errc() || read.ptr != end || last < first || last >= kMostProcessors)
      return bad();
    if (bits.size() <= last / 8) bits.resize(last / 8 + 1);
    for (uint64_t number = first; number <= last; ++number)
      bits[number / 8] = static_cast<uint8_t>(bits[number / 8] | (1U << (number % 8)));
  }
  return bits;
}

}  // namespace loadline::runtime
