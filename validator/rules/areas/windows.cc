// SPDX-License-Identifier: Apache-2.0
// Rules on the windows section, and on root and mounts of a container for Windows.
#include <re2/re2.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/platforms.h"
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

constexpr std::string_view kLayers[] = {"oci-runtime/config-windows/layer-folders/not-empty"};
constexpr std::string_view kIdType[] = {"oci-runtime/config-windows/devices/id-type-known"};
constexpr std::string_view kId[] = {"oci-runtime/config-windows/devices/id-interface-class"};
constexpr std::string_view kExclusive[] = {"oci-runtime/config-windows/cpu/parameters-exclusive",
                                           "oci-runtime/config-windows/cpu/affinity-exclusive"};
constexpr std::string_view kShares[] = {"oci-runtime/config-windows/cpu/shares-range"};
constexpr std::string_view kMaximum[] = {"oci-runtime/config-windows/cpu/maximum-range"};
constexpr std::string_view kNetwork[] = {"oci-runtime/config-windows/network/namespace-exclusive"};
constexpr std::string_view kSection[] = {"oci-runtime/config/platform/windows-section"};
constexpr std::string_view kNoRoot[] = {"oci-runtime/config/root/absent-for-hyper-v"};
constexpr std::string_view kRoot[] = {"oci-runtime/config/root/required-for-windows-server"};
constexpr std::string_view kVolume[] = {"oci-runtime/config/root/path-volume-on-windows"};
constexpr std::string_view kReadonly[] = {"oci-runtime/config/root/readonly-absent-on-windows"};
constexpr std::string_view kAbsolute[] = {
    "oci-runtime/config/mounts/destination-absolute-on-windows"};
constexpr std::string_view kNested[] = {
    "oci-runtime/config/mounts/destinations-not-nested-on-windows"};
constexpr std::string_view kLocal[] = {"oci-runtime/config/mounts/source-local-on-windows"};

constexpr char kGuid[] = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";
const std::string kCpu = "/windows/resources/cpu";

// With a linux section as well it is a Linux container on Windows, which looks like one on Linux.
bool IsHyperV(const Json& config) { return At(config, "/windows/hyperv") != nullptr; }

bool IsVolume(const std::string& path) {
  static const re2::RE2 volume(std::string(R"(\\\\\?\\Volume\{)") + kGuid + R"(\}\\?)");
  return re2::RE2::FullMatch(path, volume);
}

void CheckLayers(const RuleInput& input, Reporter& reporter) {
  const Json* layers = At(input.config, "/windows/layerFolders");
  if (layers != nullptr && layers->is_array() && layers->empty())
    reporter.Report("/windows/layerFolders", "there is no layer folder",
                    "list the layers from the topmost to the base, and the scratch folder last");
}

void CheckIdType(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/windows/devices", [&](const Json& device, const std::string& pointer) {
    const auto type = String(device, "idType");
    if (type && *type != "class")
      reporter.Report(Join(pointer, "idType"), "\"" + *type + "\" is no type of id",
                      "use class, the only one that Windows supports");
  });
}

void CheckId(const RuleInput& input, Reporter& reporter) {
  static const re2::RE2 guid(std::string(kGuid) + R"(|\{)" + kGuid + R"(\})");
  ForEach(input.config, "/windows/devices", [&](const Json& device, const std::string& pointer) {
    const auto id = String(device, "id");
    if (id && String(device, "idType") == "class" && !re2::RE2::FullMatch(*id, guid))
      reporter.Report(Join(pointer, "id"), "\"" + *id + "\" is not a GUID",
                      "write it like 24E552D7-6523-47F7-A647-D3465BF1F5CA");
  });
}

