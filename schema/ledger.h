// SPDX-License-Identifier: Apache-2.0
// The requirement ledgers: every normative statement of a standard, by its permanent id
// (schema/requirements/<standard>.json).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/spec_version.h"

namespace loadline::schema {

enum class Level { kMust, kShould, kMay };
// "MUST", "SHOULD", "MAY".
std::string_view ToText(Level level);
std::optional<Level> LevelFromText(std::string_view text);

enum class Addressee { kRuntime, kDocument, kCaller, kOther };
std::string_view ToText(Addressee addressee);

struct Requirement {
  std::string id;
  Level level = Level::kMust;
  Addressee addressee = Addressee::kRuntime;
  SpecVersion since;
  std::optional<SpecVersion> until;  // the last version in which it holds
  std::string document;              // of the standard, e.g. "config.md"
  std::string platform;              // "windows": that it binds alone; empty: Linux or all
  std::string anchor;
  std::string statement;     // in our own words
  std::string quote_sha256;  // of the standard's normalised sentence
  std::string reason;        // why no rule or case can judge it; empty when one can

  bool HoldsIn(const SpecVersion& version) const;
};

struct Ledger {
  std::string standard;  // "oci-runtime"
  std::string title;
  std::vector<SpecVersion> versions;  // oldest first
  std::string source;
  std::vector<Requirement> requirements;  // sorted by id
};

// The versions of a standard that has a ledger, oldest first; without reading its requirements.
const std::vector<SpecVersion>& VersionsOf(std::string_view standard);

// The newest of them that is no pre-release.
const SpecVersion& NewestRelease(std::string_view standard);

// The embedded ledgers, each read once, when it is asked for. A ledger that cannot be read ends the
// program: the build is broken.
std::vector<const Ledger*> Ledgers();
const Ledger* FindLedger(std::string_view standard);
const Requirement* FindRequirement(std::string_view id);

}  // namespace loadline::schema
