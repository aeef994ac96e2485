// SPDX-License-Identifier: Apache-2.0
// What the writer makes is what schema/loadline/report.json promises to those who script against
// it, and the schema notices when it is not.
#include <nlohmann/json.hpp>

#include "reports/model_json.h"
#include "reports/sample_report.h"
#include "schema/schema_set.h"

namespace loadline::reports {
namespace {

using nlohmann::json;

json Written(const Report& report) {
  return json::parse(ToJson(report).dump(-1, ' ', false, json::error_handler_t::replace));
}

// One line per defect.
std::string Defects(const json& document) {
  const auto errors = schema::CheckSchema("loadline/report.json", document);
  if (!errors.has_value()) return errors.error().ToLine();
  std::string text;
  for (const schema::SchemaError& error : *errors)
    text += error.pointer + ": " + error.message + "\n";
  return text;
}

TEST(ReportSchema, HoldsForWhatIsWritten) {
  EXPECT_EQ(Defects(Written(SampleCertification())), "");
  EXPECT_EQ(Defects(Written(SampleValidation())), "");
}

// Every object of a report whose members are the writer's own, with the members that may be absent.
struct Place {
  const char* pointer;
  std::set<std::string> optional;
};

std::vector<Place> PlacesOf(const Report& report) {
  std::vector<Place> places = {
      {"", report.kind == Kind::kValidation ? std::set<std::string>{"host", "spec"}
                                            : std::set<std::string>{"beyond", "knownFaults"}},
      {"/tool", {}},
      {"/summary", {}},
      {"/requirements", {}},
      {"/subjects/0", {"digest", "version", "command"}},
      {"/results/1", {"durationMs", "location", "hint", "reason", "observation", "evidence"}}};
  if (report.kind == Kind::kValidation) places.push_back({"/results/0/location", {}});
  return places;
}

TEST(ReportSchema, RefusesAMissingMember) {
  for (const Report& report : {SampleCertification(), SampleValidation()}) {
    const json written = Written(report);
    for (const Place& place : PlacesOf(report)) {
      for (const auto& member : written.at(json::json_pointer(place.pointer)).items()) {
        json changed = written;
        changed.at(json::json_pointer(place.pointer)).erase(member.key());
        EXPECT_EQ(Defects(changed).empty(), place.optional.contains(member.key()))
            << place.pointer << " without " << member.key() << "\n"
            << Defects(changed);
      }
    }
  }
}

TEST(ReportSchema, RefusesAMisspeltMember) {
  for (const Report& report : {SampleCertification(), SampleValidation()}) {
    const json written = Written(report);
    for (const Place& place : PlacesOf(report)) {
      json changed = written;
      changed.at(json::json_pointer(place.pointer))["verdikt"] = "pass";
      EXPECT_EQ(Defects(changed),
                std::string(place.pointer) + ": there is no property \"verdikt\" here\n");
    }
  }
}

TEST(ReportSchema, RefusesValuesThatNobodyWrites) {
  const json written = Written(SampleCertification());
  const std::pair<const char*, json> changes[] = {{"/schemaVersion", "2.0.0"},
                                                  {"/kind", "opinion"},
                                                  {"/summary/pass", -1},
                                                  {"/durationMs", "long"},
                                                  {"/started", "yesterday"},
                                                  {"/subjects/0/digest", "sha256:00"},
                                                  {"/results/1/verdict", "passed"},
                                                  {"/results/1/level", "must"}};
  for (const auto& [pointer, value] : changes) {
    json changed = written;
    changed.at(json::json_pointer(pointer)) = value;
    EXPECT_THAT(Defects(changed), testing::HasSubstr(std::string(pointer) + ": ")) << pointer;
  }
}

TEST(ReportSchema, ACandidateHasANameAndADocumentAPath) {
  json changed = Written(SampleCertification());
  changed["kind"] = "validation";
  EXPECT_NE(Defects(changed), "");
  changed = Written(SampleValidation());
  changed["kind"] = "certification";
  EXPECT_NE(Defects(changed), "");
}

}  // namespace
}  // namespace loadline::reports
