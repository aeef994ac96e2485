// SPDX-License-Identifier: Apache-2.0
#include "schema/requirement_source.h"

namespace loadline::schema {

std::string SourceOf(const Requirement& requirement) {
  const Ledger* ledger = FindLedger(requirement.id.substr(0, requirement.id.find('/')));
  const std::string place = requirement.document + "#" + requirement.anchor;
  if (ledger == nullptr || !ledger->source.starts_with("https://")) return place;
  const SpecVersion& version = requirement.until ? *requirement.until : ledger->versions.back();
  return ledger->source + "/blob/v" + version.ToText() + "/" + place;
}

}  // namespace loadline::schema
