// SPDX-License-Identifier: Apache-2.0
#include "conformance/mutants/mutants.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <sstream>

#include "base/embedded.h"
#include "conformance/mutants/mutations.h"
#include "conformance/mutants/pointer_pattern.h"

namespace loadline::embedded {
std::span<const EmbeddedFile> mutant_files();
}  // namespace loadline::embedded

namespace loadline::mutants {
namespace {

using nlohmann::json;

Mutant OfField(const json& field) {
  const std::string pointer = field.value("pointer", "");
  Mutant mutant{"field:" + pointer, "", pointer, "create run"};
  if (field.contains("value")) {
    const std::string value = field["value"].dump();
    mutant.summary = pointer + " is taken for " + value;
    mutant.arguments = {"--replace", pointer + "=" + value};
  } else {
    mutant.summary = pointer + " is ignored";
    mutant.arguments = {"--drop", pointer};
  }
  return mutant;
}

Mutant OfMutation(const Mutation& mutation, bool battery) {
  Mutant mutant{(battery ? "battery:" : "mutation:") + std::string(mutation.name),
                mutation.summary,
                "",
                mutation.verbs,
                {"--mutation", mutation.name}};
  mutant.slow = mutation.slow;
  mutant.battery = battery;
  std::istringstream globs(mutation.about);
  for (std::string glob; globs >> glob;) mutant.about.push_back(glob);
  return mutant;
}

Mutant OfValue(const json& value) {
  const std::string pointer = value.value("pointer", "");
  const std::string choices = value.contains("choices") ? value["choices"].dump() : "null";
  return {"value:" + pointer,
          pointer + " has another value",
          pointer,
          "create run",
          {"--wrong", pointer + "=" + choices}};
}

}  // namespace

Result<std::vector<Mutant>> ListMutants() {
  std::vector<Mutant> mutants;
  std::map<std::string, std::string> reasons;
  for (const EmbeddedFile& file : embedded::mutant_files()) {
    const json document = json::parse(file.content, nullptr, false);
    if (!document.is_object()) return Failure(std::string(file.path) + " is no JSON object");
    for (const json& field : document.value("fields", json::array()))
      mutants.push_back(OfField(field));
    for (const json& value : document.value("values", json::array()))
      mutants.push_back(OfValue(value));
    const json unseen = document.value("unseen", json::object());
    for (const auto& [name, reason] : unseen.items()) reasons[name] = reason;
  }
  for (const Mutation& mutation : CaseMutations()) mutants.push_back(OfMutation(mutation, false));
  for (const Mutation& mutation : BatteryMutations()) mutants.push_back(OfMutation(mutation, true));
  std::sort(mutants.begin(), mutants.end(),
            [](const Mutant& a, const Mutant& b) { return a.name < b.name; });
  for (Mutant& mutant : mutants) {
    const auto found = reasons.extract(mutant.name);
    if (!found.empty()) mutant.reason = found.mapped();
  }
  if (!reasons.empty())
    return Failure(
        "unseen.json names the mutant " + reasons.begin()->first + ", which is not there",
        "take it out");
  return mutants;
}

Result<bool> Touches(const Mutant& mutant, const json& config,
                     const std::vector<std::string>& verbs) {
  if (!mutant.pointer.empty()) {
    ASSIGN_OR_RETURN(const PointerPattern pattern, PointerPattern::Parse(mutant.pointer));
    return pattern.Matches(config);
  }
  const Mutation* mutation = FindMutation(mutant.arguments.back());
  if (mutation == nullptr) return Failure("there is no mutation " + mutant.name);
  const bool called = std::any_of(verbs.begin(), verbs.end(), [mutation](const std::string& verb) {
    return mutation->Spoils(verb);
  });
  if (!called || mutation->config == nullptr) return called;
  json spoiled = config;
  mutation->config(spoiled);
  return spoiled != config;
}

Result<std::vector<std::string>> SpoiledProperties(const Mutant& mutant, const json& config) {
  json spoiled = config;
  if (!mutant.pointer.empty()) {
    ASSIGN_OR_RETURN(spoiled, Without(mutant, config));
  } else if (const Mutation* mutation = FindMutation(mutant.arguments.back());
             mutation != nullptr && mutation->config != nullptr) {
    mutation->config(spoiled);
  }
  std::vector<std::string> properties;
  for (const json& change : json::diff(config, spoiled)) {
    std::string pointer = change["path"];
    const bool inner = pointer.starts_with("/process/") || pointer.starts_with("/linux/");
    size_t end = pointer.find('/', 1);
    if (inner) end = pointer.find('/', end + 1);
    properties.push_back(pointer.substr(0, end));
  }
  return properties;
}

Result<json> Without(const Mutant& mutant, json config) {
  if (mutant.pointer.empty()) return config;
  ASSIGN_OR_RETURN(const PointerPattern pattern, PointerPattern::Parse(mutant.pointer));
  pattern.Drop(config);
  return config;
}

}  // namespace loadline::mutants
