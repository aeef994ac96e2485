// SPDX-License-Identifier: Apache-2.0
// Rules on namespaces, id mappings and time offsets.
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kPathAbsolute[] = {"oci-runtime/config-linux/namespaces/path-absolute"};
constexpr std::string_view kClock[] = {"oci-runtime/config-linux/time-offsets/clock-is-key"};

void CheckTwice(const RuleInput& input, Reporter& reporter) {
  std::set<std::string> types;
  ForEach(input.config, "/linux/namespaces", [&](const Json& entry, const std::string& pointer) {
    const auto type = String(entry, "type");
    if (type && !types.insert(*type).second)
      reporter.Report(Join(pointer, "type"), "the " + *type + " namespace is listed a second time",
                      "keep one of them");
  });
}

void CheckPaths(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/linux/namespaces", [&](const Json& entry, const std::string& pointer) {
    const auto path = String(entry, "path");
    if (path && !path->empty() && !path->starts_with('/'))
      reporter.Report(Join(pointer, "path"), "\"" + *path + "\" is not an absolute path",
                      "begin it with /");
  });
}

void CheckMappingsNeedUser(const RuleInput& input, Reporter& reporter) {
  for (const char* key : {"/linux/uidMappings", "/linux/gidMappings"}) {
    const Json* mappings = At(input.config, key);
    if (mappings != nullptr && !mappings->empty() && !HasNamespace(input.config, "user"))
      reporter.Report(key, "id mappings need a user namespace",
                      "add {\"type\": \"user\"} to /linux/namespaces");
  }
}

void CheckUserNeedsMappings(const RuleInput& input, Reporter& reporter) {
  if (!MakesNamespace(input.config, "user")) return;
  for (const char* key : {"uidMappings", "gidMappings"}) {
    const Json* mappings = At(input.config, std::string("/linux/") + key);
    if (mappings == nullptr || mappings->empty())
      reporter.Report("/linux", std::string("a new user namespace has no ") + key,
                      std::string("add ") + key + " to /linux");
  }
}

void CheckJoinedUser(const RuleInput& input, Reporter& reporter) {
  if (!HasNamespace(input.config, "user") || MakesNamespace(input.config, "user")) return;
  for (const char* key : {"/linux/uidMappings", "/linux/gidMappings"}) {
    const Json* mappings = At(input.config, key);
    if (mappings != nullptr && !mappings->empty())
      reporter.Report(key, "a user namespace that is joined by path has its mappings already",
                      "remove them, or the namespace's path");
  }
}

// Ranges of one list must not overlap, on either side.
void CheckOverlap(const RuleInput& input, Reporter& reporter) {
  for (const char* list : {"/linux/uidMappings", "/linux/gidMappings"}) {
    for (const char* side : {"containerID", "hostID"}) {
      std::map<Whole, Whole> ends;  // of the earlier ranges, by their beginnings
      ForEach(input.config, list, [&](const Json& entry, const std::string& pointer) {
        const auto begin = Integer(entry, side);
        const auto size = Integer(entry, "size");
        if (!begin || !size || *size <= 0) return;
        const auto next = ends.lower_bound(*begin);
        const bool overlaps = (next != ends.end() && next->first < *begin + *size) ||
                              (next != ends.begin() && std::prev(next)->second > *begin);
        if (overlaps) {
          reporter.Report(Join(pointer, side),
                          std::string("the range of ") + side + " overlaps an earlier one",
                          "map every id once");
        } else {
          ends.emplace(*begin, *begin + *size);
        }
      });
    }
  }
}

void CheckRanges(const RuleInput& input, Reporter& reporter) {
  for (const char* list : {"/linux/uidMappings", "/linux/gidMappings"}) {
    ForEach(input.config, list, [&](const Json& entry, const std::string& pointer) {
      const auto size = Integer(entry, "size");
      if (size == Whole{0})
        reporter.Report(Join(pointer, "size"), "the mapping maps nothing",
                        "give a size above zero, or remove it");
      for (const char* side : {"containerID", "hostID"}) {
        const auto begin = Integer(entry, side);
        if (begin && size && *begin + *size > Whole{4294967296})
          reporter.Report(Join(pointer, side), "the range goes beyond the largest id",
                          "give a smaller size");
      }
    });
  }
}

