// SPDX-License-Identifier: Apache-2.0
// Which version of cgroup keeps which of linux.resources.
#include "reference-runtime/cgroup_limits.h"

#include <algorithm>

#include "base/files.h"
#include "reference-runtime/words.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::json;

struct Part {
  const char* pointer;
  const char* v1;  // its controller
  const char* v2;  // empty where v2 has none; "*" where it needs none
};

// More particular pointers first: what is left of an object belongs to its own line.
constexpr Part kParts[] = {
    {"/memory", "memory", "memory"},
    {"/cpu/cpus", "cpuset", "cpuset"},
    {"/cpu/mems", "cpuset", "cpuset"},
    {"/cpu", "cpu", "cpu"},
    {"/pids", "pids", "pids"},
    {"/blockIO", "blkio", "io"},
    {"/hugepageLimits", "hugetlb", "hugetlb"},
    {"/rdma", "rdma", "rdma"},
    {"/devices", "devices", "*"},
    {"/network/classID", "net_cls", ""},
    {"/network/priorities", "net_prio", ""},
};

bool AnyHas(const std::vector<Hierarchy>& hierarchies, const char* controller) {
  return std::any_of(hierarchies.begin(), hierarchies.end(),
                     [&](const Hierarchy& hierarchy) { return hierarchy.Has(controller); });
}

// Asks the tree once, and only when something needs the answer: most bundles do not.
class UnifiedTree {
 public:
  explicit UnifiedTree(const std::vector<Hierarchy>& hierarchies)
      : tree_(FindUnified(hierarchies)) {}

  bool Exists() const { return tree_ != nullptr; }
  Result<bool> Offers(std::string_view controller) {
    if (tree_ == nullptr || controller.empty()) return false;
    if (controller == "*") return true;
    if (!asked_) {
      ASSIGN_OR_RETURN(const std::string text,
                       ReadFile(tree_->mount_point + "/cgroup.controllers"));
      controllers_ = Words(text);
      asked_ = true;
    }
    return std::find(controllers_.begin(), controllers_.end(), controller) != controllers_.end();
  }

 private:
  const Hierarchy* tree_;
  bool asked_ = false;
  std::vector<std::string> controllers_;
};

// The controllers of files that are named after them.
Result<void> AddUnified(const Json& unified, ResourceParts& parts) {
  parts.v2["unified"] = unified;
  for (const auto& [file, value] : unified.items()) {
    // oci-runtime/config-linux/unified/key-is-file
    if (file.empty() || file.find('/') != std::string::npos || file == "." || file == "..")
      return Failure("the key \"" + file + "\" of linux.resources.unified is not a file's name",
                     "name a file of the container's own group");
    const std::string controller = file.substr(0, file.find('.'));
    // Every group has these, whatever controllers it has.
    const bool of_every_group = controller == "cgroup" || file.ends_with(".pressure");
    if (!of_every_group) parts.controllers.push_back(controller);
  }
  return {};
}

bool Says(const Json& value) {
  return !value.is_null() && !(value.is_structured() && value.empty());
}

// Beside what a more particular pointer has put there.
void Put(Json value, Json& place) {
  if (place.is_object() && value.is_object()) {
    place.update(value);
  } else {
    place = std::move(value);
  }
}

Result<ResourceParts> Split(const std::vector<Hierarchy>& hierarchies, Json rest) {
  ResourceParts parts;
  UnifiedTree tree(hierarchies);
  const bool v1 = HasV1Controllers(hierarchies);
  for (const Part& part : kParts) {
    const Json::json_pointer pointer(part.pointer);
    if (!rest.contains(pointer)) continue;
    Json value = std::move(rest[pointer]);
    rest[pointer.parent_pointer()].erase(pointer.back());
    if (!Says(value)) continue;
    bool second = !v1;
    if (v1 && !AnyHas(hierarchies, part.v1)) {
      ASSIGN_OR_RETURN(second, tree.Offers(part.v2));
    }
    if (second && *part.v2 != '\0' && *part.v2 != '*') parts.controllers.push_back(part.v2);
    Put(std::move(value), (second ? parts.v2 : parts.v1)[pointer]);
  }
  if (const auto unified = rest.find("unified"); unified != rest.end() && Says(*unified)) {
    if (tree.Exists()) {
      RETURN_IF_ERROR(AddUnified(*unified, parts));
    } else {
      parts.v1["unified"] = *unified;
    }
  }
  return parts;
}

}  // namespace

Result<ResourceParts> SplitResources(const std::vector<Hierarchy>& hierarchies,
                                     const Json& resources) {
  try {
    return Split(hierarchies, resources);
  } catch (const Json::exception& problem) {  // nlohmann's exceptions end here
    return Failure(std::string("linux.resources: ") + problem.what(),
                   "loadline validate names the place");
  }
}

Result<bool> NeedsUnified(const std::vector<Hierarchy>& hierarchies, const Json& resources) {
  if (FindUnified(hierarchies) == nullptr || !HasV1Controllers(hierarchies)) return false;
  ASSIGN_OR_RETURN(const ResourceParts parts, SplitResources(hierarchies, resources));
  return !parts.v2.empty();
}

Result<void> WriteLimits(const std::vector<Hierarchy>& hierarchies, const std::string& path,
                         const Json& resources) {
  ASSIGN_OR_RETURN(const ResourceParts parts, SplitResources(hierarchies, resources));
  try {
    if (!parts.v1.empty()) RETURN_IF_ERROR(WriteV1Limits(hierarchies, path, parts.v1));
    if (!parts.v2.empty())
      RETURN_IF_ERROR(WriteV2Limits(FindUnified(hierarchies)->mount_point + path, parts.v2));
    return {};
  } catch (const Json::exception& problem) {  // nlohmann's exceptions end here
    return Failure(std::string("linux.resources: ") + problem.what(),
                   "loadline validate names the place");
  }
}

std::string DeviceNumbers(const Json& entry) {
  return entry.at("major").dump() + ":" + entry.at("minor").dump() + " ";
}

Result<std::string> PageSize(const Json& entry) {
  auto size = entry.at("pageSize").get<std::string>();
  if (size.find('/') == std::string::npos) return size;
  return Failure("the pageSize \"" + size + "\" is none", "write it as 2MB or 1GB");
}

std::vector<std::string> RdmaLines(const Json& resources) {
  std::vector<std::string> lines;
  const Json rdma = resources.value("rdma", Json::object());
  for (const auto& [device, limits] : rdma.items()) {
    std::string line = device;
    if (limits.contains("hcaHandles")) line += " hca_handle=" + limits["hcaHandles"].dump();
    if (limits.contains("hcaObjects")) line += " hca_object=" + limits["hcaObjects"].dump();
    lines.push_back(line);
  }
  return lines;
}

}  // namespace loadline::runtime