void CheckExclusive(const RuleInput& input, Reporter& reporter) {
  if (input.version < schema::SpecVersion{1, 1, 0, ""}) return;
  const bool has_affinity = schema::SpecVersion{1, 2, 1, ""} <= input.version;
  std::string first;
  for (const char* key : {"count", "shares", "maximum", "affinity"}) {
    const std::string pointer = Join(kCpu, key);
    if (At(input.config, pointer) == nullptr || (!has_affinity && pointer.ends_with("affinity")))
      continue;
    if (first.empty()) {
      first = key;
    } else {
      reporter.Report(pointer, std::string(key).append(" is set beside ").append(first),
                      "keep one of them: they exclude each other");
    }
  }
}

void CheckShares(const RuleInput& input, Reporter& reporter) {
  if (input.version < schema::SpecVersion{1, 1, 0, ""}) return;
  const auto shares = WholeAt(input.config, kCpu + "/shares");
  if (shares && *shares > 10000)
    reporter.Report(kCpu + "/shares", Text(*shares) + " shares are out of range",
                    "give 0 to 10000");
}

void CheckMaximum(const RuleInput& input, Reporter& reporter) {
  const auto maximum = WholeAt(input.config, kCpu + "/maximum");
  if (maximum && (*maximum < 1 || *maximum > 10000))
    reporter.Report(kCpu + "/maximum", "a maximum of " + Text(*maximum) + " is out of range",
                    "give a percentage times 100, from 1 to 10000");
}

void CheckNetwork(const RuleInput& input, Reporter& reporter) {
  const Json* network = At(input.config, "/windows/network");
  if (network == nullptr || String(*network, "networkNamespace").value_or("").empty()) return;
  for (const char* key : {"endpointList", "allowUnqualifiedDNSQuery", "DNSSearchList",
                          "networkSharedContainerName"}) {
    if (Get(*network, key) != nullptr)
      reporter.Report(Join("/windows/network", key),
                      std::string(key) + " is set beside networkNamespace",
                      "keep one of them: a network namespace excludes every other parameter");
  }
}

void CheckSection(const RuleInput& input, Reporter& reporter) {
  if (At(input.config, "/windows") != nullptr || At(input.config, "/linux") != nullptr) return;
  const bool has_volume = IsVolume(StringAt(input.config, "/root/path").value_or(""));
  if (!has_volume && !StringAt(input.config, "/process/commandLine")) return;
  reporter.Report("",
                  std::string(has_volume ? "root.path" : "process.commandLine") +
                      " is for Windows, and there is no windows section",
                  "add {\"windows\": {\"layerFolders\": [...]}}");
}

void CheckNoRoot(const RuleInput& input, Reporter& reporter) {
  if (IsForWindows(input.config) && IsHyperV(input.config) && At(input.config, "/root") != nullptr)
    reporter.Report("/root", "a Hyper-V container has no root", "remove it");
}

void CheckRoot(const RuleInput& input, Reporter& reporter) {
  if (IsForWindows(input.config) && !IsHyperV(input.config) && At(input.config, "/root") == nullptr)
    reporter.Report("", "a Windows Server container needs a root",
                    "name its volume in root.path, or add windows.hyperv");
}

void CheckVolume(const RuleInput& input, Reporter& reporter) {
  const auto path = StringAt(input.config, "/root/path");
  if (path && IsForWindows(input.config) && !IsHyperV(input.config) && !IsVolume(*path))
    reporter.Report("/root/path", "\"" + *path + "\" is not the path of a volume",
                    R"(write it like \\?\Volume{GUID}\)");
}

void CheckReadonly(const RuleInput& input, Reporter& reporter) {
  if (IsForWindows(input.config) && IsTrue(input.config, "/root/readonly"))
    reporter.Report("/root/readonly", "a root on Windows cannot be read-only", "remove it");
}

void CheckAbsolute(const RuleInput& input, Reporter& reporter) {
  ReportRelativeDestinationsOn("windows", input, reporter);
}

