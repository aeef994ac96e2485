// SPDX-License-Identifier: Apache-2.0
// Writes what certificate.h reads.
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "reports/certificates/canonical_json.h"
#include "reports/certificates/certificate.h"
#include "reports/parity/figure.h"
#include "schema/ledger.h"

namespace loadline::reports::certificates {
namespace {

using nlohmann::json;

// in-toto writes the algorithm as the member's name.
json DigestSet(const std::string& digest) {
  const size_t colon = digest.find(':');
  return {{digest.substr(0, colon), digest.substr(colon + 1)}};
}

json SubjectsOf(const Claims& claims) {
  json subjects = json::array();
  for (const SubjectFile& file : claims.report->files)
    subjects.push_back({{"name", file.path}, {"digest", DigestSet(file.digest)}});
  // The program of a candidate stands among its files.
  for (const Subject& subject : claims.report->subjects) {
    if (claims.report->files.empty())
      subjects.push_back({{"name", subject.name}, {"digest", DigestSet(subject.digest)}});
  }
  for (const SubjectFile& part : claims.parts)
    subjects.push_back({{"name", part.path}, {"digest", DigestSet(part.digest)}});
  return subjects;
}

// What judged, as resources that in-toto knows.
json ConfigurationOf(const Report& report) {
  json configuration = json::array();
  for (const auto& [name, digest] : report.suite)
    configuration.push_back({{"name", name}, {"digest", DigestSet(digest)}});
  return configuration;
}

json ExceptionsToJson(const std::vector<Exception>& exceptions) {
  json list = json::array();
  for (const Exception& one : exceptions) {
    json entry = {{"result", one.result},
                  {"verdict", ToText(one.verdict)},
                  {"requirements", one.requirements},
                  {"message", one.message},
                  {"reason", one.reason}};
    if (one.sometimes) entry["sometimes"] = true;
    list.push_back(std::move(entry));
  }
  return list;
}

json ResultsOf(const json& document) {
  json list = json::array();
  for (const json& result : document.at("results")) {
    json entry = {{"id", result.at("id")},
                  {"verdict", result.at("verdict")},
                  {"sha256", DigestOfResult(result)}};
    if (result.value("sometimes", false)) entry["sometimes"] = true;
    list.push_back(std::move(entry));
  }
  return list;
}

// Ratios to the native time, with their intervals and the seed that these were drawn with.
json FiguresOf(const Report& report) {
  json figures = json::array();
  for (const CheckResult& result : report.results) {
    const auto figure = FigureOf(result);
    if (!figure) continue;
    const json& measured = (*result.evidence)["measured"];
    json entry = {{"id", result.id}};
    for (const char* member : {"ratio", "low", "high"}) entry[member] = measured[member];
    if (figure->margin) entry["margin"] = measured["margin"];
    if (!figure->parity.empty()) entry["parity"] = figure->parity;
    if (measured.contains("seed") && measured["seed"].is_number_integer())
      entry["seed"] = measured["seed"];
    figures.push_back(std::move(entry));
  }
  return figures;
}

json RequirementsOf(const Conformity& conformity) {
  json list = json::array();
  for (const RequirementStanding& one : conformity.requirements) {
    json entry = {
        {"id", one.id}, {"level", schema::ToText(one.level)}, {"verdict", ToText(one.standing)}};
    if (!one.why.empty()) entry["why"] = one.why;
    list.push_back(std::move(entry));
  }
  return list;
}

json CountsOf(const Report& report) {
  const Summary summary = Summarize(report);
  json counts;
  for (const Verdict verdict : kVerdicts) counts[std::string(ToText(verdict))] = summary[verdict];
  counts["unexpected"] = summary.unexpected;
  return counts;
}

json EnvironmentOf(const Report& report) {
  json environment = json::object();
  if (!report.host) return environment;
  for (const char* member : {"kernel", "architecture", "distribution", "cgroup", "rootless",
                             "processors", "available", "missing", "standsIn"}) {
    if (report.host->contains(member)) environment[member] = report.host->at(member);
  }
  return environment;
}

json SubjectToJson(const Subject& subject) {
  json entry = {{"name", subject.name}, {"type", subject.type}, {"digest", subject.digest}};
  if (!subject.version.empty()) entry["version"] = subject.version;
  if (!subject.command.empty()) entry["command"] = subject.command;
  return entry;
}

json EvidenceToJson(const EvidenceFile& file) {
  return {{"name", file.name}, {"digest", file.digest}, {"size", file.size}};
}

json CoverageToJson(const Coverage& musts) {
  return {{"total", musts.total},   {"judgeable", musts.judgeable},
          {"judged", musts.judged}, {"passed", musts.passed},
          {"failed", musts.failed}, {"floorPercent", kFloorPercent}};
}

json Ours(const Claims& claims) {
  const Report& report = *claims.report;
  const Conformity& conformity = *claims.conformity;
  json ours = {{"schemaVersion", "1.0.0"},
               {"kind", ToText(report.kind)},
               {"conformity", conformity.Word()},
               {"issued", ToText(claims.issued)},
               {"notBefore", ToText(claims.issued)},
               {"notAfter", ToText(claims.not_after)},
               {"judged", report.started},
               {"judgedBy", {{"version", report.tool.version}, {"commit", report.tool.commit}}},
               {"signedBy", {{"version", claims.signer.version}, {"commit", claims.signer.commit}}},
               {"suite", report.suite},
               {"counts", CountsOf(report)},
               {"results", ResultsOf(*claims.document)},
               {"report", EvidenceToJson(claims.report_file)},
               {"evidence", json::array()},
               {"subjects", json::array()}};
  for (const Subject& subject : report.subjects) ours["subjects"].push_back(SubjectToJson(subject));
  for (const EvidenceFile& file : claims.evidence) ours["evidence"].push_back(EvidenceToJson(file));
  if (report.kind == Kind::kValidation) return ours;
  ours["standard"] = {{"name", "oci-runtime"}, {"version", report.spec}};
  ours["environment"] = EnvironmentOf(report);
  ours["run"] = {{"batteries", report.run->batteries}, {"sampled", report.run->sampled}};
  ours["exceptions"] = ExceptionsToJson(conformity.exceptions);
  ours["beyond"] = ExceptionsToJson(conformity.beyond);
  ours["musts"] = CoverageToJson(conformity.musts);
  ours["requirements"] = RequirementsOf(conformity);
  ours["figures"] = FiguresOf(report);
  return ours;
}

}  // namespace

std::string DigestOfResult(const json& result) {
  return Sha256(CanonicalText(result)).substr(std::string_view("sha256:").size());
}

std::string MakeStatement(const Claims& claims) {
  json predicate = {{"result", claims.conformity->exceptions.empty() ? "PASSED" : "WARNED"},
                    {"configuration", ConfigurationOf(*claims.report)},
                    {"passedTests", json::array()},
                    {"warnedTests", json::array()},
                    {"failedTests", json::array()},
                    {kExtension, Ours(claims)}};
  for (const CheckResult& result : claims.report->results) {
    if (!Judges(result.verdict)) continue;
    const char* list = result.verdict == Verdict::kPass   ? "passedTests"
                       : result.verdict == Verdict::kWarn ? "warnedTests"
                                                          : "failedTests";
    predicate[list].push_back(result.id);
  }
  return CanonicalText({{"_type", kStatementType},
                        {"subject", SubjectsOf(claims)},
                        {"predicateType", kPredicateType},
                        {"predicate", std::move(predicate)}});
}

}  // namespace loadline::reports::certificates