// The kernel takes at most 340 lines of a map.
void CheckMappingCount(const RuleInput& input, Reporter& reporter) {
  for (const char* list : {"/linux/uidMappings", "/linux/gidMappings"}) {
    const Json* mappings = At(input.config, list);
    if (mappings != nullptr && mappings->is_array() && mappings->size() > 340)
      reporter.Report(list, "there are " + std::to_string(mappings->size()) + " mappings",
                      "the kernel takes at most 340");
  }
}

void CheckTimeNamespace(const RuleInput& input, Reporter& reporter) {
  const Json* offsets = At(input.config, "/linux/timeOffsets");
  if (offsets != nullptr && !offsets->empty() && !MakesNamespace(input.config, "time"))
    reporter.Report("/linux/timeOffsets", "time offsets need a new time namespace",
                    "add {\"type\": \"time\"} to /linux/namespaces");
}

void CheckClocks(const RuleInput& input, Reporter& reporter) {
  ForEachMember(input.config, "/linux/timeOffsets",
                [&](const std::string& clock, const Json&, const std::string& pointer) {
                  if (clock != "monotonic" && clock != "boottime")
                    reporter.Report(pointer, "\"" + clock + "\" is no clock with offsets",
                                    "use monotonic or boottime");
                });
}

void CheckNanoseconds(const RuleInput& input, Reporter& reporter) {
  ForEachMember(input.config, "/linux/timeOffsets",
                [&](const std::string&, const Json& offset, const std::string& pointer) {
                  const auto nanoseconds = Integer(offset, "nanosecs");
                  if (nanoseconds && *nanoseconds > 999999999)
                    reporter.Report(Join(pointer, "nanosecs"),
                                    Text(*nanoseconds) + " nanoseconds are more than a second",
                                    "carry them over to secs");
                });
}

void CheckMountNamespace(const RuleInput& input, Reporter& reporter) {
  if (HasNamespace(input.config, "mount") || At(input.config, "/linux") == nullptr) return;
  for (const char* pointer : {"/mounts", "/linux/maskedPaths", "/linux/readonlyPaths"}) {
    const Json* list = At(input.config, pointer);
    if (list != nullptr && !list->empty())
      reporter.Report(pointer, "this needs a mount namespace of the container's own",
                      "add {\"type\": \"mount\"} to /linux/namespaces");
  }
}

constexpr Rule kRules[] = {
    {"config/namespaces/twice", "no namespace type is listed twice", Level::kMust, {}, CheckTwice},
    {"config/namespaces/path-absolute", "the path of a namespace is absolute", Level::kMust,
     kPathAbsolute, CheckPaths},
    {"config/namespaces/mappings-need-user",
     "id mappings come with a user namespace",
     Level::kMust,
     {},
     CheckMappingsNeedUser},
    {"config/namespaces/user-needs-mappings",
     "a new user namespace comes with id mappings",
     Level::kMust,
     {},
     CheckUserNeedsMappings},
    {"config/namespaces/joined-user-mappings",
     "a joined user namespace gets no mappings",
     Level::kShould,
     {},
     CheckJoinedUser},
    {"config/namespaces/mappings-overlap", "no id is mapped twice", Level::kMust, {}, CheckOverlap},
    {"config/namespaces/mappings-range",
     "every mapping maps ids that exist",
     Level::kMust,
     {},
     CheckRanges},
    {"config/namespaces/mappings-count",
     "the kernel takes that many mappings",
     Level::kMust,
     {},
     CheckMappingCount},
    {"config/namespaces/offsets-need-time",
     "time offsets come with a new time namespace",
     Level::kMust,
     {},
     CheckTimeNamespace},
    {"config/namespaces/clock-known", "time offsets are of the clocks that have them", Level::kMust,
     kClock, CheckClocks},
    {"config/namespaces/nanoseconds-range",
     "nanoseconds are less than a second",
     Level::kMust,
     {},
     CheckNanoseconds},
    {"config/namespaces/mounts-need-mount",
     "mounts, masked and read-only paths come with a mount namespace",
     Level::kMust,
     {},
     CheckMountNamespace},
};

}  // namespace

RuleArea NamespacesRules() { return {SubjectType::kConfig, kRules}; }

}  // namespace loadline::validator
