// SPDX-License-Identifier: Apache-2.0
#include "cli/catalogue.h"

#include "validator/schema_requirements.h"
#include "validator/subject/kind.h"

namespace loadline::cli {

Result<Catalogue> Catalogue::Read() {
  Catalogue catalogue;
  catalogue.rules = validator::AllRules();
  ASSIGN_OR_RETURN(catalogue.cases, conformance::ListCases());
  for (const validator::Rule& rule : catalogue.rules) {
    for (const std::string_view id : rule.requirements)
      catalogue.judged_by[std::string(id)].emplace_back(rule.id);
  }
  for (const validator::SubjectKind& kind : validator::SubjectKinds()) {
    if (kind.schema.empty()) continue;
    for (const std::string& id : validator::RequirementsOfSchema(kind.schema)) {
      std::vector<std::string>& judges = catalogue.judged_by[id];
      const std::string rule = validator::SchemaRule(kind.schema);
      if (std::find(judges.begin(), judges.end(), rule) == judges.end()) judges.push_back(rule);
    }
  }
  for (const conformance::CaseSummary& one : catalogue.cases) {
    for (const std::string& id : one.requirements) catalogue.judged_by[id].push_back(one.id);
  }
  return catalogue;
}

}  // namespace loadline::cli
