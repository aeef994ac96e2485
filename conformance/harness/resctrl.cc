// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/resctrl.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <sstream>

#include "base/files.h"

namespace loadline::conformance {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr size_t kFileCap = 1 << 20;

std::string TextOf(const std::string& path) { return ReadFile(path, kFileCap).value_or(""); }

std::string Stripped(std::string text) {
  const auto is_space = [](unsigned char letter) { return isspace(letter) != 0; };
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), is_space));
  while (!text.empty() && is_space(text.back())) text.pop_back();
  return text;
}

uint64_t NumberIn(const std::string& path, int base) {
  return strtoull(TextOf(path).c_str(), nullptr, base);
}

// The kernel prints masks with zeros in front.
std::string WithoutZeros(const std::string& value) {
  return value.substr(std::min(value.find_first_not_of('0'), value.size() - 1));
}

// {resource: {cache: value}} of a text such as "    L3:0=00f;1=7ff".
json ParseSchemata(const std::string& text) {
  json schemata = json::object();
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    json& values = schemata[Stripped(line.substr(0, colon))] = json::object();
    std::istringstream parts(line.substr(colon + 1));
    for (std::string part; std::getline(parts, part, ';');) {
      const size_t equals = part.find('=');
      const std::string value =
          equals == std::string::npos ? "" : Stripped(part.substr(equals + 1));
      if (!value.empty()) values[Stripped(part.substr(0, equals))] = WithoutZeros(value);
    }
  }
  return schemata;
}

// The first cache or memory controller that the schema of a resource names; empty: none.
std::string FirstOf(const json& schemata, const char* resource) {
  const auto found = schemata.find(resource);
  return found == schemata.end() || found->empty() ? "" : found->begin().key();
}

std::string Hex(uint64_t number) {
  std::ostringstream text;
  text << std::hex << number;
  return text.str();
}

// Two masks of as few bits as may be, beside each other.
json CacheValues(const std::string& directory, const std::string& cache) {
  const std::string info = directory + "/info/L3";
  const uint64_t all = NumberIn(info + "/cbm_mask", 16);
  const uint64_t bits = NumberIn(info + "/min_cbm_bits", 10);
  if (cache.empty() || bits == 0 || bits > 31) return json::object();
  const uint64_t low = (uint64_t{1} << bits) - 1;
  if ((low << bits & ~all) != 0) return json::object();
  return {{"rdt.l3.id", cache}, {"rdt.l3.low", Hex(low)}, {"rdt.l3.next", Hex(low << bits)}};
}

// The two smallest bandwidths that are whole steps, as others would be rounded.
json BandwidthValues(const std::string& directory, const std::string& controller) {
  const std::string info = directory + "/info/MB";
  const uint64_t least = NumberIn(info + "/min_bandwidth", 10);
  const uint64_t step = NumberIn(info + "/bandwidth_gran", 10);
  if (controller.empty() || step == 0) return json::object();
  const uint64_t low = std::max((least + step - 1) / step, uint64_t{1}) * step;
  return {{"rdt.mb.id", controller},
          {"rdt.mb.low", std::to_string(low)},
          {"rdt.mb.next", std::to_string(low + step)}};
}

json TasksOf(const std::string& group) {
  json tasks = json::array();
  std::istringstream numbers(TextOf(group + "/tasks"));
  for (int64_t pid = 0; numbers >> pid;) tasks.push_back(pid);
  return tasks;
}

std::string Below(const std::string& directory, const std::string& name) {
  return directory + "/" + name;
}

