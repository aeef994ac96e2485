// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/documents.h"

#include <nlohmann/json.hpp>

#include "base/version.h"
#include "reference-runtime/config.h"
#include "reference-runtime/config_tables.h"
#include "reference-runtime/mount_options.h"
#include "reference-runtime/seccomp_filter.h"
#include "reference-runtime/stage.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::ordered_json;

std::string Text(const Json& document) { return document.dump(2) + "\n"; }

std::string Padded(const std::string& text, size_t width) {
  return text + std::string(text.size() < width ? width - text.size() : 1, ' ');
}

template <size_t N>
Json NamesOf(const NamedNumber (&table)[N]) {
  Json names = Json::array();
  for (const NamedNumber& entry : table) names.push_back(entry.name);
  return names;
}

}  // namespace

std::string FeaturesDocument() {
  Json features;
  features["ociVersionMin"] = "1.0.0";
  features["ociVersionMax"] = "1.3.0";
  features["hooks"] = {"prestart",       "createRuntime", "createContainer",
                       "startContainer", "poststart",     "poststop"};
  features["mountOptions"] = KnownMountOptions();
  Json& system = features["linux"];
  system["namespaces"] = NamesOf(kNamespaces);
  system["capabilities"] = CapabilityNames();
  system["cgroup"] = {
      {"v1", true}, {"v2", true}, {"systemd", true}, {"systemdUser", true}, {"rdma", true}};
  system["seccomp"] = {{"enabled", true},
                       {"actions", SeccompActions()},
                       {"operators", SeccompOperators()},
                       {"archs", SeccompArchitectures()},
                       {"knownFlags", SeccompFlags()},
                       {"supportedFlags", SupportedSeccompFlags()}};
  system["apparmor"]["enabled"] = true;
  system["selinux"]["enabled"] = true;
  system["intelRdt"] = {{"enabled", true}, {"schemata", true}, {"monitoring", true}};
  system["memoryPolicy"] = {{"modes", NamesOf(kMemoryModes)}, {"flags", NamesOf(kMemoryFlags)}};
  system["mountExtensions"]["idmap"]["enabled"] = true;
  system["netDevices"]["enabled"] = true;
  // No annotation of a configuration changes what this runtime does.
  features["potentiallyUnsafeConfigAnnotations"] = Json::array();
  features["annotations"]["org.loadline.runtime.version"] = kVersion;
  features["annotations"]["org.loadline.runtime.checkpoint.enabled"] = "true";  // by criu
  return Text(features);
}

std::string StagesText() {
  std::string text;
  for (const Table& table : AllTables()) {
    text += std::string(table.name) + "\n";
    for (const Stage& stage : table.stages) {
      text += "  " + Padded(std::string(NameOf(stage.side)), 11) +
              Padded(std::string(stage.name), 24) + std::string(stage.requirement) + "\n";
    }
  }
  return text;
}

}  // namespace loadline::runtime
