// SPDX-License-Identifier: Apache-2.0
// The sarif format (SARIF 2.1.0), as code scanning of GitHub and editors read it.
#include <map>
#include <nlohmann/json.hpp>

#include "reports/json_output.h"
#include "reports/parity/comparison.h"
#include "reports/plain_text.h"
#include "reports/result_text.h"
#include "reports/writer.h"
#include "schema/requirement_source.h"

namespace loadline::reports {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kSchema[] =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
constexpr size_t kMostTags = 10;     // GitHub keeps no more
constexpr size_t kMostOfAnId = 240;  // and refuses more than 255 bytes
constexpr size_t kMostOfAPath = 4096;

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
  // Two slashes at its beginning would name a host.
  while (path.starts_with("//")) path.remove_prefix(1);
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

std::string IdOf(const CheckResult& result) { return Shortened(result.id, kMostOfAnId); }
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
  const std::string title = Shortened(result.title.empty() ? result.id : result.title, kLongText);
  Json rule{{"id", IdOf(result)},
            {"shortDescription", {{"text", title}}},
            {"defaultConfiguration", {{"level", LevelOf(result.level)}}}};
  AddHelp(rule, result);
  Json tags = Json::array();
  for (const std::string& id : result.requirements) {
    if (tags.size() < kMostTags) tags.push_back(Shortened(id));
  }
  rule["properties"] = {{"tags", tags}, {"precision", "very-high"}};
  return rule;
}

Json LocationOf(const CheckResult& result) {
  const std::string file = Shortened(FileOf(result), kMostOfAPath);
  Json artifact{{"uri", file.empty() ? "." : UriOf(file)}};
  if (!file.starts_with('/')) artifact["uriBaseId"] = "%SRCROOT%";
  const int line = result.location ? result.location->line : 1;
  const int column = result.location ? result.location->column : 1;
  Json location{{"physicalLocation",
                 {{"artifactLocation", artifact},
                  {"region", {{"startLine", line}, {"startColumn", column}}}}}};
  if (result.location && !result.location->pointer.empty())
    location["logicalLocations"] = {
        {{"fullyQualifiedName", Shortened(result.location->pointer, kLongText)}}};
  return location;
}

Json ResultOf(const CheckResult& result, size_t index) {
  const std::string message = Shortened(MessageOf(result), kLongText);
  Json json{{"ruleId", IdOf(result)},
            {"ruleIndex", index},
            {"level", LevelOf(result.level)},
            {"message", {{"text", message}}},
            {"locations", {LocationOf(result)}},
            {"partialFingerprints", {{"placeInDocument/v1", Fingerprint(result)}}}};
  if (!result.Unexpected() && result.verdict != Verdict::kWarn)
    json["suppressions"] = {
        {{"kind", "external"}, {"justification", Shortened(result.reason, kLongText)}}};
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
    const auto [index, is_new] = indexes.emplace(IdOf(result), rules.size());
    if (is_new) rules.push_back(RuleOf(result));
    results.push_back(ResultOf(result, index->second));
  }
  Json driver{{"name", Shortened(report.tool.name)}};
  if (schema::SpecVersion::Parse(report.tool.version).has_value())
    driver["semanticVersion"] = report.tool.version;
  driver["rules"] = std::move(rules);
  Json run{{"tool", {{"driver", driver}}},
           {"automationDetails", {{"id", "loadline/" + std::string(ToText(report.kind)) + "/"}}},
           {"columnKind", "unicodeCodePoints"},
           {"invocations", {{{"executionSuccessful", !report.unfinished.has_value()}}}}};
  run["results"] = std::move(results);
  const Json sarif{{"$schema", kSchema}, {"version", "2.1.0"}, {"runs", {run}}};
  return WriteJson(sarif, 2);
}

std::string WriteComparison(const Comparison& comparison, const WriterOptions& options) {
  return Write(AllCandidates(comparison), options);
}

}  // namespace

Writer SarifWriter() {
  return {"sarif", "SARIF 2.1.0, for code scanning and editors", Write, WriteComparison};
}

}  // namespace loadline::reports
