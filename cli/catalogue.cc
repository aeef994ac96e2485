// SPDX-License-Identifier: Apache-2.0
#include "cli/catalogue.h"

namespace loadline::cli {

Result<Catalogue> Catalogue::Read() {
  Catalogue catalogue;
  catalogue.rules = validator::AllRules();
  ASSIGN_OR_RETURN(catalogue.cases, conformance::ListCases());
  for (const validator::Rule& rule : catalogue.rules) {
    for (const std::string_view id : rule.requirements)
      catalogue.judged_by[std::string(id)].emplace_back(rule.id);
  }
  for (const conformance::CaseSummary& one : catalogue.cases) {
    for (const std::string& id : one.requirements) catalogue.judged_by[id].push_back(one.id);
  }
  return catalogue;
}

}  // namespace loadline::cli
