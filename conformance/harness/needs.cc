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

// "a.b.c" as "/a/b/c".
std::string PointerOf(std::string path) {
  std::replace(path.begin(), path.end(), '.', '/');
  return "/" + path;
}

// What a document has to say in so many words: without one nothing is said.
bool Says(const std::string& need, const json& features) {
  if (need.starts_with("stated-")) {
    const json* member = Find(features, PointerOf(need.substr(7)));
    return member != nullptr && !member->is_null();
  }
  const size_t equals = need.find('=');  // listed-a.b.c=WORD
  const json* list = Find(features, PointerOf(need.substr(7, equals - 7)));
  return list != nullptr && list->is_array() && equals != std::string::npos &&
         ListHas(list, need.substr(equals + 1));
}

}  // namespace

bool CandidateMeets(const std::string& need, const Profile& profile, const json& features) {
  if (std::find(profile.lacks.begin(), profile.lacks.end(), need) != profile.lacks.end())
    return false;
  if (need.starts_with("verb-")) return profile.HasVerb(need.substr(5));
  if (need == "features") return features.is_object();
  if (need.starts_with("feature-")) {
    const json* flag = Find(features, PointerOf(need.substr(8)));
    return features.is_null() || (flag != nullptr && *flag == true);
  }
  if (need.starts_with("listed-") || need.starts_with("stated-")) return Says(need, features);
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
