// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/expectations.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "base/embedded.h"
#include "base/files.h"
#include "conformance/certify.h"
#include "conformance/harness/strict_json.h"
#include "conformance/harness/strict_object.h"
#include "reports/result_key.h"

namespace loadline::embedded {
std::span<const EmbeddedFile> conformance_files();
}

namespace loadline::conformance {
namespace {

using nlohmann::json;
using reports::CheckResult;
using reports::Verdict;

constexpr const char* kCircumstances[] = {"version", "spec", "cgroup", "rootless", "via"};

Result<Expectation> ParseExpectation(const json& entry, const std::string& where) {
  StrictObject object(entry, where);
  Expectation expectation;
  expectation.case_id = object.RequiredText("case");
  const std::string verdict = object.RequiredText("verdict");
  if (const auto parsed = reports::VerdictFromText(verdict)) {
    expectation.verdict = *parsed;
  } else {
    object.Complain("/verdict", "\"" + verdict + "\" is no verdict");
  }
  if (const json* when = object.Object("when")) {
    StrictObject conditions(*when, where + "/when");
    for (const char* key : kCircumstances) {
      if (when->contains(key)) expectation.when[key] = conditions.Text(key, "");
    }
    RETURN_IF_ERROR(conditions.Finish());
  }
  expectation.sometimes = object.Flag("sometimes", false);
  expectation.reason = object.RequiredText("reason");
  expectation.link = object.Text("link", "");
  RETURN_IF_ERROR(object.Finish());
  return expectation;
}

bool Applies(const Expectation& expectation, const Circumstances& circumstances) {
  return std::all_of(expectation.when.begin(), expectation.when.end(), [&](const auto& condition) {
    const auto fact = circumstances.find(condition.first);
    return fact != circumstances.end() && GlobMatches(condition.second, fact->second);
  });
}

std::string WithoutByExec(const std::string& id) {
  constexpr std::string_view kSuffix = "/by-exec";
  return id.ends_with(kSuffix) ? id.substr(0, id.size() - kSuffix.size()) : id;
}

std::string_view EmbeddedText(const std::string& candidate) {
  for (const EmbeddedFile& file : embedded::conformance_files()) {
    if (file.path == "expectations/" + candidate + ".json") return file.content;
  }
  return "";
}

// Nothing is expected of what this host or this candidate cannot show; a defect of ours is never
// expected.
Verdict DefaultExpectation(Verdict verdict) {
  return reports::Judges(verdict) || verdict == Verdict::kError ? Verdict::kPass : verdict;
}

// Under which the report was made.
Circumstances CircumstancesOf(const reports::Report& report) {
  Circumstances circumstances{{"spec", report.spec}, {"via", ""}};
  if (!report.subjects.empty()) circumstances["version"] = report.subjects[0].version;
  if (!report.host || !report.host->is_object()) return circumstances;
  circumstances["rootless"] = report.host->value("rootless", json()) == true ? "true" : "false";
  if (const json layout = report.host->value("cgroup", json()); layout.is_string())
    circumstances["cgroup"] = layout.get<std::string>();
  return circumstances;
}

// Whether a run says anything of what is expected: one of some cases alone says nothing of others.
bool WasAsked(const Expectation& one, const reports::Report& report) {
  return std::any_of(report.results.begin(), report.results.end(), [&](const CheckResult& result) {
    return result.id == "expectations/" + one.case_id ||  // there is no such case any more
           (reports::Judges(result.verdict) &&
            GlobMatches(one.case_id, reports::CaseOf(result.id)));
  });
}

// The entry about a case: its own, or one for many.
const Expectation* FindFor(const std::vector<Expectation>& expectations, const std::string& id) {
  const Expectation* found = nullptr;
  for (const Expectation& one : expectations) {
    if (one.case_id == id) return &one;
    if (found == nullptr && GlobMatches(one.case_id, id)) found = &one;
  }
  return found;
}

json ToEntry(const Expectation& one) {
  json entry = {
      {"case", one.case_id}, {"verdict", reports::ToText(one.verdict)}, {"reason", one.reason}};
  if (!one.link.empty()) entry["link"] = one.link;
  if (!one.when.empty()) entry["when"] = one.when;
  if (one.sometimes) entry["sometimes"] = true;
  return entry;
}

// The entry for a result, with what the old one, if any, says beyond the verdict.
json Rewritten(const CheckResult& result, const Expectation* old) {
  json entry = {{"case", reports::CaseOf(result.id)},
                {"verdict", reports::ToText(result.verdict)},
                {"reason", "not examined yet: " + result.message}};
  if (old == nullptr) return entry;
  entry["reason"] = old->reason;
  if (!old->link.empty()) entry["link"] = old->link;
  if (!old->when.empty()) entry["when"] = old->when;
  if (!old->sometimes) return entry;
  entry["sometimes"] = true;
  if (result.verdict == Verdict::kPass) entry["verdict"] = reports::ToText(old->verdict);
  return entry;
}

}  // namespace

Result<std::vector<Expectation>> ParseExpectations(const std::string& file, std::string_view text) {
  ASSIGN_OR_RETURN(const json document, ParseStrict(file, text));
  StrictObject object(document, file + ": ");
  if (object.Number("schemaVersion").value_or(1) != 1)
    object.Complain("/schemaVersion", "this program knows version 1");
  object.Member("$schema");
  const json* entries = object.Array("expectations");
  if (entries == nullptr) object.Complain("", "\"expectations\" is required");
  RETURN_IF_ERROR(object.Finish());
  std::vector<Expectation> expectations;
  for (size_t i = 0; i < entries->size(); ++i) {
    ASSIGN_OR_RETURN(
        Expectation expectation,
        ParseExpectation((*entries)[i], file + ": /expectations/" + std::to_string(i)));
    expectations.push_back(std::move(expectation));
  }
  return expectations;
}

Result<std::vector<Expectation>> EmbeddedExpectations(const std::string& candidate) {
  const std::string_view text = EmbeddedText(candidate);
  if (text.empty()) return std::vector<Expectation>();
  return ParseExpectations("conformance/expectations/" + candidate + ".json", text);
}

Result<std::vector<Expectation>> ExpectationsOf(const std::string& candidate,
                                                const std::string& file) {
  if (file.empty()) return EmbeddedExpectations(candidate);
  ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  return ParseExpectations(file, text);
}

std::vector<Expectation> Applicable(std::vector<Expectation> expectations,
                                    const Circumstances& circumstances) {
  std::erase_if(expectations, [&](const Expectation& one) { return !Applies(one, circumstances); });
  return expectations;
}

void Expect(const std::vector<Expectation>& applicable, CheckResult& result) {
  result.expected = DefaultExpectation(result.verdict);
  const std::string id = reports::CaseOf(result.id);
  for (const Expectation& expectation : applicable) {
    const bool itself = GlobMatches(expectation.case_id, id);
    if (!itself && !GlobMatches(expectation.case_id, WithoutByExec(id))) continue;
    if (!reports::Judges(result.verdict)) continue;
    result.sometimes = result.sometimes || expectation.sometimes;
    // What the first process lacks, a process of exec may lack too.
    if ((expectation.sometimes || !itself) && result.verdict == Verdict::kPass) continue;
    result.expected = expectation.verdict;
    result.reason = expectation.reason;
    if (result.hint.empty()) result.hint = expectation.link;
    if (result.verdict == Verdict::kPass && expectation.verdict != Verdict::kPass)
      result.message = "passes, though it was expected not to: the expectation is stale";
  }
}

std::vector<CheckResult> StaleEntries(const std::vector<Expectation>& applicable,
                                      const std::vector<std::string>& known_cases) {
  std::vector<CheckResult> stale;
  for (const Expectation& expectation : applicable) {
    const bool known =
        std::any_of(known_cases.begin(), known_cases.end(),
                    [&](const std::string& id) { return GlobMatches(expectation.case_id, id); });
    if (known) continue;
    CheckResult result;
    result.id = "expectations/" + expectation.case_id;
    result.title = "an expectation names a case";
    result.verdict = Verdict::kFail;
    result.message = "there is no case " + expectation.case_id + ": the expectation is stale";
    result.hint = "`loadline expect` rewrites the file";
    // Several entries may name it, for different circumstances.
    if (std::none_of(stale.begin(), stale.end(),
                     [&](const CheckResult& other) { return other.id == result.id; }))
      stale.push_back(std::move(result));
  }
  return stale;
}

bool GlobMatches(std::string_view glob, std::string_view text) {
  size_t star = std::string_view::npos;
  size_t mark = 0;
  size_t g = 0;
  size_t t = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      mark = t;
    } else if (g < glob.size() && glob[g] == text[t]) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

Result<std::string> RewriteExpectations(const reports::Report& report,
                                        const std::string& previous) {
  const std::string candidate = report.subjects.empty() ? "" : report.subjects[0].name;
  const std::string text = previous.empty() ? std::string(EmbeddedText(candidate)) : previous;
  std::vector<Expectation> before;
  if (!text.empty()) {
    ASSIGN_OR_RETURN(before, ParseExpectations("the present expectations", text));
  }
  json entries = json::array();
  std::vector<Expectation> applying;
  for (Expectation& one : before) {
    if (!Applies(one, CircumstancesOf(report)) || !WasAsked(one, report)) {
      entries.push_back(ToEntry(one));
    } else {
      applying.push_back(std::move(one));
    }
  }
  for (const CheckResult& result : report.results) {
    if (!reports::Judges(result.verdict) || result.id.starts_with("expectations/")) continue;
    const std::string id = reports::CaseOf(result.id);
    const Expectation* old = FindFor(applying, id);
    const Expectation* first = old == nullptr ? FindFor(applying, WithoutByExec(id)) : nullptr;
    // What the first process lacks, a process of exec may lack too: one entry says both.
    if (first != nullptr && first->verdict == result.verdict) continue;
    if (result.verdict != Verdict::kPass || (old != nullptr && old->sometimes))
      entries.push_back(Rewritten(result, old));
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const json& a, const json& b) { return a["case"] < b["case"]; });
  return json{{"schemaVersion", 1}, {"expectations", entries}}.dump(
             2, ' ', false, json::error_handler_t::replace) +
         "\n";
}

}  // namespace loadline::conformance
