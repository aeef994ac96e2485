// SPDX-License-Identifier: Apache-2.0
// loadline list: requirements (with what judges them), rules, cases and candidates.
// The ids alone are for programs, completion for one.
#include <nlohmann/json.hpp>

#include "cli/catalogue.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "schema/requirement_source.h"

namespace loadline::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string Padded(const std::string& text, size_t width) {
  return text + std::string(text.size() < width ? width - text.size() : 1, ' ');
}

// Every one of the list by its name, a line each.
int PrintIds(const Json& list, const char* key) {
  std::string text;
  for (const Json& entry : list) text += entry[key].get<std::string>() + "\n";
  return Print(text);
}

std::string Versions(const schema::SpecVersion& since,
                     const std::optional<schema::SpecVersion>& until) {
  return since.ToText() + (until ? " to " + until->ToText() : " on");
}

Json RequirementToJson(const schema::Requirement& requirement, const Catalogue& catalogue) {
  Json json;
  json["id"] = requirement.id;
  json["level"] = schema::ToText(requirement.level);
  json["addressee"] = schema::ToText(requirement.addressee);
  json["since"] = requirement.since.ToText();
  if (requirement.until) json["until"] = requirement.until->ToText();
  json["document"] = requirement.document;
  json["anchor"] = requirement.anchor;
  json["source"] = schema::SourceOf(requirement);
  json["statement"] = requirement.statement;
  json["quoteSha256"] = requirement.quote_sha256;
  if (!requirement.reason.empty()) json["reason"] = requirement.reason;
  const auto found = catalogue.judged_by.find(requirement.id);
  json["judgedBy"] =
      found == catalogue.judged_by.end() ? std::vector<std::string>() : found->second;
  return json;
}

// One row per addressee and level, so that what is missing shows.
std::string CoverageText(const schema::Ledger& ledger, const Catalogue& catalogue) {
  struct Row {
    int judged = 0;
    int explained = 0;  // not judged, with a reason
    int all = 0;
  };
  std::map<std::string, Row> rows;
  for (const schema::Requirement& requirement : ledger.requirements) {
    Row& row = rows[std::string(schema::ToText(requirement.addressee)) + " " +
                    std::string(schema::ToText(requirement.level))];
    const bool judged = catalogue.judged_by.count(requirement.id) > 0;
    row.judged += judged ? 1 : 0;
    row.explained += !judged && !requirement.reason.empty() ? 1 : 0;
    ++row.all;
  }
  std::string text = ledger.title + ": judged of all requirements\n";
  for (const auto& [name, row] : rows) {
    text += "  " + Padded(name, 18) + std::to_string(row.judged) + "/" + std::to_string(row.all);
    if (row.explained > 0)
      text += ", " + std::to_string(row.explained) + " with a reason why none can";
    text += "\n";
  }
  return text;
}

int ListRequirements(const Catalogue& catalogue, const std::string& format) {
  Json list = Json::array();
  std::string text;
  for (const schema::Ledger* ledger : schema::Ledgers()) {
    for (const schema::Requirement& requirement : ledger->requirements) {
      if (format != "text") {
        list.push_back(RequirementToJson(requirement, catalogue));
        continue;
      }
      const auto found = catalogue.judged_by.find(requirement.id);
      const size_t count = found == catalogue.judged_by.end() ? 0 : found->second.size();
      text += Padded(std::string(schema::ToText(requirement.level)), 7) +
              Padded(count > 0 ? std::to_string(count) : "-", 4) + requirement.id + "\n";
    }
    if (format == "text") text += "\n" + CoverageText(*ledger, catalogue);
  }
  if (format == "ids") return PrintIds(list, "id");
  return Print(format == "json" ? list.dump(2) + "\n" : text);
}

int ListRules(const Catalogue& catalogue, const std::string& format) {
  Json list = Json::array();
  std::string text;
  for (const validator::Rule& rule : catalogue.rules) {
    list.push_back({{"id", rule.id},
                    {"title", rule.title},
                    {"level", schema::ToText(rule.level)},
                    {"requirements", std::vector<std::string>(rule.requirements.begin(),
                                                              rule.requirements.end())}});
    text += Padded(std::string(rule.id), 48) + std::string(rule.title) + "\n";
  }
  if (format == "ids") return PrintIds(list, "id");
  return Print(format == "json" ? list.dump(2) + "\n" : text);
}

int ListCases(const Catalogue& catalogue, const std::string& format) {
  Json list = Json::array();
  std::string text;
  for (const conformance::CaseSummary& one : catalogue.cases) {
    Json entry{{"id", one.id},
               {"title", one.title},
               {"level", schema::ToText(one.level)},
               {"requirements", one.requirements},
               {"needs", one.needs},
               {"since", one.since.ToText()},
               {"file", one.file}};
    if (one.until) entry["until"] = one.until->ToText();
    list.push_back(entry);
    text += Padded(one.id, 58) + Padded(Versions(one.since, one.until), 16) + one.title + "\n";
  }
  if (format == "ids") return PrintIds(list, "id");
  return Print(format == "json" ? list.dump(2) + "\n" : text);
}

int ListCandidates(const std::string& format) {
  Json list = Json::array();
  std::string text;
  for (const conformance::CandidateSummary& candidate : conformance::ListCandidates()) {
    list.push_back(
        {{"name", candidate.name}, {"command", candidate.command}, {"found", candidate.found}});
    std::string command;
    for (const std::string& argument : candidate.command)
      command += (command.empty() ? "" : " ") + argument;
    text += Padded(candidate.name, 16) +
            Padded(candidate.found ? "found" : "not on this host", 18) + command + "\n";
  }
  if (format == "ids") return PrintIds(list, "name");
  return Print(format == "json" ? list.dump(2) + "\n" : text);
}

}  // namespace

int RunList(const ListOptions& options) {
  const std::string& format = options.format;
  if (options.what == "candidates") return ListCandidates(format);
  auto catalogue = Catalogue::Read();
  if (!catalogue.has_value()) return Complain(catalogue.error(), kOurDefect);
  if (options.what == "requirements") return ListRequirements(*catalogue, format);
  return options.what == "rules" ? ListRules(*catalogue, format) : ListCases(*catalogue, format);
}

}  // namespace loadline::cli
