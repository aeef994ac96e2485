// SPDX-License-Identifier: Apache-2.0
// The sarif format (SARIF 2.1.0), as code scanning of GitHub and editors read it.
#include <map>
#include <nlohmann/json.hpp>

#include "reports/result_text.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kSchema[] =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
constexpr size_t kMostTags = 10;  // GitHub keeps no more

const char* LevelOf(schema::Level level) {
  switch (level) {
    case schema::Level::kMust:
      return "error";
    case schema::Level::kShould:
      return "warning";
    case schema::Level::kMay:
      return "note";
  }
  return "none";
}

// A path with what a URI cannot hold written as %XX.
std::string UriOf(std::string_view path) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*+,;=@";
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string uri;
  for (const char c : path) {
    if (kPlain.find(c) != std::string_view::npos) {
      uri += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      uri += '%';
      uri += kDigits[byte >> 4];
      uri += kDigits[byte & 15];
    }
  }
  return uri;
}

// What a rule is about: the statement of each requirement that it cites, and where its standard
// says so. The first address of the web is where a reader is sent.
void AddHelp(Json& rule, const CheckResult& result) {
  std::string text;
  std::string markdown;
  for (const std::string& id : result.requirements) {
    const schema::Requirement* requirement = schema::FindRequirement(id);
    if (requirement == nullptr) continue;
    const std::string source = schema::SourceOf(*requirement);
    const std::string line =
        std::string(schema::ToText(requirement->level)) + ": " + requirement->statement;
    const bool web = source.starts_with("https://");
    text += line + " (" + source + ")\n";
    markdown += "* " + line + (web ? " ([source](" + source + "))\n" : "\n");
    if (web && !rule.contains("helpUri")) rule["helpUri"] = source;
  }
  if (!text.empty()) rule["help"] = {{"text", text}, {"markdown", markdown}};
}

Json RuleOf(const CheckResult& result) {
  Json rule{{"id", result.id},
            {"shortDescription", {{"text", result.title}}},
            {"defaultConfiguration", {{"level", LevelOf(result.level)}}}};
  AddHelp(rule, result);
  Json tags = Json::array();
  for (const std::string& id : result.requirements) {
    if (tags.size() < kMostTags) tags.push_back(id);
  }
  rule["properties"] = {{"tags", tags}, {"precision", "very-high"}};
  return rule;
}

Json LocationOf(const CheckResult& result) {
  Json artifact{{"uri", UriOf(FileOf(result))}};
  if (!FileOf(result).starts_with('/')) artifact["uriBaseId"] = "%SRCROOT%";
  const int line = result.location ? result.location->line : 1;
  const int column = result.location ? result.location->column : 1;
  Json location{{"physicalLocation",
                 {{"artifactLocation", artifact},
                  {"region", {{"startLine", line}, {"startColumn", column}}}}}};
  if (result.location && !result.location->pointer.empty())
    location["logicalLocations"] = {{{"fullyQualifiedName", result.location->pointer}}};
  return location;
}

Json ResultOf(const CheckResult& result, size_t index) {
  const std::string message = MessageOf(result);
  Json json{{"ruleId", result.id},
            {"ruleIndex", index},
            {"level", LevelOf(result.level)},
            {"message", {{"text", message}}},
            {"locations", {LocationOf(result)}},
            {"partialFingerprints", {{"placeInDocument/v1", Fingerprint(result)}}}};
  if (!result.Unexpected() && result.verdict != Verdict::kWarn)
    json["suppressions"] = {{{"kind", "external"}, {"justification", result.reason}}};
  return json;
}

std::string Write(const Report& report, const WriterOptions&) {
  Json rules = Json::array();
  Json results = Json::array();
  std::map<std::string, size_t> indexes;
  for (const CheckResult& result : report.results) {
    if (result.verdict != Verdict::kFail && result.verdict != Verdict::kWarn &&
        result.verdict != Verdict::kError && result.verdict != Verdict::kTimeout)
      continue;
    const auto [index, is_new] = indexes.emplace(result.id, rules.size());
    if (is_new) rules.push_back(RuleOf(result));
    results.push_back(ResultOf(result, index->second));
  }
  Json driver{{"name", report.tool.name}, {"semanticVersion", report.tool.version}};
  driver["rules"] = std::move(rules);
  Json run{{"tool", {{"driver", driver}}},
           {"automationDetails", {{"id", "loadline/" + std::string(ToText(report.kind)) + "/"}}},
           {"columnKind", "unicodeCodePoints"},
           {"invocations", {{{"executionSuccessful", true}}}}};
  run["results"] = std::move(results);
  const Json sarif{{"$schema", kSchema}, {"version", "2.1.0"}, {"runs", {run}}};
  return sarif.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Writer SarifWriter() { return {"sarif", "SARIF 2.1.0, for code scanning and editors", Write}; }

}  // namespace loadline::reports
