// SPDX-License-Identifier: Apache-2.0
#include "schema/ledger.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
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

// Takes "versions" of a ledger and stops the parser behind it: `validate` needs nothing else, and
// the requirements, which stand last, would cost it most of its time.
class VersionsReader : public nlohmann::json::json_sax_t {
 public:
  std::vector<SpecVersion> versions;

  bool key(string_t& name) override {
    inside_ = name == "versions";
    return true;
  }
  bool string(string_t& text) override {
    if (inside_) versions.push_back(SpecVersion::Parse(text).value());
    return true;
  }
  bool end_array() override { return !inside_; }
  bool start_object(size_t) override { return true; }
  bool end_object() override { return true; }
  bool start_array(size_t) override { return true; }
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  bool inside_ = false;
};

using VersionMap = std::map<std::string, std::vector<SpecVersion>, std::less<>>;

VersionMap ReadVersions() {
  VersionMap versions;
  constexpr std::string_view kPrefix = "requirements/";
  for (const EmbeddedFile& file : SchemaFiles()) {
    if (!file.path.starts_with(kPrefix)) continue;
    VersionsReader reader;
    nlohmann::json::sax_parse(file.content, &reader);
    const std::string_view name = file.path.substr(kPrefix.size());
    versions.emplace(name.substr(0, name.find('.')), std::move(reader.versions));
  }
  return versions;
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

const std::vector<SpecVersion>& VersionsOf(std::string_view standard) {
  static const VersionMap versions = ReadVersions();
  static const std::vector<SpecVersion> none;
  const auto found = versions.find(standard);
  return found == versions.end() ? none : found->second;
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
