// SPDX-License-Identifier: Apache-2.0
// Rules on pod manifests of appc (pods.md).
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "validator/json/document.h"
#include "validator/rules/access.h"
#include "validator/rules/appc.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using schema::Level;

// The volumes of the pod, and those that belong to one mount.
void ForEachVolume(const RuleInput& input,
                   const std::function<void(const Json&, const std::string&)>& visit) {
  for (const char* place : {"/volumes/*", "/apps/*/mounts/*/appVolume"})
    ForEachAt(input.config, place, visit);
}

void CheckUniqueNames(const RuleInput& input, Reporter& reporter) {
  CheckUnique(input.config, "/apps", "name", "app", reporter);
}

void CheckVolumesUnique(const RuleInput& input, Reporter& reporter) {
  CheckUnique(input.config, "/volumes", "name", "volume", reporter);
}

void CheckAnnotationsUnique(const RuleInput& input, Reporter& reporter) {
  CheckUnique(input.config, "/annotations", "name", "annotation", reporter);
  ForEach(input.config, "/apps", [&](const Json&, const std::string& app) {
    CheckUnique(input.config, app + "/annotations", "name", "annotation", reporter);
  });
}

void CheckSource(const RuleInput& input, Reporter& reporter) {
  ForEachVolume(input, [&](const Json& volume, const std::string& pointer) {
    if (String(volume, "kind") == "host" && !volume.contains("source"))
      reporter.Report(pointer, "a volume of the host does not say which directory", "say source");
  });
}

void CheckSourceAbsolute(const RuleInput& input, Reporter& reporter) {
  ForEachVolume(input, [&](const Json& volume, const std::string& pointer) {
    const auto source = String(volume, "source");
    if (source && !source->starts_with('/'))
      reporter.Report(pointer + "/source", "\"" + *source + "\" is not an absolute path",
                      "begin it with /");
  });
}

void CheckMode(const RuleInput& input, Reporter& reporter) {
  ForEachVolume(input, [&](const Json& volume, const std::string& pointer) {
    const auto mode = String(volume, "mode");
    if (mode && (mode->empty() || mode->size() > 5 ||
                 mode->find_first_not_of("01234567") != std::string::npos))
      reporter.Report(pointer + "/mode", "\"" + *mode + "\" is no mode", "write it like 0755");
  });
}

void CheckMountKnown(const RuleInput& input, Reporter& reporter) {
  std::set<std::string> volumes;
  ForEach(input.config, "/volumes", [&](const Json& volume, const std::string&) {
    volumes.insert(String(volume, "name").value_or(""));
  });
  ForEachAt(input.config, "/apps/*/mounts/*", [&](const Json& mount, const std::string& pointer) {
    const auto name = String(mount, "volume");
    if (name && !mount.contains("appVolume") && !volumes.contains(*name))
      reporter.Report(pointer + "/volume", "the pod has no volume \"" + *name + "\"",
                      "add it to volumes, or say appVolume");
  });
}

bool Contains(const std::string& outer, const std::string& inner) {
  return inner == outer || outer == "/" || inner.starts_with(outer + "/");
}

void CheckMountsApart(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/apps", [&](const Json&, const std::string& app) {
    std::vector<std::string> paths;
    ForEach(input.config, app + "/mounts", [&](const Json& mount, const std::string& pointer) {
      std::string path = String(mount, "path").value_or("");
      while (path.size() > 1 && path.ends_with('/')) path.pop_back();
      if (path.empty()) return;
      for (const std::string& other : paths) {
        if (!Contains(other, path) && !Contains(path, other)) continue;
        reporter.Report(pointer + "/path", path + " and " + other + " lie in one another",
                        "mount them apart");
        break;
      }
      paths.push_back(path);
    });
  });
}

void CheckHostPort(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/ports", [&](const Json& port, const std::string& pointer) {
    const auto number = Integer(port, "hostPort");
    if (number && (*number < 1 || *number > 65535))
      reporter.Report(pointer + "/hostPort", Text(*number) + " is no port", "ports are 1 to 65535");
  });
}

bool IsIpv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    const size_t dot = part < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos) return false;
    const std::string number(text.substr(0, dot));
    if (number.empty() || number.size() > 3 ||
        number.find_first_not_of("0123456789") != std::string::npos || std::stoi(number) > 255)
      return false;
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return true;
}

void CheckHostIp(const RuleInput& input, Reporter& reporter) {
  ForEach(input.config, "/ports", [&](const Json& port, const std::string& pointer) {
    const auto address = String(port, "hostIP");
    if (address && !IsIpv4(*address))
      reporter.Report(pointer + "/hostIP", "\"" + *address + "\" is no address of IPv4",
                      "write it like 192.0.2.1");
  });
}

