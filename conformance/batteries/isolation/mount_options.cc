// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/isolation/mount_options.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;

// A flag of a mount, and the words that put it on and off.
struct Flag {
  const char* name;
  const char* off;
};
constexpr Flag kFlags[] = {{"ro", "rw"}, {"nosuid", "suid"}, {"nodev", "dev"}, {"noexec", "exec"}};

// Filesystems whose options the table shows as they were given.
constexpr std::string_view kWithData[] = {"tmpfs", "devpts", "proc", "mqueue"};
constexpr const char* kWords[] = {"sync", "dirsync", "lazytime"};

json OptionsOf(const json& mount) { return mount.value("options", json::array()); }

std::string TypeOf(const json& mount) { return mount.value("type", ""); }

// Whether the last of the two words that is named is the first; nothing when neither is.
std::optional<bool> LastOf(const json& options, const std::string& on, const std::string& off) {
  std::optional<bool> last;
  for (const json& option : options) {
    if (option == on) last = true;
    if (option == off) last = false;
  }
  return last;
}

bool Has(const json& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// Memory is given in whole pages, and shown in KiB.
std::string SizeInTable(const std::string& value) {
  char* end = nullptr;
  uint64_t bytes = std::strtoull(value.c_str(), &end, 0);
  switch (std::tolower(*end)) {
    case 'g':
      bytes *= 1024;
      [[fallthrough]];
    case 'm':
      bytes *= 1024;
      [[fallthrough]];
    case 'k':
      bytes *= 1024;
      break;
    default:
      break;
  }
  constexpr uint64_t kPage = 4096;
  return std::to_string((bytes + kPage - 1) / kPage * (kPage / 1024)) + "k";
}

std::string HidePidInTable(const std::string& value) {
  constexpr const char* kNames[] = {"off", "noaccess", "invisible"};
  if (value.size() == 1 && value[0] >= '0' && value[0] <= '2') return kNames[value[0] - '0'];
  return value == "4" ? "ptraceable" : value;
}

// How the table writes a value; nothing when it cannot be told.
std::optional<std::string> ValueInTable(const std::string& key, const std::string& value,
                                        bool mapped) {
  if (key == "mode" || key == "ptmxmode") {
    const size_t digit = value.find_first_not_of('0');
    return digit == std::string::npos ? "0" : value.substr(digit);
  }
  if (key == "size" && !value.ends_with('%')) return SizeInTable(value);
  if (key == "hidepid") return HidePidInTable(value);
  if (key == "subset") return value;
  if ((key == "uid" || key == "gid") && !mapped) return value;
  return std::nullopt;
}

// What the table leaves out because everybody has it.
std::string DefaultInTable(const std::string& key) {
  if (key == "mode") return "1777";
  if (key == "uid" || key == "gid") return "0";
  return key == "hidepid" ? "off" : "";
}

}  // namespace

bool IsBind(const json& mount) {
  const json options = OptionsOf(mount);
  return TypeOf(mount) == "bind" || Has(options, "bind") || Has(options, "rbind");
}

std::string DestinationOf(const json& mount) {
  std::string destination = mount.value("destination", "");
  while (destination.size() > 1 && destination.ends_with('/')) destination.pop_back();
  return destination;
}

json PromisedFlags(const json& mount) {
  json flags = json::object();
  for (const Flag& flag : kFlags) {
    // Of control groups of v1 a tmpfs is made, whose other flags are nobody's business.
    if (TypeOf(mount).starts_with("cgroup") && std::string_view(flag.name) != "ro") continue;
    auto on = LastOf(OptionsOf(mount), flag.name, flag.off);
    if (const auto below =
            LastOf(OptionsOf(mount), "r" + std::string(flag.name), "r" + std::string(flag.off)))
      on = below;
    if (on || !IsBind(mount)) flags[flag.name] = on.value_or(false);
  }
  return flags;
}

json PromisedTimes(const json& mount) {
  if (TypeOf(mount).starts_with("cgroup")) return nullptr;
  const char* times = nullptr;
  for (const json& option : OptionsOf(mount)) {
    for (const char* word : {"noatime", "relatime", "strictatime"}) {
      if (option == word) times = word;
    }
  }
  if (times == nullptr && IsBind(mount)) return nullptr;
  const bool of_directories = LastOf(OptionsOf(mount), "nodiratime", "diratime").value_or(false);
  return {{"times", times == nullptr ? "relatime" : times}, {"nodiratime", of_directories}};
}

json PromisedData(const json& mount, bool mapped) {
  json data = json::object();
  const std::string type = TypeOf(mount);
  if (IsBind(mount) ||
      std::find(std::begin(kWithData), std::end(kWithData), type) == std::end(kWithData))
    return data;
  for (const json& option : OptionsOf(mount)) {
    const std::string text = option.get<std::string>();
    const size_t equals = text.find('=');
    for (const char* word : kWords) {
      if (text == word) data[word] = true;
    }
    if (equals == std::string::npos) continue;
    const std::string key = text.substr(0, equals);
    if (const auto value = ValueInTable(key, text.substr(equals + 1), mapped)) data[key] = *value;
  }
  return data;
}

json PromisedBelow(const json& mount) {
  json flags = json::array();
  for (const Flag& flag : kFlags) {
    const std::string name = flag.name;
    if (LastOf(OptionsOf(mount), "r" + name, "r" + std::string(flag.off)).value_or(false))
      flags.push_back(name);
  }
  return flags;
}

json SeenFlags(const json& promised, const json& line) {
  json flags = json::object();
  for (const auto& flag : promised.items())
    flags[flag.key()] = Has(line.value("flags", json::array()), flag.key());
  return flags;
}

json SeenTimes(const json& promised, const json& line) {
  if (promised.is_null()) return nullptr;
  const json flags = line.value("flags", json::array());
  const char* times = Has(flags, "noatime")    ? "noatime"
                      : Has(flags, "relatime") ? "relatime"
                                               : "strictatime";
  return {{"times", times}, {"nodiratime", Has(flags, "nodiratime")}};
}

json SeenData(const json& promised, const json& line) {
  json data = json::object();
  const json options = line.value("superOptions", json::array());
  for (const auto& item : promised.items()) {
    if (item.value().is_boolean()) {
      data[item.key()] = Has(options, item.key());
      continue;
    }
    data[item.key()] = DefaultInTable(item.key());
    for (const json& option : options) {
      const auto& text = option.get_ref<const std::string&>();
      if (text.starts_with(item.key() + "=")) data[item.key()] = text.substr(item.key().size() + 1);
    }
    if (item.key().ends_with("mode")) {
      std::string mode = data[item.key()].get<std::string>();
      mode.erase(0, std::min(mode.find_first_not_of('0'), mode.size() - 1));
      data[item.key()] = mode;
    }
  }
  return data;
}

}  // namespace loadline::conformance::isolation
