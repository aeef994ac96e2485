// SPDX-License-Identifier: Apache-2.0
// Rules on devices, masked and read-only paths, sysctls and hooks.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/files.h"
#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kPathFull[] = {"oci-runtime/config-linux/devices/path-full"};
constexpr std::string_view kNumbers[] = {"oci-runtime/config-linux/devices/numbers-required"};
constexpr std::string_view kUnique[] = {"oci-runtime/config-linux/devices/numbers-unique"};
constexpr std::string_view kMasked[] = {"oci-runtime/config-linux/masked-paths/absolute"};
constexpr std::string_view kReadonly[] = {"oci-runtime/config-linux/readonly-paths/absolute"};

void CheckPath(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/linux/devices", [&](const Json& device, const std::string& pointer) {
    const auto path = String(device, "path");
    if (path && !path->starts_with('/'))
      reporter.Report(Join(pointer, "path"), "\"" + *path + "\" is not a full path",
                      "write it like /dev/fuse");
  });
}

void CheckNumbers(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/linux/devices", [&](const Json& device, const std::string& pointer) {
    const auto type = String(device, "type");
    if (!type || *type == "p") return;
    for (const char* key : {"major", "minor"}) {
      if (Get(device, key) == nullptr)
        reporter.Report(pointer, std::string("the device has no ") + key + " number",
                        std::string("add ") + key);
    }
  });
}

void CheckPipeNumbers(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/linux/devices", [&](const Json& device, const std::string& pointer) {
    if (String(device, "type") == "p" &&
        (Get(device, "major") != nullptr || Get(device, "minor") != nullptr))
      reporter.Report(pointer, "a pipe has no device numbers", "remove major and minor");
  });
}

void CheckDeviceTwice(const RuleInput& input, Reporter& reporter) {
  std::set<std::string> paths;
  ForEach(input.config, "/linux/devices", [&](const Json& device, const std::string& pointer) {
    const auto path = String(device, "path");
    if (path && !paths.insert(CleanPath(*path)).second)
      reporter.Report(Join(pointer, "path"), *path + " is listed a second time",
                      "keep one of them");
  });
}

void CheckSameNumbers(const RuleInput& input, Reporter& reporter) {
  std::map<std::string, std::string> paths;
  ForEach(input.config, "/linux/devices", [&](const Json& device, const std::string& pointer) {
    const auto type = String(device, "type");
    const std::string path = CleanPath(String(device, "path").value_or(""));
    const auto major = Integer(device, "major");
    const auto minor = Integer(device, "minor");
    if (!type || *type == "p" || !major || !minor) return;
    const std::string key = (*type == "u" ? "c" : *type) + Text(*major) + ":" + Text(*minor);
    // The same path is a finding of config/devices/path-twice.
    const auto [first, added] = paths.emplace(key, path);
    if (!added && first->second != path)
      reporter.Report(pointer, "another path has the same device, " + key.substr(1),
                      "give each device one path");
  });
}

// 438 is the decimal form of 0666; 666 as decimal sets odd bits.
void CheckFileMode(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/linux/devices", [&](const Json& device, const std::string& pointer) {
    const auto mode = Integer(device, "fileMode");
    if (!mode) return;
    const std::string digits = Text(*mode);
    const bool looks_octal =
        (digits == "666" || digits == "660" || digits == "644" || digits == "600" ||
         digits == "640" || digits == "777" || digits == "755");
    if (looks_octal)
      reporter.Report(Join(pointer, "fileMode"),
                      "fileMode " + digits + " is decimal and looks like an octal number",
                      "write " + Text(static_cast<Whole>(std::stoi(digits, nullptr, 8))) +
                          " for octal " + digits);
  });
}

void CheckAbsoluteList(const RuleInput& input, Reporter& reporter, const char* list) {
  ForEach(input.config, list, [&](const Json& path, const std::string& pointer) {
    if (path.is_string() && !path.get<std::string>().starts_with('/'))
      reporter.Report(pointer, path.dump() + " is not an absolute path", "begin it with /");
  });
}
void CheckMasked(const RuleInput& input, Reporter& reporter) {
  CheckAbsoluteList(input, reporter, "/linux/maskedPaths");
}
void CheckReadonly(const RuleInput& input, Reporter& reporter) {
  CheckAbsoluteList(input, reporter, "/linux/readonlyPaths");
}

