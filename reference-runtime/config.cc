// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/config.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "reference-runtime/config_sections.h"
#include "reference-runtime/config_values.h"

namespace loadline::runtime {
namespace {

using Json = nlohmann::json;

std::vector<HookSpec> ReadHooks(const Json& hooks, const char* kind) {
  std::vector<HookSpec> specs;
  for (const Json& entry : Child(hooks, kind)) {
    HookSpec spec{Need<std::string>(entry, "path"),
                  Get(entry, "args", std::vector<std::string>()),
                  Get(entry, "env", std::vector<std::string>()),
                  {}};
    if (spec.path.empty() || spec.path[0] != '/')
      throw Unsupported{"a path in /hooks/" + std::string(kind) + " is not absolute",
                        "begin it with /"};
    if (entry.contains("timeout")) {
      spec.timeout_seconds = As<int>(entry["timeout"]);
      if (*spec.timeout_seconds <= 0)
        throw Unsupported{"a timeout in /hooks/" + std::string(kind) + " is not above zero",
                          "give whole seconds, or leave it out"};
    }
    if (spec.args.empty()) spec.args = {spec.path};
    specs.push_back(std::move(spec));
  }
  return specs;
}

std::vector<MountSpec> ReadMounts(const Json& list) {
  std::vector<MountSpec> mounts;
  for (const Json& entry : list) {
    mounts.push_back(
        {Need<std::string>(entry, "destination"), Get<std::string>(entry, "type", ""),
         Get<std::string>(entry, "source", ""), Get(entry, "options", std::vector<std::string>()),
         ReadMappings(Child(entry, "uidMappings")), ReadMappings(Child(entry, "gidMappings"))});
    // oci-runtime/config/mounts/id-mappings/uid-with-gid and gid-with-uid
    const MountSpec& mount = mounts.back();
    if (mount.uid_mappings.empty() != mount.gid_mappings.empty())
      throw Unsupported{
          "the mount at " + mount.destination + " has mappings of one kind of id only",
          "give it uidMappings and gidMappings"};
  }
  return mounts;
}

void ReadRoot(const Json& document, const std::string& bundle, Config& config) {
  const Json root = Need<Json>(document, "root");
  config.root_path = Need<std::string>(root, "path");
  if (config.root_path.empty())
    throw Unsupported{"/root/path is empty", "name the directory of the root filesystem"};
  if (config.root_path[0] != '/') config.root_path = bundle + "/" + config.root_path;
  config.root_readonly = Get(root, "readonly", false);
}

Hooks ReadAllHooks(const Json& hooks) {
  return {ReadHooks(hooks, "prestart"),        ReadHooks(hooks, "createRuntime"),
          ReadHooks(hooks, "createContainer"), ReadHooks(hooks, "startContainer"),
          ReadHooks(hooks, "poststart"),       ReadHooks(hooks, "poststop")};
}

Config Read(const Json& document, const std::string& bundle) {
  Config config;
  config.oci_version = Need<std::string>(document, "ociVersion");
  int major = 0;
  if (std::sscanf(config.oci_version.c_str(), "%d.", &major) != 1 || major != 1)
    throw Unsupported{"ociVersion \"" + config.oci_version + "\" is not supported",
                      "this runtime honours versions 1.x"};
  Within("/root", [&] { ReadRoot(document, bundle, config); });
  Within("/mounts", [&] { config.mounts = ReadMounts(Child(document, "mounts")); });
  if (document.contains("process"))
    Within("/process", [&] { config.process = ReadProcess(document["process"], config); });
  config.hostname = Get<std::string>(document, "hostname", "");
  config.domainname = Get<std::string>(document, "domainname", "");
  Within("/hooks", [&] { config.hooks = ReadAllHooks(Child(document, "hooks")); });
  Within("/linux", [&] { config.linux_spec = ReadLinux(Child(document, "linux")); });
  Within("/annotations", [&] {
    for (const auto& [key, value] : Child(document, "annotations").items())
      config.annotations.emplace_back(key, value.get<std::string>());
  });
  CheckNamespaces(config);
  return config;
}

// What `read` returns, or what it throws as an error about `document`.
template <class Read>
auto OrFailure(const std::string& document, Read read) -> Result<decltype(read())> {
  try {
    return read();
  } catch (const Unsupported& problem) {
    return Failure(document + ": " + problem.what, problem.hint);
  } catch (const Json::exception& problem) {
    return Failure(document + ": " + problem.what(), "loadline validate names the place");
  }
}

}  // namespace

const Json& Child(const Json& object, const char* key) {
  static const Json nothing = Json::object();
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nothing : *found;
}

std::shared_ptr<const Json> Keep(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : std::make_shared<Json>(*found);
}

NumberSet ReadNumbers(const Json& object, const char* key, const char* where) {
  const auto list = Get<std::string>(object, key, "");
  auto numbers = ReadNumberSet(list);
  if (!numbers.has_value())
    throw Unsupported{std::string(where) + "/" + key + ": " + numbers.error().what,
                      numbers.error().hint};
  return std::move(*numbers);
}

bool Config::DeclaresAtLeast(int major, int minor, int patch) const {
  int own[3] = {0, 0, 0};
  std::sscanf(oci_version.c_str(), "%d.%d.%d", &own[0], &own[1], &own[2]);
  const int wanted[3] = {major, minor, patch};
  return !std::lexicographical_compare(std::begin(own), std::end(own), std::begin(wanted),
                                       std::end(wanted));
}

Result<Config> ReadConfig(const std::string& path, const std::string& bundle) {
  ASSIGN_OR_RETURN(std::string text, ReadFile(path, size_t{16} << 20));
  return OrFailure(path, [&] {
    Config config = Read(Json::parse(text), bundle);
    config.text = std::move(text);
    return config;
  });
}

Result<void> ReplaceProcess(const std::string& text, Config& config) {
  ASSIGN_OR_RETURN(ProcessSpec process, OrFailure("the process", [&] {
                     return ReadProcess(Json::parse(text), config);
                   }));
  if (!process.capabilities && config.process) process.capabilities = config.process->capabilities;
  config.process = std::move(process);
  return {};
}

}  // namespace loadline::runtime
