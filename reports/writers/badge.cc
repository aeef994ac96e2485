// SPDX-License-Identifier: Apache-2.0
// The badge format: what an endpoint badge of shields.io shows (its schema 1).
#include <nlohmann/json.hpp>

#include "reports/conclusion.h"
#include "reports/json_output.h"
#include "reports/parity/comparison.h"
#include "reports/plain_text.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostOfABadge = 80;  // bytes of either half: a badge is one small line

std::string ColourOf(Verdict mood) {
  return mood == Verdict::kPass ? "brightgreen" : mood == Verdict::kWarn ? "yellow" : "red";
}

std::string Text(const std::string& label, const std::string& message, Verdict mood) {
  Json badge{{"schemaVersion", 1},
             {"label", Shortened(label, kMostOfABadge)},
             {"message", Shortened(message, kMostOfABadge)},
             {"color", ColourOf(mood)}};
  if (mood == Verdict::kFail) badge["isError"] = true;  // so that no colour of a page's hides it
  return WriteJson(badge, 2);
}

std::string Write(const Report& report, const WriterOptions&) {
  if (report.subjects.size() == 1) {
    const Subject& subject = report.subjects[0];
    const Conclusion conclusion = Conclude(report, subject);
    const bool versioned = !subject.version.empty();
    return Text(subject.name + (versioned ? " " : "") + subject.version, conclusion.words,
                conclusion.mood);
  }
  size_t fine = 0;
  Verdict mood = Verdict::kPass;
  for (const Subject& subject : report.subjects) {
    const Verdict its = Conclude(report, subject).mood;
    fine += its == Verdict::kPass ? 1 : 0;
    if (its == Verdict::kFail || mood == Verdict::kPass) mood = its;
  }
  return Text("loadline",
              std::to_string(fine) + " of " + std::to_string(report.subjects.size()) + " sound",
              mood);
}

std::string WriteComparison(const Comparison& comparison, const WriterOptions&) {
  std::string label;
  for (const std::string& name : comparison.names) label += (label.empty() ? "" : ", ") + name;
  // Those that were not asked do not differ.
  for (const Report& report : comparison.reports) {
    if (report.unfinished) return Text(label, "not finished", Verdict::kWarn);
  }
  const int differences = comparison.Count(Agreement::kDiffer);
  return Text(label,
              Plural(differences, "difference") + " in " +
                  Plural(static_cast<int>(comparison.rows.size()), "check"),
              differences == 0 ? Verdict::kPass : Verdict::kWarn);
}

}  // namespace

Writer BadgeWriter() {
  return {"badge", "an endpoint badge of shields.io", Write, WriteComparison};
}

}  // namespace loadline::reports
