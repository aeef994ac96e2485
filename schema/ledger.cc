// SPDX-License-Identifier: Apache-2.0
#include "schema/ledger.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "schema/files.h"

namespace loadline::schema {
namespace {

constexpr std::string_view kAddressees[] = {"runtime", "document", "caller", "other"};
constexpr std::string_view kLevels[] = {"MUST", "SHOULD", "MAY"};

template <size_t N>
std::optional<size_t> IndexOf(const std::string_view (&names)[N], std::string_view name) {
  const auto found = std::find(std::begin(names), std::end(names), name);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<size_t>(found - std::begin(names));
}

Requirement ReadRequirement(const nlohmann::json& entry) {
  Requirement requirement;
  requirement.id = entry.at("id");
  requirement.level = LevelFromText(entry.at("level").get<std::string>()).value();
  requirement.addressee = static_cast<Addressee>(
      IndexOf(kAddressees, entry.at("addressee").get<std::string>()).value());
  requirement.since = SpecVersion::Parse(entry.at("since").get<std::string>()).value();
  if (entry.contains("until"))
    requirement.until = SpecVersion::Parse(entry["until"].get<std::string>()).value();
  requirement.document = entry.at("document");
  requirement.anchor = entry.at("anchor");
  requirement.statement = entry.at("statement");
  requirement.quote_sha256 = entry.at("quoteSha256");
  requirement.reason = entry.value("reason", "");
  return requirement;
}

Ledger ReadLedger(const nlohmann::json& document) {
  Ledger ledger;
  ledger.standard = document.at("standard");
  ledger.title = document.at("title");
  ledger.source = document.at("source");
  for (const auto& version : document.at("versions")) {
    ledger.versions.push_back(SpecVersion::Parse(version.get<std::string>()).value());
  }
  for (const auto& entry : document.at("requirements"))
    ledger.requirements.push_back(ReadRequirement(entry));
  return ledger;
}

std::vector<Ledger> ReadAll() {
  std::vector<Ledger> ledgers;
  for (const EmbeddedFile& file : SchemaFiles()) {
    if (!file.path.starts_with("requirements/")) continue;
    try {
      ledgers.push_back(ReadLedger(nlohmann::json::parse(file.content)));
    } catch (const std::exception& problem) {
      std::fprintf(stderr, "loadline: the embedded ledger %s is broken: %s\n",
                   std::string(file.path).c_str(), problem.what());
      std::abort();
    }
  }
  return ledgers;
}

}  // namespace

std::string_view ToText(Level level) { return kLevels[static_cast<size_t>(level)]; }

std::optional<Level> LevelFromText(std::string_view text) {
  const auto index = IndexOf(kLevels, text);
  if (!index) return std::nullopt;
  return static_cast<Level>(*index);
}

std::string_view ToText(Addressee addressee) { return kAddressees[static_cast<size_t>(addressee)]; }

bool Requirement::HoldsIn(const SpecVersion& version) const {
  return since <= version && (!until || version <= *until);
}

const std::vector<Ledger>& Ledgers() {
  static const std::vector<Ledger> ledgers = ReadAll();
  return ledgers;
}

const Ledger* FindLedger(std::string_view standard) {
  for (const Ledger& ledger : Ledgers()) {
    if (ledger.standard == standard) return &ledger;
  }
  return nullptr;
}

const Requirement* FindRequirement(std::string_view id) {
  for (const Ledger& ledger : Ledgers()) {
    const auto found = std::lower_bound(
        ledger.requirements.begin(), ledger.requirements.end(), id,
        [](const Requirement& entry, std::string_view key) { return entry.id < key; });
    if (found != ledger.requirements.end() && found->id == id) return &*found;
  }
  return nullptr;
}

}  // namespace loadline::schema
