// SPDX-License-Identifier: Apache-2.0
// The tap14 format: TAP 14, with a subtest for each subject and, of a certification, one for each
// area in it. (Harnesses that know TAP 13 alone refuse it: `tap` is for them.)
#include <map>

#include "reports/parity/comparison.h"
#include "reports/tap_text.h"
#include "reports/unfinished.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

// Test points at one level: their text, and how they stand together.
class Points {
 public:
  explicit Points(std::string indent) : indent_(std::move(indent)) {}

  void Add(const CheckResult& result) {
    text_ += TapPoint(result, ++number_, indent_);
    ok_ = ok_ && (IsOk(result) || !TapDirective(result).empty());
  }
  // A point that stands for others, which it shows first, if there are any.
  void Add(const std::string& name, const Points& others, bool ok) {
    if (others.number_ > 0)
      text_ += indent_ + "# Subtest: " + TapDescription(name) + "\n" + others.ToText();
    text_ += indent_ + (ok ? "ok " : "not ok ") + std::to_string(++number_) + " - " +
             TapDescription(name) + "\n";
    ok_ = ok_ && ok;
  }
  bool ok() const { return ok_; }
  std::string ToText() const { return text_ + indent_ + "1.." + std::to_string(number_) + "\n"; }
  std::string Deeper() const { return indent_ + "    "; }

 private:
  std::string indent_;
  std::string text_;
  size_t number_ = 0;
  bool ok_ = true;
};

// Every result once: a subject that stands there twice shows its results the first time.
using BySubject = std::map<std::string_view, std::vector<const CheckResult*>>;

Points OfSubject(const std::vector<const CheckResult*>& results, Kind kind,
                 const std::string& indent) {
  Points points(indent);
  if (kind == Kind::kValidation) {
    for (const CheckResult* result : results) points.Add(*result);
    return points;
  }
  std::map<std::string, Points> areas;
  for (const CheckResult* result : results)
    areas.try_emplace(AreaOf(result->id), points.Deeper()).first->second.Add(*result);
  for (const auto& [area, inner] : areas) points.Add(area, inner, inner.ok());
  return points;
}

std::string Write(const Report& given, const WriterOptions&) {
  const Report report = WithUnfinishedAsResult(given);
  BySubject results;
  for (const CheckResult& result : report.results) results[result.subject].push_back(&result);
  Points points("");
  for (const Subject& subject : report.subjects) {
    const Points inner = OfSubject(results[subject.name], report.kind, points.Deeper());
    // A fail level may let pass what the findings say.
    const bool ok =
        report.kind == Kind::kValidation ? subject.verdict == Verdict::kPass : inner.ok();
    points.Add(subject.name, inner, ok);
    results.erase(subject.name);
  }
  for (const auto& [name, left] : results) {
    const Points inner = OfSubject(left, report.kind, points.Deeper());
    if (!left.empty()) points.Add("the run", inner, inner.ok());
  }
  return "TAP version 14\n" + points.ToText();
}

std::string WriteComparison(const Comparison& comparison, const WriterOptions& options) {
  return Write(AllCandidates(comparison), options);
}

}  // namespace

Writer Tap14Writer() {
  return {"tap14", "TAP 14, with a subtest per area", Write, WriteComparison};
}

}  // namespace loadline::reports