std::vector<std::string> DirectoriesIn(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (auto entry = fs::directory_iterator(directory, error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (entry->is_directory(error)) names.push_back(entry->path().filename().string());
  }
  return names;
}

json ObserveGroup(const std::string& group) {
  json monitoring = json::object();
  const std::string parent = Below(group, "mon_groups");
  for (const std::string& name : DirectoriesIn(parent))
    monitoring[name] = {{"tasks", TasksOf(Below(parent, name))}};
  return {{"tasks", TasksOf(group)},
          {"schemata", ParseSchemata(TextOf(group + "/schemata"))},
          {"monitoring", std::move(monitoring)}};
}

bool IsOurs(const std::string& name, const std::vector<std::string>& ids) {
  return std::any_of(ids.begin(), ids.end(),
                     [&name](const std::string& id) { return name.starts_with(id); });
}

// Before 6.5 `tasks` shows the numbers that processes have on the host, not those of the cell.
HostAbility ShowsTasks(const std::string& directory, bool is_stand_in) {
  if (directory.empty()) return {"intel-rdt", false, "no resctrl filesystem is mounted"};
  HostAbility ability{"intel-rdt", true, ""};
  if (!is_stand_in) ability = HostFacts().Ability("kernel-6.5");
  ability.need = "intel-rdt";
  return ability;
}

}  // namespace

std::string FindResctrl(const std::string& stand_in) {
  const char* type = stand_in.empty() ? " - resctrl " : " - fuse.resctrl ";
  std::istringstream lines(TextOf("/proc/self/mountinfo"));
  for (std::string line; std::getline(lines, line);) {
    if (line.find(type) == std::string::npos) continue;
    std::istringstream words(line);
    std::string place;
    for (int i = 0; i < 5; ++i) words >> place;
    if (stand_in.empty() || place == stand_in) return place;
  }
  return "";
}

std::vector<HostAbility> ResctrlAbilities(const std::string& directory, bool is_stand_in) {
  const json values = ResctrlValues(directory);
  const auto given = [](const char* need, bool available, const char* why_not) {
    return HostAbility{need, available, available ? "" : why_not};
  };
  return {ShowsTasks(directory, is_stand_in),
          given("rdt-l3", values.contains("rdt.l3.id"), "no L3 cache here can be divided"),
          given("rdt-mb", values.contains("rdt.mb.id"), "no memory bandwidth here can be divided"),
          given("rdt-monitoring",
                !directory.empty() && access((directory + "/mon_groups").c_str(), F_OK) == 0,
                "the processor does not monitor groups"),
          given("without-resctrl", directory.empty(), "a resctrl filesystem is mounted")};
}

json ResctrlValues(const std::string& directory) {
  if (directory.empty()) return json::object();
  const json schemata = ParseSchemata(TextOf(directory + "/schemata"));
  json values = {{"rdt", directory}};
  values.update(CacheValues(directory, FirstOf(schemata, "L3")));
  values.update(BandwidthValues(directory, FirstOf(schemata, "MB")));
  return values;
}

Result<void> MakeResctrlGroup(StrictObject& object, const std::string& directory) {
  const std::string name = object.RequiredText("name");
  const std::vector<std::string> schemata = object.Texts("schemata");
  const bool caller = object.Flag("caller", false);
  RETURN_IF_ERROR(object.Finish());
  const std::string group = Below(directory, name);
  if (mkdir(group.c_str(), 0755) != 0) return CallError("mkdir", group);
  for (const std::string& line : schemata)
    RETURN_IF_ERROR(WriteExisting(group + "/schemata", line + "\n"));
  if (!caller) return {};
  // Each thread stands in a group of its own, and any may be the one that calls.
  for (const std::string& thread : DirectoriesIn("/proc/self/task"))
    RETURN_IF_ERROR(WriteExisting(group + "/tasks", thread + "\n"));
  return {};
}

json ObserveResctrl(const std::string& directory, const std::vector<std::string>& ids) {
  json groups = json::object();
  if (directory.empty()) return groups;
  groups["/"] = ObserveGroup(directory);
  for (const std::string& name : DirectoriesIn(directory)) {
    if (IsOurs(name, ids)) groups[name] = ObserveGroup(Below(directory, name));
  }
  return groups;
}

void RemoveResctrlGroups(const std::string& directory, const std::vector<std::string>& ids) {
  if (directory.empty()) return;
  for (const std::string& parent : {Below(directory, "mon_groups"), directory}) {
    for (const std::string& name : DirectoriesIn(parent)) {
      if (IsOurs(name, ids)) rmdir(Below(parent, name).c_str());
    }
  }
}

}  // namespace loadline::conformance
