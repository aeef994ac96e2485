// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/resctrl.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <iterator>
#include <map>

#include "base/files.h"
#include "base/pipe.h"
#include "reference-runtime/config.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

// By resource ("L3"), by the number of a cache, a value.
using Schemata = std::map<std::string, std::map<std::string, std::string>>;

// Directories of the filesystem's own, which are no groups.
constexpr const char* kReserved[] = {"info", "mon_groups", "mon_data"};

bool IsThere(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

std::string Trimmed(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// The kernel prints masks with zeros in front.
std::string WithoutZeros(std::string value) {
  std::transform(value.begin(), value.end(), value.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const size_t begin = value.find_first_not_of('0');
  return begin == std::string::npos ? "0" : value.substr(begin);
}

Schemata Parse(const std::string& text) {
  Schemata schemata;
  for (const std::string& line : SplitText(text, '\n')) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    auto& values = schemata[Trimmed(line.substr(0, colon))];
    for (const std::string& part : SplitText(line.substr(colon + 1), ';')) {
      const size_t equals = part.find('=');
      if (equals == std::string::npos) continue;
      values[Trimmed(part.substr(0, equals))] = WithoutZeros(Trimmed(part.substr(equals + 1)));
    }
  }
  return schemata;
}

// Whether everything that is wanted is in force.
bool Holds(const Schemata& present, const Schemata& wanted) {
  for (const auto& [resource, values] : wanted) {
    const auto own = present.find(resource);
    if (own == present.end()) return false;
    for (const auto& [cache, value] : values) {
      const auto found = own->second.find(cache);
      if (found == own->second.end() || found->second != value) return false;
    }
  }
  return true;
}

// What resctrl says about its last refusal.
std::string LastStatus(const std::string& mount_point) {
  std::string status = ReadFile(mount_point + "/info/last_cmd_status").value_or("");
  while (status.ends_with('\n')) status.pop_back();
  return status == "ok" ? "" : status;
}

// Each write is one command to the kernel, whole or not at all.
Result<void> Command(const std::string& file, const std::string& text) {
  ASSIGN_OR_RETURN(const UniqueFd fd, Open(file, O_WRONLY | O_APPEND | O_CREAT, 0644));
  const ssize_t count = write(fd.get(), text.data(), text.size());
  if (count < 0) return CallError("write", file + ", " + text.substr(0, text.find('\n')));
  return {};
}

// What is written to schemata, one command each. Up to 1.2.1 the two first schemas are one, in
// which a line of the second's kind gives way to the second; since 1.3.0 they come one after the
// other.
std::vector<std::string> Commands(const IntelRdt& wanted, bool since_1_3) {
  std::vector<std::string> commands;
  std::string first;
  for (const std::string& line : SplitText(wanted.l3_cache_schema, '\n')) {
    const bool gives_way = !since_1_3 && !wanted.mem_bw_schema.empty() && line.starts_with("MB:");
    if (!line.empty() && !gives_way) first += line + "\n";
  }
  const std::string second = wanted.mem_bw_schema.empty() ? "" : wanted.mem_bw_schema + "\n";
  if (since_1_3) {
    commands = {first, second};
  } else {
    commands = {first + second};
  }
  for (const std::string& line : wanted.schemata) commands.push_back(line + "\n");
  std::erase(commands, "");
  return commands;
}

Result<std::string> GroupName(const IntelRdt& wanted, const std::string& container_id) {
  std::string name = wanted.clos_id.value_or("").empty() ? container_id : *wanted.clos_id;
  if (name == "/") return std::string();
  const bool reserved =
      std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved);
  if (reserved || name == "." || name == ".." || name.find('/') != std::string::npos)
    return Failure("linux.intelRdt.closID \"" + name + "\" is not the name of a group",
                   "use the name of a directory of the resctrl filesystem, or /");
  return name;
}

Result<void> CheckEvents(const std::string& mount_point, const IntelRdt& wanted) {
  const auto counted = Words(ReadFile(mount_point + "/info/L3_MON/mon_features").value_or(""));
  for (const std::string& event : wanted.needed_events) {
    if (std::find(counted.begin(), counted.end(), event) == counted.end())
      return Failure("this host does not count " + event,
                     "remove enableCMT and enableMBM from linux.intelRdt");
  }
  return {};
}

bool NamesClass(const IntelRdt& wanted) { return !wanted.clos_id.value_or("").empty(); }

// existing-clos-compared
Result<void> Compare(const std::string& group, const IntelRdt& wanted) {
  if (wanted.l3_cache_schema.empty() && wanted.mem_bw_schema.empty()) return {};
  if (!NamesClass(wanted)) return {};
  const std::string schema = wanted.l3_cache_schema + "\n" + wanted.mem_bw_schema;
  ASSIGN_OR_RETURN(const std::string present, ReadFile(group + "/schemata"));
  if (Holds(Parse(present), Parse(schema))) return {};
  return Failure("the group " + group + " has another schema than linux.intelRdt asks for",
                 "choose another closID, or leave its schema out");
}

// Whether it was made just now.
Result<bool> MakeDirectory(const std::string& directory, const char* hint) {
  if (mkdir(directory.c_str(), 0755) == 0) return true;
  if (errno == EEXIST) return false;
  return CallError("mkdir", directory).Hint(hint);
}

Result<void> WriteSchemas(const RdtPlace& place, const IntelRdt& wanted, bool since_1_3) {
  for (const std::string& command : Commands(wanted, since_1_3))
    RETURN_IF_ERROR(Command(place.group + "/schemata", command));
  return {};
}

Result<void> MakeMonitoring(const RdtPlace& place) {
  if (place.monitoring.empty()) return {};
  ASSIGN_OR_RETURN(const bool is_new,
                   MakeDirectory(place.monitoring,
                                 "the processor may not monitor, or others hold all its groups: "
                                 "leave out enableMonitoring"));
  return is_new ? Result<void>() : Failure(place.monitoring + " was made by somebody else");
}

Result<void> RemoveDirectory(const std::string& directory) {
  if (directory.empty() || rmdir(directory.c_str()) == 0 || errno == ENOENT) return {};
  return CallError("rmdir", directory);
}

}  // namespace

