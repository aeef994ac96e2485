// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/merge.h"

#include <span>
#include <string_view>

#include "base/embedded.h"

namespace loadline::embedded {
std::span<const EmbeddedFile> conformance_files();
}

namespace loadline::conformance {
namespace {

using nlohmann::json;

// Arrays that changes may treat as objects.
struct NaturalKey {
  std::string_view pointer;
  std::string_view key;
};
constexpr NaturalKey kNaturalKeys[] = {
    {"/mounts", "destination"},
    {"/process/rlimits", "type"},
    {"/linux/namespaces", "type"},
    {"/linux/devices", "path"},
    {"/linux/resources/hugepageLimits", "pageSize"},
    {"/linux/resources/network/priorities", "name"},
};
constexpr std::string_view kEnvironment = "/process/env";

const NaturalKey* FindNaturalKey(std::string_view pointer) {
  for (const NaturalKey& natural : kNaturalKeys) {
    if (natural.pointer == pointer) return &natural;
  }
  return nullptr;
}

void Merge(json& target, const json& changes, const std::string& pointer);

bool HasText(const json& element, const std::string& key, const std::string& text) {
  if (!element.is_object()) return false;
  const auto found = element.find(key);
  return found != element.end() && *found == text;
}

void MergeKeyed(json& array, const json& changes, const NaturalKey& natural,
                const std::string& pointer) {
  if (!array.is_array()) array = json::array();
  const std::string key(natural.key);
  for (const auto& change : changes.items()) {
    auto element = array.begin();
    while (element != array.end() && !HasText(*element, key, change.key())) ++element;
    if (change.value().is_null()) {
      if (element != array.end()) array.erase(element);
      continue;
    }
    if (element == array.end()) {
      array.push_back(json{{key, change.key()}});
      element = array.end() - 1;
    }
    Merge(*element, change.value(), pointer + "/" + change.key());
  }
}

void MergeEnvironment(json& array, const json& changes) {
  if (!array.is_array()) array = json::array();
  for (const auto& change : changes.items()) {
    const std::string prefix = change.key() + "=";
    auto element = array.begin();
    while (element != array.end() &&
           !(element->is_string() && element->get_ref<const std::string&>().starts_with(prefix)))
      ++element;
    if (change.value().is_null()) {
      if (element != array.end()) array.erase(element);
      continue;
    }
    const json& value = change.value();
    json entry = prefix + (value.is_string() ? value.get<std::string>() : value.dump());
    if (element == array.end()) {
      array.push_back(std::move(entry));
    } else {
      *element = std::move(entry);
    }
  }
}

void Merge(json& target, const json& changes, const std::string& pointer) {
  if (!changes.is_object()) {
    target = changes;
    return;
  }
  if (pointer == kEnvironment) return MergeEnvironment(target, changes);
  if (const NaturalKey* natural = FindNaturalKey(pointer))
    return MergeKeyed(target, changes, *natural, pointer);
  if (!target.is_object()) target = json::object();
  for (const auto& change : changes.items()) {
    if (change.value().is_null()) {
      target.erase(change.key());
    } else {
      Merge(target[change.key()], change.value(), pointer + "/" + change.key());
    }
  }
}

}  // namespace

Result<void> MergeConfig(json& config, const json& changes) {
  if (!changes.is_object()) return Failure("changes of the configuration are not an object");
  Merge(config, changes, "");
  return {};
}

std::string NaturalKeyOf(std::string_view pointer) {
  const NaturalKey* natural = FindNaturalKey(pointer);
  return natural == nullptr ? "" : std::string(natural->key);
}

Result<void> ApplyPatch(json& document, const json& patch) {
  if (patch.empty()) return {};
  try {
    document = document.patch(patch);
  } catch (const json::exception& exception) {
    return Failure(std::string("the patch does not apply: ") + exception.what());
  }
  return {};
}

Result<json> EffectiveConfig(const std::string& spec, const json& changes, const json& patch) {
  json config;
  for (const EmbeddedFile& file : embedded::conformance_files()) {
    if (file.path == "base_bundle.json") config = json::parse(file.content, nullptr, false);
  }
  if (!config.is_object()) return Failure("the embedded base bundle is not a JSON object");
  config["ociVersion"] = spec;
  RETURN_IF_ERROR(MergeConfig(config, changes));
  RETURN_IF_ERROR(ApplyPatch(config, patch));
  return config;
}

}  // namespace loadline::conformance