// In a form in which a folder is a prefix of all that lies below it.
std::string Folder(const std::string& path) {
  std::string folder;
  for (const char c : path + "/") {
    const char plain =
        c == '\\' ? '/' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (plain != '/' || !folder.ends_with('/')) folder += plain;
  }
  return folder;
}

void CheckNested(const RuleInput& input, Reporter& reporter) {
  if (!IsForWindows(input.config)) return;
  std::vector<std::pair<std::string, std::string>> folders;  // with the pointer of the mount
  ForEach(input.config, "/mounts", [&](const Json& mount, const std::string& pointer) {
    const auto destination = String(mount, "destination");
    if (destination && !destination->empty()) folders.emplace_back(Folder(*destination), pointer);
  });
  std::sort(folders.begin(), folders.end());
  std::vector<std::string> above;  // in sorted order all that lies below a folder follows it
  for (const auto& [folder, pointer] : folders) {
    while (!above.empty() && !folder.starts_with(above.back())) above.pop_back();
    const bool is_new = above.empty() || above.back() != folder;
    const size_t outer = above.size() - (is_new ? 0 : 1);
    if (outer > 0)
      reporter.Report(Join(pointer, "destination"),
                      "the destination lies below that of another mount, " + above[outer - 1],
                      "mount it elsewhere");
    if (is_new) above.push_back(folder);
  }
}

void CheckLocal(const RuleInput& input, Reporter& reporter) {
  static const re2::RE2 unc(R"((?i)[\\/]{2}([^?.\\/]|\?[\\/]UNC[\\/]).*)");
  if (!IsForWindows(input.config)) return;
  ForEach(input.config, "/mounts", [&](const Json& mount, const std::string& pointer) {
    const auto source = String(mount, "source");
    if (source && re2::RE2::FullMatch(*source, unc))
      reporter.Report(Join(pointer, "source"), "\"" + *source + "\" is on another host",
                      "mount a directory of the host that runs the container");
  });
}

constexpr Rule kRules[] = {
    {"config/windows/layer-folders-not-empty", "there is a layer folder", Level::kMust, kLayers,
     CheckLayers},
    {"config/windows/device-id-type", "devices are named by their class", Level::kMust, kIdType,
     CheckIdType},
    {"config/windows/device-id", "the class of a device is a GUID", Level::kMust, kId, CheckId},
    {"config/windows/cpu-exclusive", "only one kind of limit of the processor is set", Level::kMust,
     kExclusive, CheckExclusive},
    {"config/windows/cpu-shares-range", "shares are from 0 to 10000", Level::kMust, kShares,
     CheckShares},
    {"config/windows/cpu-maximum-range", "the maximum is from 1 to 10000", Level::kMust, kMaximum,
     CheckMaximum},
    {"config/windows/network-namespace-alone", "a network namespace stands alone", Level::kMust,
     kNetwork, CheckNetwork},
    {"config/windows/section-present", "a config for Windows has a windows section", Level::kMust,
     kSection, CheckSection},
    {"config/windows/hyper-v-without-root", "a Hyper-V container has no root", Level::kMust,
     kNoRoot, CheckNoRoot},
    {"config/windows/root-present", "a Windows Server container has a root", Level::kMust, kRoot,
     CheckRoot},
    {"config/windows/root-volume", "the root is a volume", Level::kMust, kVolume, CheckVolume},
    {"config/windows/root-writable", "the root is not read-only", Level::kMust, kReadonly,
     CheckReadonly},
    {"config/windows/mount-destination-absolute", "mount destinations are absolute", Level::kMust,
     kAbsolute, CheckAbsolute},
    {"config/windows/mounts-not-nested", "no mount lies below another one", Level::kMust, kNested,
     CheckNested},
    {"config/windows/mount-source-local", "mounts are of directories of the host", Level::kMust,
     kLocal, CheckLocal},
};

}  // namespace

RuleArea WindowsRules() { return {SubjectType::kConfig, kRules}; }

}  // namespace loadline::validator