// Which app offers which port, as far as the pod itself says.
void CheckPortKnown(const RuleInput& input, Reporter& reporter) {
  std::set<std::string> offered;
  bool all_known = At(input.config, "/apps/0") != nullptr;
  ForEach(input.config, "/apps", [&](const Json& app, const std::string& pointer) {
    all_known = all_known && app.contains("app");
    ForEach(input.config, pointer + "/app/ports", [&](const Json& port, const std::string&) {
      offered.insert(String(port, "name").value_or(""));
    });
  });
  if (!all_known) return;  // the images say the rest
  ForEach(input.config, "/ports", [&](const Json& port, const std::string& pointer) {
    const auto name = String(port, "name");
    if (name && !port.contains("podPort") && !offered.contains(*name))
      reporter.Report(pointer + "/name", "no app of the pod has a port \"" + *name + "\"",
                      "name a port of an app, or say podPort");
  });
}

void CheckPortsUnique(const RuleInput& input, Reporter& reporter) {
  std::set<std::string> known;
  ForEachAt(input.config, "/apps/*/app/ports/*", [&](const Json& port, const std::string& pointer) {
    const auto name = String(port, "name");
    if (name && !known.insert(*name).second)
      reporter.Report(pointer + "/name", "two ports of the pod are called \"" + *name + "\"",
                      "give each its own name");
  });
}

void CheckExposedUnique(const RuleInput& input, Reporter& reporter) {
  CheckUnique(input.config, "/ports", "name", "exposed port", reporter);
}

constexpr std::string_view kAppsUniqueCited[] = {"appc/pods/apps/names-unique"};
constexpr std::string_view kExposedPortKnownCited[] = {"appc/pods/ports/name-known"};
constexpr std::string_view kHostIpCited[] = {"appc/pods/ports/host-ip-form"};
constexpr std::string_view kHostPortCited[] = {"appc/pods/ports/host-port-range"};
constexpr std::string_view kMountVolumeCited[] = {"appc/pods/mounts/volume-known"};
constexpr std::string_view kMountsApartCited[] = {"appc/ace/volume-setup/targets-apart"};
constexpr std::string_view kPodAnnotationsUniqueCited[] = {
    "appc/pods/annotations/names-unique", "appc/pods/app-annotations/names-unique"};
constexpr std::string_view kPortsUniqueCited[] = {"appc/pods/ports/names-unique-among-apps"};
constexpr std::string_view kVolumeModeCited[] = {"appc/pods/volumes/mode-form"};
constexpr std::string_view kVolumeSourceCited[] = {"appc/pods/volumes/source-required-for-host"};
constexpr std::string_view kVolumeSourceAbsoluteCited[] = {"appc/pods/volumes/source-absolute"};
constexpr std::string_view kVolumesUniqueCited[] = {"appc/pods/volumes/names-unique"};

constexpr Rule kRules[] = {
    {"appc/apps-unique", "no two apps have one name", Level::kMust, kAppsUniqueCited,
     CheckUniqueNames},
    {"appc/exposed-port-known", "an exposed port is one of an app", Level::kMust,
     kExposedPortKnownCited, CheckPortKnown},
    {"appc/exposed-ports-unique",
     "no port is exposed twice",
     Level::kShould,
     {},
     CheckExposedUnique},
    {"appc/host-ip", "an address is one of IPv4", Level::kMust, kHostIpCited, CheckHostIp},
    {"appc/host-port", "a port of the host is 1 to 65535", Level::kMust, kHostPortCited,
     CheckHostPort},
    {"appc/mount-volume", "a mount names a volume of the pod", Level::kMust, kMountVolumeCited,
     CheckMountKnown},
    {"appc/mounts-apart", "no mount lies in another", Level::kShould, kMountsApartCited,
     CheckMountsApart},
    {"appc/pod-annotations-unique", "no annotation is said twice", Level::kMust,
     kPodAnnotationsUniqueCited, CheckAnnotationsUnique},
    {"appc/ports-unique", "no two ports of a pod have one name", Level::kMust, kPortsUniqueCited,
     CheckPortsUnique},
    {"appc/volume-mode", "a mode is octal digits", Level::kMust, kVolumeModeCited, CheckMode},
    {"appc/volume-source", "a volume of the host says its directory", Level::kMust,
     kVolumeSourceCited, CheckSource},
    {"appc/volume-source-absolute", "a directory of the host is absolute", Level::kMust,
     kVolumeSourceAbsoluteCited, CheckSourceAbsolute},
    {"appc/volumes-unique", "no two volumes have one name", Level::kMust, kVolumesUniqueCited,
     CheckVolumesUnique},
};

}  // namespace

RuleArea AppcPodRules() { return {SubjectType::kAppcPod, kRules}; }

}  // namespace loadline::validator
