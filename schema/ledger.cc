// SPDX-License-Identifier: Apache-2.0
#include "schema/ledger.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
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

// "config-windows.md" binds Windows alone; what names no platform, or Linux, binds everything here.
std::string PlatformOf(std::string_view document) {
  for (const std::string_view platform : {"windows", "solaris", "vm", "zos", "freebsd"}) {
    if (document == "config-" + std::string(platform) + ".md") return std::string(platform);
  }
  return "";
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
  requirement.platform = PlatformOf(requirement.document);
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

constexpr std::string_view kFolder = "requirements/";

bool IsLedger(const EmbeddedFile& file) { return file.path.starts_with(kFolder); }

std::string StandardOf(const EmbeddedFile& file) {
  const std::string_view name = file.path.substr(kFolder.size());
  return std::string(name.substr(0, name.find('.')));
}

VersionMap ReadVersions() {
  VersionMap versions;
  for (const EmbeddedFile& file : SchemaFiles()) {
    if (!IsLedger(file)) continue;
    VersionsReader reader;
    nlohmann::json::sax_parse(file.content, &reader);
    versions.emplace(StandardOf(file), std::move(reader.versions));
  }
  return versions;
}

// A ledger that is parsed when somebody asks for it: most commands need one of them or none.
class LazyLedger {
 public:
  explicit LazyLedger(const EmbeddedFile& file) : file_(file) {}
  const Ledger& Get() {
    std::call_once(once_, [this] { ledger_ = Read(); });
    return ledger_;
  }

 private:
  Ledger Read() const {
    try {
      return ReadLedger(nlohmann::json::parse(file_.content));
    } catch (const std::exception& problem) {
      std::fprintf(stderr, "loadline: the embedded ledger %s is broken: %s\n",
                   std::string(file_.path).c_str(), problem.what());
      std::abort();
    }
  }

  EmbeddedFile file_;
  std::once_flag once_;
  Ledger ledger_;
};

using LazyLedgerMap = std::map<std::string, std::unique_ptr<LazyLedger>, std::less<>>;

const LazyLedgerMap& LazyLedgers() {
  static const LazyLedgerMap ledgers = [] {
    LazyLedgerMap map;
    for (const EmbeddedFile& file : SchemaFiles()) {
      if (IsLedger(file)) map.emplace(StandardOf(file), std::make_unique<LazyLedger>(file));
    }
    return map;
  }();
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

const SpecVersion& NewestRelease(std::string_view standard) {
  const std::vector<SpecVersion>& versions = VersionsOf(standard);
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    if (version->prerelease.empty()) return *version;
  }
  static const SpecVersion none;
  return none;
}

const std::vector<SpecVersion>& VersionsOf(std::string_view standard) {
  static const VersionMap versions = ReadVersions();
  static const std::vector<SpecVersion> none;
  const auto found = versions.find(standard);
  return found == versions.end() ? none : found->second;
}

std::vector<const Ledger*> Ledgers() {
  std::vector<const Ledger*> ledgers;
  for (const auto& [standard, lazy] : LazyLedgers()) ledgers.push_back(&lazy->Get());
  return ledgers;
}

const Ledger* FindLedger(std::string_view standard) {
  const auto& ledgers = LazyLedgers();
  const auto found = ledgers.find(standard);
  return found == ledgers.end() ? nullptr : &found->second->Get();
}

const Requirement* FindRequirement(std::string_view id) {
  const Ledger* ledger = FindLedger(id.substr(0, id.find('/')));
  if (ledger == nullptr) return nullptr;
  const auto found = std::lower_bound(
      ledger->requirements.begin(), ledger->requirements.end(), id,
      [](const Requirement& entry, std::string_view key) { return entry.id < key; });
  return found != ledger->requirements.end() && found->id == id ? &*found : nullptr;
}

}  // namespace loadline::schema
