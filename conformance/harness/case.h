// SPDX-License-Identifier: Apache-2.0
// Case: one dynamic check of one behaviour, as declared in conformance/cases (INTERPRETING.md says
// what the parts mean).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "conformance/harness/check.h"

namespace loadline::conformance {

using Json = nlohmann::json;

enum class Fails { kNo, kHere, kByStart, kPerhaps };

struct Step {
  std::string verb;
  std::string container;          // label; empty: the main container
  std::string as;                 // label of what the step leaves in the observation, never empty
  Json options = Json::object();  // the verb's own keys
  Json then;                      // expectation directly after the step; null: none
  Fails fails = Fails::kNo;
  Json control;             // change under which the step succeeds; null: none
  std::vector<Step> steps;  // of `together`
  int succeed = 0;          // how many of them must succeed
  bool aside = false;       // how it goes is the business of those alone who look at what it left
};

struct Case : Check {
  Json config = Json::object();
  Json patch = Json::array();
  Json fixtures = Json::array();
  std::vector<Step> steps;
  Json expect;         // null: none
  std::string file;    // of a foreign one with line and column
  std::string source;  // the declaration as JSON text
};

// Reads the steps of a case or of a control; labels are filled in. An error names the pointer.
Result<std::vector<Step>> ParseSteps(const Json& steps);
// The steps create, start, wait and delete.
std::vector<Step> DefaultSteps();

// Reads one declaration and expands its table. Requirements are looked up in the ledgers, which
// gives level and versions. An error names case and pointer.
Result<std::vector<Case>> ParseCase(const Json& declaration);

// Whose a text is. Of our own the tests know that it matches its schema and can be carried out.
enum class Origin { kOwn, kForeign };

// Reads a text {"schemaVersion": 1, "cases": […]}; `file` is for messages, which name line and
// column.
Result<std::vector<Case>> ParseCases(const std::string& file, std::string_view text,
                                     Origin origin = Origin::kForeign);

// The embedded cases, or those of all *.json files below the directories; sorted by id, ids unique.
Result<std::vector<Case>> LoadCases(const std::vector<std::string>& directories = {});

}  // namespace loadline::conformance
