// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/case.h"

#include <algorithm>
#include <array>
#include <map>

#include "conformance/harness/expect.h"
#include "conformance/harness/placeholder.h"
#include "conformance/harness/strict_object.h"

namespace loadline::conformance {
namespace {

// The verbs and the keys of their own.
struct Verb {
  std::string_view name;
  std::array<const char*, 2> keys;
};
constexpr Verb kVerbs[] = {
    {"create", {"without", "umask"}},
    {"start", {"without", "umask"}},
    {"state", {"without"}},
    {"kill", {"signal", "without"}},
    {"delete", {"force", "without"}},
    {"features", {"stranger"}},
    {"exec", {"process"}},
    {"update", {"resources"}},
    {"pause", {}},
    {"resume", {}},
    {"edit", {"config", "patch"}},
    {"tell", {"message"}},
    {"wait", {}},
    {"together", {}},
};

const Verb* FindVerb(std::string_view name) {
  for (const Verb& verb : kVerbs) {
    if (verb.name == name) return &verb;
  }
  return nullptr;
}

Fails ParseFails(StrictObject& object) {
  const Json* fails = object.Member("fails");
  if (fails == nullptr || *fails == false) return Fails::kNo;
  if (*fails == true) return Fails::kHere;
  if (*fails == "by-start") return Fails::kByStart;
  if (*fails == "perhaps") return Fails::kPerhaps;
  object.Complain("/fails", "true, \"by-start\" or \"perhaps\" is expected");
  return Fails::kNo;
}

using LabelCounts = std::map<std::string, int>;

Result<std::vector<Step>> ParseStepList(const Json& steps, const std::string& where,
                                        LabelCounts& counts);

Result<void> CheckControl(const Json& control, const std::string& where) {
  StrictObject object(control, where);
  object.Object("config");
  object.Array("patch");
  object.Array("fixtures");
  if (const Json* steps = object.Array("steps")) {
    LabelCounts counts;
    RETURN_IF_ERROR(ParseStepList(*steps, where + "/steps", counts));
  }
  return object.Finish();
}

// What the interpreter takes for granted.
void CheckOptions(const Step& step, StrictObject& object) {
  if (const auto without = step.options.find("without"); without != step.options.end()) {
    const bool known = without->is_array() &&
                       std::all_of(without->begin(), without->end(), [&step](const Json& name) {
                         return name == "id" || (name == "bundle" && step.verb == "create");
                       });
    if (!known)
      object.Complain("/without", "a list of \"id\" and, of create, \"bundle\" is expected");
  }
  if (const auto umask = step.options.find("umask"); umask != step.options.end()) {
    if (!umask->is_string()) object.Complain("/umask", "an octal number in a string is expected");
  }
}

Result<Step> ParseStep(const Json& declared, const std::string& where, LabelCounts& counts) {
  const Json as_object = declared.is_string() ? Json{{"do", declared}} : declared;
  StrictObject object(as_object, where);
  Step step;
  step.verb = object.RequiredText("do");
  const Verb* verb = FindVerb(step.verb);
  if (verb == nullptr)
    return Failure(where + ": \"" + step.verb + "\" is no step", "INTERPRETING.md lists the verbs");
  step.container = object.Text("id", "");
  const int count = ++counts[step.verb];
  step.as = object.Text("as", count == 1 ? step.verb : step.verb + std::to_string(count));
  for (const char* key : verb->keys) {
    if (key == nullptr) continue;
    if (const Json* value = object.Member(key)) step.options[key] = *value;
  }
  CheckOptions(step, object);
  if (const Json* then = object.Object("then")) step.then = *then;
  step.fails = ParseFails(object);
  if (const Json* control = object.Object("control")) {
    step.control = *control;
    RETURN_IF_ERROR(CheckControl(*control, where + "/control"));
  }
  if (step.fails != Fails::kNo && step.control.is_null())
    object.Complain("", "a step with \"fails\" needs a \"control\"");
  if (step.fails == Fails::kNo && !step.control.is_null())
    object.Complain("", "a \"control\" is for a step with \"fails\"");
  if (step.fails == Fails::kByStart && step.verb != "create")
    object.Complain("/fails", "\"by-start\" is for create");
  if (step.verb == "together") {
    const Json* steps = object.Array("steps");
    const auto succeed = object.Number("succeed");
    if (steps == nullptr || !succeed) {
      object.Complain("", "together needs \"steps\" and \"succeed\"");
    } else {
      step.succeed = static_cast<int>(*succeed);
      ASSIGN_OR_RETURN(step.steps, ParseStepList(*steps, where + "/steps", counts));
    }
  }
  RETURN_IF_ERROR(object.Finish());
  return step;
}

Result<std::vector<Step>> ParseStepList(const Json& steps, const std::string& where,
                                        LabelCounts& counts) {
  std::vector<Step> parsed;
  for (size_t i = 0; i < steps.size(); ++i) {
    ASSIGN_OR_RETURN(Step step, ParseStep(steps[i], where + "/" + std::to_string(i), counts));
    parsed.push_back(std::move(step));
  }
  return parsed;
}

bool IsId(const std::string& id) {
  if (id.empty() || id.front() == '/' || id.back() == '/') return false;
  return id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-/.") == std::string::npos;
}

// One case whose table has been expanded.
Result<Case> ParseRow(const Json& declaration, const std::string& id) {
  StrictObject object(declaration, "");
  Case parsed;
  object.Member("id");
  parsed.id = id;
  parsed.title = object.RequiredText("title");
  parsed.requirements = object.Texts("requirements");
  parsed.needs = object.Texts("needs");
  if (const Json* config = object.Object("config")) parsed.config = *config;
  if (const Json* patch = object.Array("patch")) parsed.patch = *patch;
  if (const Json* fixtures = object.Array("fixtures")) parsed.fixtures = *fixtures;
  if (const Json* expect = object.Object("expect")) parsed.expect = *expect;
  if (const Json* steps = object.Array("steps")) {
    LabelCounts counts;
    ASSIGN_OR_RETURN(parsed.steps, ParseStepList(*steps, "/steps", counts));
  } else {
    parsed.steps = DefaultSteps();
  }
  bool judges = !parsed.expect.is_null();
  for (const Step& step : parsed.steps)
    judges = judges || !step.then.is_null() || step.fails != Fails::kNo || step.verb == "together";
  if (!judges) object.Complain("", "nothing is expected: no \"expect\", \"then\" or \"fails\"");
  RETURN_IF_ERROR(CheckExpectation(parsed.expect, "/expect"));
  for (size_t i = 0; i < parsed.steps.size(); ++i)
    RETURN_IF_ERROR(
        CheckExpectation(parsed.steps[i].then, "/steps/" + std::to_string(i) + "/then"));
  RETURN_IF_ERROR(object.Finish());
  RETURN_IF_ERROR(LookUpRequirements(parsed));
  return parsed;
}

}  // namespace

Result<std::vector<Step>> ParseSteps(const Json& steps) {
  LabelCounts counts;
  return ParseStepList(steps, "", counts);
}

std::vector<Step> DefaultSteps() {
  return ParseSteps(Json::array({"create", "start", "wait", "delete"})).value();
}

Result<std::vector<Case>> ParseCase(const Json& declaration) {
  std::string id;
  if (declaration.is_object()) {
    const auto found = declaration.find("id");
    if (found != declaration.end() && found->is_string()) id = found->get<std::string>();
  }
  if (!IsId(id)) return Failure("a case needs an \"id\" of lower-case words, '-' and '/'");
  Json rows = Json::array({Json::object()});
  const auto each = declaration.find("each");
  if (each != declaration.end()) rows = *each;
  if (!rows.is_array() || rows.empty()) return Failure(id + ": /each: a list of rows is expected");
  Json common = declaration;
  common.erase("each");
  std::vector<Case> cases;
  for (const Json& row : rows) {
    std::string row_id = id;
    Placeholders placeholders{Json::object(), true};
    if (each != declaration.end()) {
      if (!row.is_object() || !row.contains("row") || !row["row"].is_string() ||
          !IsId(row["row"].get<std::string>()))
        return Failure(id + ": /each: every row needs a \"row\", a word in lower case");
      row_id += "/" + row["row"].get<std::string>();
      for (const auto& member : row.items())
        placeholders.values["each." + member.key()] = member.value();
    }
    ASSIGN_OR_RETURN(const Json expanded, Expand(common, placeholders));
    if (expanded.dump().find("${each.") != std::string::npos)
      return Failure(row_id + ": a placeholder ${each.…} has no value in this row");
    auto parsed = ParseRow(expanded, row_id);
    if (!parsed) {
      Error error = parsed.error();
      error.what = row_id + ": " + error.what;
      return error;
    }
    parsed->source = declaration.dump(2);
    cases.push_back(std::move(*parsed));
  }
  return cases;
}

}  // namespace loadline::conformance
