// SPDX-License-Identifier: Apache-2.0
// Rules on the zos section, and on mounts of a container for z/OS. Up to 1.2.0 the section has
// devices, since 1.2.1 namespaces.
#include <nlohmann/json.hpp>
#include <set>

#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/platforms.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kPath[] = {"oci-runtime/config-zos/namespaces/path-absolute"};
constexpr std::string_view kTwice[] = {"oci-runtime/config-zos/namespaces/no-duplicates"};
constexpr std::string_view kMembers[] = {"oci-runtime/config-zos/devices/type-required",
                                         "oci-runtime/config-zos/devices/path-required"};
constexpr std::string_view kType[] = {"oci-runtime/config-zos/devices/type-known"};
constexpr std::string_view kFull[] = {"oci-runtime/config-zos/devices/path-full"};
constexpr std::string_view kNumbers[] = {"oci-runtime/config-zos/devices/numbers-required"};
constexpr std::string_view kUnique[] = {"oci-runtime/config-zos/devices/numbers-unique"};
constexpr std::string_view kAbsolute[] = {
    "oci-runtime/config/mounts/destination-absolute-elsewhere"};

bool HasNamespaces(const RuleInput& input) {
  return schema::SpecVersion{1, 2, 1, ""} <= input.version;
}

void ForEachNamespace(const RuleInput& input,
                      const std::function<void(const Json&, const std::string&)>& visit) {
  if (HasNamespaces(input)) ForEach(input.config, "/zos/namespaces", visit);
}
void ForEachDevice(const RuleInput& input,
                   const std::function<void(const Json&, const std::string&)>& visit) {
  if (!HasNamespaces(input)) ForEach(input.config, "/zos/devices", visit);
}

void CheckPath(const RuleInput& input, Reporter& reporter) {
  ForEachNamespace(input, [&](const Json& entry, const std::string& pointer) {
    const auto path = String(entry, "path");
    if (path && !path->starts_with('/'))
      reporter.Report(Join(pointer, "path"), "\"" + *path + "\" is not an absolute path",
                      "begin it with /");
  });
}

void CheckTwice(const RuleInput& input, Reporter& reporter) {
  std::set<std::string> types;
  ForEachNamespace(input, [&](const Json& entry, const std::string& pointer) {
    const auto type = String(entry, "type");
    if (type && !types.insert(*type).second)
      reporter.Report(pointer, "the namespace " + *type + " is listed a second time",
                      "keep one of them");
  });
}

void CheckMembers(const RuleInput& input, Reporter& reporter) {
  ForEachDevice(input, [&](const Json& device, const std::string& pointer) {
    for (const char* key : {"type", "path"}) {
      if (device.is_object() && !device.contains(key))
        reporter.Report(pointer, std::string("the device has no ") + key,
                        std::string("add ") + key);
    }
  });
}

void CheckType(const RuleInput& input, Reporter& reporter) {
  ForEachDevice(input, [&](const Json& device, const std::string& pointer) {
    const auto type = String(device, "type");
    if (type && *type != "c" && *type != "b" && *type != "u" && *type != "p")
      reporter.Report(Join(pointer, "type"), "\"" + *type + "\" is no type of device",
                      "use c, b, u or p");
  });
}

void CheckFull(const RuleInput& input, Reporter& reporter) {
  ForEachDevice(input, [&](const Json& device, const std::string& pointer) {
    const auto path = String(device, "path");
    if (path && !path->starts_with('/'))
      reporter.Report(Join(pointer, "path"), "\"" + *path + "\" is not a full path",
                      "write it like /dev/null");
  });
}

void CheckNumbers(const RuleInput& input, Reporter& reporter) {
  ForEachDevice(input, [&](const Json& device, const std::string& pointer) {
    const auto type = String(device, "type");
    if (!type || *type == "p") return;
    for (const char* key : {"major", "minor"}) {
      if (Get(device, key) == nullptr)
        reporter.Report(pointer, std::string("the device has no ") + key + " number",
                        std::string("add ") + key);
    }
  });
}

void CheckUnique(const RuleInput& input, Reporter& reporter) {
  std::set<std::string> devices;
  ForEachDevice(input, [&](const Json& device, const std::string& pointer) {
    const auto type = String(device, "type");
    const auto major = Integer(device, "major");
    const auto minor = Integer(device, "minor");
    if (!type || !major || !minor) return;
    const std::string key = *type + " " + Text(*major) + ":" + Text(*minor);
    if (!devices.insert(key).second)
      reporter.Report(pointer, "the device " + key + " is listed a second time",
                      "give each device one path");
  });
}

void CheckAbsolute(const RuleInput& input, Reporter& reporter) {
  ReportRelativeDestinationsOn("zos", input, reporter);
}

constexpr Rule kRules[] = {
    {"config/zos/namespace-path-absolute", "the path of a namespace is absolute", Level::kMust,
     kPath, CheckPath},
    {"config/zos/namespace-twice", "no namespace is listed twice", Level::kMust, kTwice,
     CheckTwice},
    {"config/zos/device-members", "every device has a type and a path", Level::kMust, kMembers,
     CheckMembers},
    {"config/zos/device-type", "the type of a device is c, b, u or p", Level::kMust, kType,
     CheckType},
    {"config/zos/device-path", "the path of a device is a full one", Level::kMust, kFull,
     CheckFull},
    {"config/zos/device-numbers", "every device but a pipe has its numbers", Level::kMust, kNumbers,
     CheckNumbers},
    {"config/zos/device-twice", "no device is listed twice", Level::kShould, kUnique, CheckUnique},
    {"config/zos/mount-destination-absolute", "mount destinations are absolute", Level::kMust,
     kAbsolute, CheckAbsolute},
};

}  // namespace

RuleArea ZosRules() { return {SubjectType::kConfig, kRules}; }

}  // namespace loadline::validator
