// SPDX-License-Identifier: Apache-2.0
#include "reports/model_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/consistency.h"
#include "reports/defences.h"
#include "reports/plain_text.h"
#include "reports/run_json.h"
#include "schema/schema_set.h"

namespace loadline::reports {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kSchema[] = "loadline/report.json";
constexpr size_t kMostValuesToExplain = 200'000;

// Adds a member unless it is empty: reports stay small and diffs readable.
void AddText(Json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

// Computed from the results, for whoever reads the report without our ledger.
Json DefencesToJson(const Report& report) {
  Json json = Json::array();
  for (const Defence& defence : JudgeDefences(report)) {
    Json entry = {{"id", defence.fault->id},
                  {"title", defence.fault->title},
                  {"runtimes", defence.fault->runtimes},
                  {"stand", ToText(defence.stand)}};
    if (!defence.results.empty()) entry["results"] = defence.results;
    json.push_back(std::move(entry));
  }
  return json;
}

Verdict ReadVerdict(const nlohmann::json& json, const char* key) {
  const auto verdict = VerdictFromText(json.at(key).get<std::string>());
  if (!verdict)
    throw std::runtime_error("\"" + json.at(key).get<std::string>() + "\" is no verdict");
  return *verdict;
}

Subject SubjectFromJson(const nlohmann::json& json) {
  Subject subject;
  subject.name = json.contains("path") ? json["path"] : json.at("name");
  subject.type = json.value("type", "");
  subject.digest = json.value("digest", "");
  subject.version = json.value("version", "");
  subject.command = json.value("command", std::vector<std::string>());
  subject.verdict = ReadVerdict(json, "verdict");
  return subject;
}

CheckResult ResultFromJson(const nlohmann::json& json) {
  CheckResult result;
  result.id = json.at("id");
  result.title = json.value("title", "");
  result.verdict = ReadVerdict(json, "verdict");
  result.expected = ReadVerdict(json, "expected");
  const std::string level = json.value("level", "MUST");
  result.level = schema::LevelFromText(level).value_or(schema::Level::kMust);
  result.requirements = json.value("requirements", std::vector<std::string>());
  result.subject = json.value("subject", "");
  result.message = json.value("message", "");
  if (json.contains("durationMs")) result.duration_ms = json["durationMs"].get<int64_t>();
  if (json.contains("location")) {
    const auto& location = json["location"];
    result.location = Location{location.at("file"), location.value("line", 1),
                               location.value("column", 1), location.value("pointer", "")};
  }
  result.hint = json.value("hint", "");
  result.reason = json.value("reason", "");
  result.sometimes = json.value("sometimes", false);
  if (json.contains("observation"))
    result.observation = std::make_shared<nlohmann::json>(json["observation"]);
  if (json.contains("evidence"))
    result.evidence = std::make_shared<nlohmann::json>(json["evidence"]);
  return result;
}

Json CountToJson(const RequirementCount& count) {
  return {{"total", count.total},
          {"judged", count.judged},
          {"passed", count.passed},
          {"failed", count.failed}};
}

RequirementCount CountFromJson(const nlohmann::json& json) {
  return {json.at("total"), json.at("judged"), json.at("passed"), json.at("failed")};
}

Report Read(const nlohmann::json& json) {
  Report report;
  report.kind = json.at("kind") == "validation" ? Kind::kValidation : Kind::kCertification;
  const auto& tool = json.at("tool");
  report.tool = {tool.at("name"), tool.value("version", ""), tool.value("commit", "")};
  for (const auto& subject : json.at("subjects"))
    report.subjects.push_back(SubjectFromJson(subject));
  if (json.contains("host")) report.host = std::make_shared<nlohmann::json>(json["host"]);
  report.spec = json.value("spec", "");
  report.started = json.value("started", "");
  report.duration_ms = json.value("durationMs", int64_t{0});
  int passes = 0;
  for (const auto& result : json.at("results")) {
    report.results.push_back(ResultFromJson(result));
    passes += report.results.back().verdict == Verdict::kPass ? 1 : 0;
  }
  report.rules_passed = json.at("summary").value("pass", 0) - passes;
  report.requirements = CountFromJson(json.at("requirements"));
  // Reports of 1.0.0 do not have it.
  if (json.contains("beyond")) report.beyond = CountFromJson(json["beyond"]);
  if (json.contains("run")) report.run = RunFromJson(json["run"]);
  if (json.contains("suite"))
    report.suite = json["suite"].get<std::map<std::string, std::string>>();
  for (const auto& file : json.value("files", nlohmann::json::array()))
    report.files.push_back({file.at("path"), file.at("digest")});
  if (json.contains("unfinished"))
    report.unfinished = Unfinished{json["unfinished"].value("planned", 0)};
  return report;
}

Error Refusal(std::string what, std::string hint) {
  return Failure(ErrorKind::kUnreadable, std::move(what), std::move(hint));
}

// Whether this release knows the kind of document, and the version of its schema.
Result<void> CheckVersion(const nlohmann::json& document) {
  constexpr char kWayOut[] = "pass a file that --report json=PATH or jsonl=PATH wrote";
  if (!document.is_object() || !document.contains("schemaVersion") ||
      !document["schemaVersion"].is_string())
    return Refusal("not a report of loadline: it has no schemaVersion", kWayOut);
  const std::string version = Shortened(document["schemaVersion"].get<std::string>());
  if (!version.starts_with("1."))
    return Refusal("the report has schema version " + version + ", and this release reads 1.x",
                   "read it with the release that wrote it");
  const std::string kind = document.contains("kind") && document["kind"].is_string()
                               ? document["kind"].get<std::string>()
                               : "";
  if (kind == "comparison")
    return Refusal("a comparison, and not a report of one candidate",
                   "pass the reports that it was made of");
  if (kind != "validation" && kind != "certification")
    return Refusal("/kind: \"" + Shortened(kind) + "\" is no kind of report", kWayOut);
  return {};
}

// Whether it has more than so many values; `left` is counted down.
bool HasMoreThan(const nlohmann::json& value, size_t& left) {
  if (left == 0) return true;
  --left;
  if (!value.is_structured()) return false;
  return std::any_of(value.begin(), value.end(),
                     [&](const nlohmann::json& inner) { return HasMoreThan(inner, left); });
}

// What is wrong first, in a document that does not keep to its schema. To list all that may be
// wrong in a large one takes more memory than there is.
Result<std::string> FirstDefect(const nlohmann::json& document) {
  size_t left = kMostValuesToExplain;
  if (HasMoreThan(document, left)) return std::string("it is too large to say where it is not");
  ASSIGN_OR_RETURN(const auto errors, schema::CheckSchema(kSchema, document));
  if (errors.empty()) return std::string("it is not");
  std::string what = errors[0].message;
  if (!errors[0].pointer.empty()) what = errors[0].pointer + ": " + what;
  if (errors.size() > 1) what += " (and " + std::to_string(errors.size() - 1) + " more)";
  return what;
}

// What a newer release added, this one does not know.
std::string WayOut(const nlohmann::json& document) {
  const std::string text = document["schemaVersion"].get<std::string>();
  const auto version = schema::SpecVersion::Parse(text);
  if (!version.has_value() || *version <= schema::SpecVersion::Parse(kReportSchemaVersion).value())
    return "pass it as --report json=PATH or jsonl=PATH wrote it";
  return "it says that its schema is " + Shortened(text) + ", this release knows " +
         kReportSchemaVersion + ": read it with the release that wrote it";
}

Result<void> CheckForm(const nlohmann::json& document) {
  ASSIGN_OR_RETURN(const bool keeps, schema::KeepsToSchema(kSchema, document));
  if (keeps) return {};
  ASSIGN_OR_RETURN(const std::string what, FirstDefect(document));
  return Refusal("not as the schema of reports says: " + Shortened(what), WayOut(document));
}

}  // namespace

nlohmann::ordered_json ToJson(const CheckResult& result) {
  Json json;
  json["id"] = result.id;
  json["title"] = result.title;
  json["verdict"] = ToText(result.verdict);
  json["expected"] = ToText(result.expected);
  json["level"] = schema::ToText(result.level);
  json["requirements"] = result.requirements;
  json["subject"] = result.subject;
  json["message"] = result.message;
  if (result.duration_ms) json["durationMs"] = *result.duration_ms;
  if (result.location) {
    json["location"] = {{"file", result.location->file},
                        {"line", result.location->line},
                        {"column", result.location->column},
                        {"pointer", result.location->pointer}};
  }
  AddText(json, "hint", result.hint);
  AddText(json, "reason", result.reason);
  if (result.sometimes) json["sometimes"] = true;
  if (result.observation) json["observation"] = *result.observation;
  if (result.evidence) json["evidence"] = *result.evidence;
  return json;
}

nlohmann::ordered_json ToJson(const Subject& subject, Kind kind) {
  Json json;
  json[kind == Kind::kValidation ? "path" : "name"] = subject.name;
  json["type"] = subject.type;
  AddText(json, "digest", subject.digest);
  AddText(json, "version", subject.version);
  if (!subject.command.empty()) json["command"] = subject.command;
  json["verdict"] = ToText(subject.verdict);
  return json;
}

nlohmann::ordered_json ToJson(const Report& report) {
  Json json;
  json["schemaVersion"] = kReportSchemaVersion;
  json["kind"] = ToText(report.kind);
  json["tool"] = {
      {"name", report.tool.name}, {"version", report.tool.version}, {"commit", report.tool.commit}};
  json["subjects"] = Json::array();
  for (const Subject& subject : report.subjects)
    json["subjects"].push_back(ToJson(subject, report.kind));
  if (report.host) json["host"] = *report.host;
  AddText(json, "spec", report.spec);
  if (report.run) json["run"] = RunToJson(*report.run);
  if (!report.suite.empty()) json["suite"] = report.suite;
  for (const SubjectFile& file : report.files)
    json["files"].push_back({{"path", file.path}, {"digest", file.digest}});
  json["started"] = report.started;
  json["durationMs"] = report.duration_ms;
  if (report.unfinished) json["unfinished"] = {{"planned", report.unfinished->planned}};
  const Summary summary = Summarize(report);
  for (const Verdict verdict : kVerdicts)
    json["summary"][std::string(ToText(verdict))] = summary[verdict];
  json["summary"]["unexpected"] = summary.unexpected;
  json["results"] = Json::array();
  for (const CheckResult& result : report.results) json["results"].push_back(ToJson(result));
  json["requirements"] = CountToJson(report.requirements);
  if (report.kind == Kind::kCertification) {
    json["beyond"] = CountToJson(report.beyond);
    json["knownFaults"] = DefencesToJson(report);
  }
  return json;
}

Result<Report> ReportFromJson(const nlohmann::json& document, bool counted) {
  RETURN_IF_ERROR(CheckVersion(document));
  RETURN_IF_ERROR(CheckForm(document));
  try {
    Report report = Read(document);
    RETURN_IF_ERROR(CheckConsistency(report, counted ? &document["summary"] : nullptr));
    return report;
  } catch (const std::exception& problem) {  // nlohmann's exceptions end here
    return Refusal(std::string("not a report of loadline: ") + problem.what(),
                   "pass a file that --report json=PATH or jsonl=PATH wrote");
  }
}

}  // namespace loadline::reports
