// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/needs.h"

#include <algorithm>

namespace loadline::conformance {
namespace {

using nlohmann::json;
using reports::Verdict;

// Words and the member of the features document that denies them when it is false.
struct FeatureFlag {
  std::string_view need;
  const char* pointer;
};
constexpr FeatureFlag kFlags[] = {
    {"seccomp", "/linux/seccomp/enabled"},
    {"apparmor", "/linux/apparmor/enabled"},
    {"selinux", "/linux/selinux/enabled"},
    {"intel-rdt", "/linux/intelRdt/enabled"},
    {"idmapped-mounts", "/linux/mountExtensions/idmap/enabled"},
    {"cgroup-v1", "/linux/cgroup/v1"},
    {"cgroup-v2", "/linux/cgroup/v2"},
    {"net-devices", "/linux/netDevices/enabled"},
};

// Words that ask for an entry in a list of the features document.
struct FeatureList {
  std::string_view prefix;
  std::string_view suffix;
  const char* pointer;
};
constexpr FeatureList kLists[] = {
    {"hook-", "", "/hooks"},
    {"mount-option-", "", "/mountOptions"},
    {"", "-namespace", "/linux/namespaces"},
    {"seccomp-action-", "", "/linux/seccomp/actions"},
};

const json* Find(const json& features, const std::string& pointer) {
  if (!features.is_object()) return nullptr;
  const json::json_pointer parsed(pointer);
  return features.contains(parsed) ? &features.at(parsed) : nullptr;
}

bool ListHas(const json* list, const std::string& word) {
  // A list that is not there says nothing.
  if (list == nullptr || !list->is_array()) return true;
  return std::find(list->begin(), list->end(), word) != list->end();
}

}  // namespace

bool CandidateMeets(const std::string& need, const Profile& profile, const json& features) {
  if (std::find(profile.lacks.begin(), profile.lacks.end(), need) != profile.lacks.end())
    return false;
  if (need.starts_with("verb-")) return profile.HasVerb(need.substr(5));
  if (need.starts_with("feature-")) {
    std::string pointer = "/" + need.substr(8);
    std::replace(pointer.begin(), pointer.end(), '.', '/');
    const json* flag = Find(features, pointer);
    return features.is_null() || (flag != nullptr && *flag == true);
  }
  for (const FeatureFlag& flag : kFlags) {
    if (flag.need != need) continue;
    const json* value = Find(features, flag.pointer);
    return value == nullptr || *value != false;
  }
  for (const FeatureList& list : kLists) {
    if (!need.starts_with(list.prefix) || !need.ends_with(list.suffix)) continue;
    return ListHas(
        Find(features, list.pointer),
        need.substr(list.prefix.size(), need.size() - list.prefix.size() - list.suffix.size()));
  }
  return true;
}

Judgement JudgeNeeds(const std::vector<std::string>& needs, const HostFacts& host,
                     const Profile& profile, const json& features) {
  for (const std::string& need : needs) {
    const HostAbility ability = host.Ability(need);
    if (!ability.available) return {Verdict::kEnvironment, need + ": " + ability.why};
    if (!CandidateMeets(need, profile, features))
      return {Verdict::kUnsupported, profile.name + " does not offer " + need};
  }
  return {};
}

}  // namespace loadline::conformance
