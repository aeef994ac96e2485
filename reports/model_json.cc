// SPDX-License-Identifier: Apache-2.0
#include "reports/model_json.h"

#include <nlohmann/json.hpp>

#include "reports/defences.h"
#include "reports/run_json.h"

namespace loadline::reports {
namespace {

using Json = nlohmann::ordered_json;

// Adds a member unless it is empty: reports stay small and diffs readable.
void AddText(Json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

Json SubjectToJson(const Subject& subject, Kind kind) {
  Json json;
  json[kind == Kind::kValidation ? "path" : "name"] = subject.name;
  json["type"] = subject.type;
  AddText(json, "digest", subject.digest);
  AddText(json, "version", subject.version);
  if (!subject.command.empty()) json["command"] = subject.command;
  json["verdict"] = ToText(subject.verdict);
  return json;
}

Json ResultToJson(const CheckResult& result) {
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
  return report;
}

}  // namespace

nlohmann::ordered_json ToJson(const Report& report) {
  Json json;
  json["schemaVersion"] = kReportSchemaVersion;
  json["kind"] = ToText(report.kind);
  json["tool"] = {
      {"name", report.tool.name}, {"version", report.tool.version}, {"commit", report.tool.commit}};
  json["subjects"] = Json::array();
  for (const Subject& subject : report.subjects)
    json["subjects"].push_back(SubjectToJson(subject, report.kind));
  if (report.host) json["host"] = *report.host;
  AddText(json, "spec", report.spec);
  if (report.run) json["run"] = RunToJson(*report.run);
  if (!report.suite.empty()) json["suite"] = report.suite;
  for (const SubjectFile& file : report.files)
    json["files"].push_back({{"path", file.path}, {"digest", file.digest}});
  json["started"] = report.started;
  json["durationMs"] = report.duration_ms;
  const Summary summary = Summarize(report);
  for (const Verdict verdict : kVerdicts)
    json["summary"][std::string(ToText(verdict))] = summary[verdict];
  json["summary"]["unexpected"] = summary.unexpected;
  json["results"] = Json::array();
  for (const CheckResult& result : report.results) json["results"].push_back(ResultToJson(result));
  json["requirements"] = CountToJson(report.requirements);
  if (report.kind == Kind::kCertification) {
    json["beyond"] = CountToJson(report.beyond);
    json["knownFaults"] = DefencesToJson(report);
  }
  return json;
}

Result<Report> ReportFromJson(const nlohmann::json& document) {
  try {
    const std::string version = document.at("schemaVersion");
    if (version.substr(0, 2) != std::string(kReportSchemaVersion).substr(0, 2)) {
      return Failure("the report has schema version " + version,
                     "read it with the release that wrote it");
    }
    return Read(document);
  } catch (const std::exception& problem) {  // nlohmann's exceptions end here
    return Failure(std::string("not a report of loadline: ") + problem.what(),
                   "pass a file written by --report json=PATH");
  }
}

}  // namespace loadline::reports