void CheckMaskedAndReadonly(const RuleInput& input, Reporter& reporter) {
  const auto masked = StringViews(input.config, "/linux/maskedPaths");
  ForEach(input.config, "/linux/readonlyPaths", [&](const Json& path, const std::string& pointer) {
    if (path.is_string() &&
        std::find(masked.begin(), masked.end(), path.get<std::string>()) != masked.end())
      reporter.Report(pointer, path.get<std::string>() + " is masked as well",
                      "a masked path needs no more protection: remove it here");
  });
}

// Which namespace holds a kernel parameter.
std::string_view NamespaceOf(const std::string& key) {
  constexpr std::string_view kIpc[] = {"kernel.msgmax", "kernel.msgmnb",         "kernel.msgmni",
                                       "kernel.sem",    "kernel.shmall",         "kernel.shmmax",
                                       "kernel.shmmni", "kernel.shm_rmid_forced"};
  if (std::find(std::begin(kIpc), std::end(kIpc), key) != std::end(kIpc) ||
      key.starts_with("fs.mqueue."))
    return "ipc";
  if (key.starts_with("net.")) return "network";
  if (key == "kernel.hostname" || key == "kernel.domainname") return "uts";
  if (key.starts_with("user.")) return "user";
  return "";
}

void CheckSysctlNamespace(const RuleInput& input, Reporter& reporter) {
  ForEachMember(input.config, "/linux/sysctl",
                [&](const std::string& name, const Json&, const std::string& pointer) {
                  std::string key = name;
                  if (key.find('/') != std::string::npos)
                    std::replace(key.begin(), key.end(), '/', '.');
                  const std::string_view type = NamespaceOf(key);
                  if (!type.empty() && !HasNamespace(input.config, type))
                    reporter.Report(pointer,
                                    name + " needs a " + std::string(type) +
                                        " namespace: it would change the host",
                                    "add the namespace, or remove the sysctl");
                  if (type.empty())
                    reporter.Report(pointer,
                                    name + " belongs to no namespace: it changes the whole host",
                                    "remove it, and set it on the host");
                });
}

void CheckSysctlName(const RuleInput& input, Reporter& reporter) {
  for (const char* name : {"hostname", "domainname"}) {
    const std::string pointer = Join("/linux/sysctl", std::string("kernel.") + name);
    if (At(input.config, pointer) != nullptr &&
        At(input.config, std::string("/") + name) != nullptr)
      reporter.Report(pointer, std::string("kernel.") + name + " and " + name + " are both set",
                      std::string("keep ") + name);
  }
}

constexpr Rule kRules[] = {
    {"config/devices/path-full", "the path of a device is a full path", Level::kMust, kPathFull,
     CheckPath},
    {"config/devices/numbers", "every device that is no pipe has its numbers", Level::kMust,
     kNumbers, CheckNumbers},
    {"config/devices/pipe-numbers",
     "a pipe has no device numbers",
     Level::kShould,
     {},
     CheckPipeNumbers},
    {"config/devices/path-twice", "no path is listed twice", Level::kMust, {}, CheckDeviceTwice},
    {"config/devices/numbers-unique", "no device has two paths", Level::kShould, kUnique,
     CheckSameNumbers},
    {"config/devices/mode-decimal",
     "fileMode is what was meant",
     Level::kShould,
     {},
     CheckFileMode},
    {"config/devices/masked-absolute", "masked paths are absolute", Level::kMust, kMasked,
     CheckMasked},
    {"config/devices/readonly-absolute", "read-only paths are absolute", Level::kMust, kReadonly,
     CheckReadonly},
    {"config/devices/masked-and-readonly",
     "no path is both masked and read-only",
     Level::kShould,
     {},
     CheckMaskedAndReadonly},
    {"config/devices/sysctl-namespace",
     "every sysctl belongs to a namespace of the container",
     Level::kMust,
     {},
     CheckSysctlNamespace},
    {"config/devices/sysctl-name", "names are set once", Level::kShould, {}, CheckSysctlName},
};

}  // namespace

RuleArea DevicesRules() { return {SubjectType::kConfig, kRules}; }

}  // namespace loadline::validator
