// SPDX-License-Identifier: Apache-2.0
// loadline explain: a requirement, rule or case; what it says, where it is checked, how to
// reproduce it.
#include <algorithm>

#include "cli/catalogue.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "schema/requirement_source.h"

namespace loadline::cli {
namespace {

std::string Row(const std::string& name, const std::string& value) {
  return name + std::string(name.size() < 14 ? 14 - name.size() : 1, ' ') + value + "\n";
}

std::string ExplainRequirement(const schema::Requirement& requirement, const Catalogue& catalogue) {
  std::string text = requirement.id + "\n\n  " + requirement.statement + "\n\n";
  text += Row("level", std::string(schema::ToText(requirement.level)));
  text += Row("addressed to", std::string(schema::ToText(requirement.addressee)));
  text += Row("versions", requirement.since.ToText() +
                              (requirement.until ? " to " + requirement.until->ToText() : " on"));
  text += Row("source", schema::SourceOf(requirement));
  const auto found = catalogue.judged_by.find(requirement.id);
  if (found == catalogue.judged_by.end()) {
    return text + Row("judged by", requirement.reason.empty() ? "nothing yet"
                                                              : "nothing: " + requirement.reason);
  }
  for (const std::string& id : found->second) text += Row("judged by", id);
  return text;
}

template <class Ids>
std::string RequirementRows(const Ids& ids) {
  std::string text;
  for (const auto& id : ids) {
    const schema::Requirement* requirement = schema::FindRequirement(id);
    text += Row("requirement", std::string(id));
    if (requirement != nullptr)
      text +=
          Row("", std::string(schema::ToText(requirement->level)) + " " + requirement->statement);
  }
  return text;
}

std::string ExplainRule(const validator::Rule& rule) {
  return std::string(rule.id) + "\n\n  " + std::string(rule.title) + "\n\n" +
         Row("level", std::string(schema::ToText(rule.level))) +
         RequirementRows(rule.requirements) + Row("checked by", "loadline validate PATH");
}

std::string ExplainCase(const conformance::CaseSummary& one) {
  std::string text =
      one.id + "\n\n  " + one.title + "\n\n" + Row("level", std::string(schema::ToText(one.level)));
  text += Row("versions", one.since.ToText() + (one.until ? " to " + one.until->ToText() : " on"));
  for (const std::string& need : one.needs) text += Row("needs", need);
  text += RequirementRows(one.requirements);
  text += Row("declared in", one.file);
  const bool check = one.source.empty();  // of a battery
  text +=
      Row("reproduce", "loadline certify CANDIDATE --only '" + one.id + (check ? "'" : "' --keep"));
  return check ? text : text + "\n" + one.source + "\n";
}

// A result's id is that of its case with the version behind it.
std::string WithoutVersion(const std::string& id) { return id.substr(0, id.find('@')); }

}  // namespace

int RunExplain(const ExplainOptions& options) {
  auto catalogue = Catalogue::Read();
  if (!catalogue.has_value()) return Complain(catalogue.error(), kOurDefect);
  const std::string id = WithoutVersion(options.id);
  if (const schema::Requirement* requirement = schema::FindRequirement(id))
    return Print(ExplainRequirement(*requirement, *catalogue));
  for (const validator::Rule& rule : catalogue->rules) {
    if (rule.id == id) return Print(ExplainRule(rule));
  }
  for (const conformance::CaseSummary& one : catalogue->cases) {
    if (one.id == id) return Print(ExplainCase(one));
  }
  return Complain(Failure("\"" + id + "\" is no requirement, rule or case",
                          "loadline list requirements, rules or cases shows what there is"),
                  kWrongUsage);
}

}  // namespace loadline::cli