Result<std::string> FindResctrl() {
  ASSIGN_OR_RETURN(const std::string mounts, ReadFile("/proc/self/mountinfo"));
  for (const std::string& line : SplitText(mounts, '\n')) {
    const auto words = SplitText(line, ' ');
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() > 4 && dash != words.end() && dash + 1 != words.end() && dash[1] == "resctrl")
      return words[4];
  }
  return Failure("linux.intelRdt needs a mounted resctrl filesystem, and there is none",
                 "mount -t resctrl resctrl /sys/fs/resctrl, or remove intelRdt");
}

Result<RdtPlace> PlanRdtGroups(const std::string& mount_point, const std::string& container_id,
                               const IntelRdt& wanted) {
  RETURN_IF_ERROR(CheckEvents(mount_point, wanted));
  ASSIGN_OR_RETURN(const std::string name, GroupName(wanted, container_id));
  RdtPlace place{mount_point, name.empty() ? mount_point : mount_point + "/" + name, "", false};
  if (IsThere(place.group)) {
    RETURN_IF_ERROR(Compare(place.group, wanted));
  } else {
    // preconfigured-clos-missing-is-error
    if (NamesClass(wanted) && !wanted.HasSchema())
      return Failure(
          "linux.intelRdt.closID names the group " + place.group + ", which is not there",
          "make it, or say with a schema what it shall be");
    place.owns_group = !NamesClass(wanted);
  }
  if (!wanted.monitoring) return place;
  place.monitoring = place.group + "/mon_groups/" + container_id;
  if (IsThere(place.monitoring))
    return Failure("the monitoring group " + place.monitoring + " is there already",
                   "remove it, or choose another id");
  return place;
}

Result<void> MakeRdtGroups(const RdtPlace& place, const IntelRdt& wanted, bool since_1_3) {
  ASSIGN_OR_RETURN(const bool is_new,
                   MakeDirectory(place.group,
                                 "the processor has few classes of service: others may hold them "
                                 "all"));
  const bool as_it_is = !is_new && NamesClass(wanted) && wanted.schemata.empty();
  auto made = as_it_is ? Result<void>() : WriteSchemas(place, wanted, since_1_3);
  if (made.has_value()) made = MakeMonitoring(place);
  if (made.has_value()) return made;
  if (is_new) rmdir(place.group.c_str());
  Error error = std::move(made).error();
  if (const std::string status = LastStatus(place.mount_point); !status.empty())
    error.what += (error.what.empty() ? "" : ": ") + status;
  return error;
}

Result<void> AddToRdtGroups(const RdtPlace& place, pid_t pid) {
  for (const std::string& group : {place.group, place.monitoring}) {
    if (!group.empty()) RETURN_IF_ERROR(Command(group + "/tasks", std::to_string(pid) + "\n"));
  }
  return {};
}

Result<void> RemoveRdtGroups(const RdtPlace& place) {
  RETURN_IF_ERROR(RemoveDirectory(place.monitoring));
  return place.owns_group ? RemoveDirectory(place.group) : Result<void>();
}

}  // namespace loadline::runtime
