// SPDX-License-Identifier: Apache-2.0
// Examples of every rule, as data (validator/testdata/rules/<area>.json): documents in which it
// finds exactly what is named and nobody else finds anything, and near misses in which nothing is
// found at all.
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/files.h"
#include "base/temp_dir.h"
#include "validator/validate.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;
using Findings = std::multiset<std::pair<std::string, std::string>>;  // rule, pointer

const std::map<std::string, SubjectType> kTypes = {
    {"config", SubjectType::kConfig},         {"bundle", SubjectType::kBundle},
    {"state", SubjectType::kState},           {"features", SubjectType::kFeatures},
    {"oci-layout", SubjectType::kLayoutFile}, {"index", SubjectType::kIndex},
    {"manifest", SubjectType::kManifest},     {"image-config", SubjectType::kImageConfig},
    {"appc-image", SubjectType::kAppcImage},  {"appc-pod", SubjectType::kAppcPod},
};

// Sound documents, by kind; what examples change (validator/testdata/documents.json).
const Json& Documents() {
  static const Json documents = [] {
    std::ifstream stream(LOADLINE_SOURCE_DIR "/validator/testdata/documents.json");
    return Json::parse(stream);
  }();
  return documents;
}

// Replaces every {"$repeat": n, "of": x} by n copies of x, in which "$index" is the copy's number.
Json Expand(const Json& value, size_t index = 0) {
  if (value == "$index") return index;
  if (value.is_object() && value.contains("$repeat")) {
    Json copies = Json::array();
    for (size_t i = 0; i < value["$repeat"].get<size_t>(); ++i)
      copies.push_back(Expand(value["of"], i));
    return copies;
  }
  Json expanded = value;
  if (value.is_structured()) {
    for (const auto& member : expanded.items()) member.value() = Expand(member.value(), index);
  }
  return expanded;
}

Findings Judge(const std::string& kind, const Json& change, const std::string& spec = "") {
  const SubjectType type = kTypes.at(kind);
  Json document = Documents().at(kind);
  document.merge_patch(Expand(change));
  Judgement judgement;
  if (type == SubjectType::kBundle) {
    const TempDir bundle = TempDir::Make("bundle").value();
    std::filesystem::create_directory(bundle.path() + "/rootfs");
    EXPECT_TRUE(WriteFileAtomically(bundle.path() + "/config.json", document.dump()).has_value());
    judgement = ValidatePath(bundle.path()).value();
  } else {
    ValidateOptions options;
    options.spec = spec;
    judgement = ValidateText("example", document.dump(), type, options);
  }
  Findings found;
  for (const reports::CheckResult& finding : judgement.findings)
    found.emplace(finding.id, finding.location->pointer);
  return found;
}

// The rows of every area, with "document" added to each.
std::vector<Json> Rows() {
  std::vector<Json> rows;
  for (const auto& file :
       std::filesystem::directory_iterator(LOADLINE_SOURCE_DIR "/validator/testdata/rules")) {
    std::ifstream stream(file.path());
    const Json table = Json::parse(stream);
    for (Json row : table["rules"]) {
      row["document"] = table["document"];
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

TEST(RuleExamples, EveryRuleHasItsExamples) {
  std::set<std::string> with_examples;
  for (const Json& row : Rows()) {
    EXPECT_TRUE(with_examples.insert(row["rule"]).second) << row["rule"] << " has two rows";
    EXPECT_FALSE(row["fires"].empty() || row["silent"].empty()) << row["rule"];
    for (const Json& example : row["fires"]) EXPECT_FALSE(example["at"].empty()) << row["rule"];
  }
  std::set<std::string> rules;
  // What a walk reports has its examples among the tampered images.
  for (const Rule& rule : AllRules()) {
    if (rule.check != nullptr) rules.emplace(rule.id);
  }
  EXPECT_EQ(with_examples, rules);
}

TEST(RuleExamples, FireWhereTheySayAndNothingElseDoes) {
  for (const Json& row : Rows()) {
    for (const Json& example : row["fires"]) {
      Findings expected;
      for (const auto& pointer : example["at"]) expected.emplace(row["rule"], pointer);
      const Json also = example.value("also", Json::object());
      for (const auto& other : also.items()) {
        for (const auto& pointer : other.value()) expected.emplace(other.key(), pointer);
      }
      EXPECT_EQ(Judge(row["document"], example["change"], example.value("spec", "")), expected)
          << row["rule"] << " " << example["change"];
    }
  }
}

TEST(RuleExamples, NearMissesAreSound) {
  for (const auto& [kind, type] : kTypes) EXPECT_EQ(Judge(kind, Json::object()), Findings());
  for (const Json& row : Rows()) {
    for (const Json& change : row["silent"])
      EXPECT_EQ(Judge(row["document"], change), Findings()) << row["rule"] << " " << change;
  }
}

// Puts a value of every JSON type at every place of a document: no rule of the area may throw.
void Spoil(const RuleArea& area, const RuleInput& input, Json& place) {
  static const Json kValues[] = {nullptr,    true, -1, 1.5, "", "x", Json::array({Json()}),
                                 {{"a", {}}}};
  struct Nobody : Reporter {
    void Report(std::string, std::string, std::string) override {}
  } nobody;
  if (place.is_structured()) {
    for (const auto& member : place.items()) Spoil(area, input, member.value());
  }
  const Json original = place;
  for (const Json& value : kValues) {
    place = value;
    for (const Rule& rule : area.rules) {
      if (rule.check == nullptr) continue;
      EXPECT_NO_THROW(rule.check(input, nobody)) << rule.id << " " << input.config;
    }
  }
  place = original;
}

TEST(RuleExamples, NoShapeMakesARuleThrow) {
  const auto version = schema::SpecVersion::Parse("1.0.2").value();
  for (const RuleArea& area : RuleAreas()) {
    std::set<std::string_view> ids;
    for (const Rule& rule : area.rules) ids.insert(rule.id);
    for (const Json& row : Rows()) {
      if (ids.count(row["rule"].get<std::string>()) == 0) continue;
      const std::string kind = row["document"];
      Json document = Documents().at(kind);
      document.merge_patch(row["fires"][0]["change"]);
      Spoil(area, {document, kTypes.at(kind), version, "/nowhere"}, document);
    }
  }
}

}  // namespace
}  // namespace loadline::validator
