// SPDX-License-Identifier: Apache-2.0
// Good and bad documents of every schema, as data (schema/testdata): each bad one has one defect
// and must get exactly one error, at its pointer, in plain words.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "schema/schema_set.h"

namespace loadline::schema {
namespace {

using Json = nlohmann::json;

// Like RFC 7386, and {"$literal": x} puts x itself, so that null can be put.
void Change(Json& document, const Json& change) {
  if (!change.is_object()) {
    document = change;
  } else if (change.contains("$literal")) {
    document = change["$literal"];
  } else {
    if (!document.is_object()) document = Json::object();
    for (const auto& member : change.items()) {
      if (member.value().is_null()) {
        document.erase(member.key());
      } else {
        Change(document[member.key()], member.value());
      }
    }
  }
}

std::vector<SchemaError> Check(const Json& table, const Json& row) {
  Json document = table["base"];
  Change(document, row["change"]);
  auto errors = CheckSchema(table["schema"].get<std::string>(), document);
  EXPECT_TRUE(errors.has_value()) << errors.error().ToLine();
  return errors.has_value() ? *errors : std::vector<SchemaError>();
}

std::string Errors(const std::vector<SchemaError>& errors) {
  std::string text;
  for (const SchemaError& error : errors) text += error.pointer + ": " + error.message + "\n";
  return text;
}

TEST(Documents, BadOnesGetOneErrorAndGoodOnesNone) {
  size_t bad = 0;
  const std::string folder = LOADLINE_SOURCE_DIR "/schema/testdata";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path());
    const Json table = Json::parse(file);
    Json everything_good = {{"change", Json::object()}};
    EXPECT_EQ(Errors(Check(table, everything_good)), "") << entry.path();
    for (const Json& row : table["good"])
      EXPECT_EQ(Errors(Check(table, row)), "") << entry.path() << " " << row["name"];
    for (const Json& row : table["bad"]) {
      const auto errors = Check(table, row);
      const std::string where = entry.path().filename().string() + " " + row["name"].dump();
      ++bad;
      EXPECT_EQ(errors.size(), 1u) << where << "\n" << Errors(errors);
      if (errors.empty()) continue;
      EXPECT_EQ(errors[0].pointer, row["pointer"]) << where << "\n" << Errors(errors);
      EXPECT_THAT(errors[0].message, testing::HasSubstr(row["message"].get<std::string>()))
          << where;
    }
  }
  EXPECT_GE(bad, 100u);
}

}  // namespace
}  // namespace loadline::schema
