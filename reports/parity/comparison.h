// SPDX-License-Identifier: Apache-2.0
// Comparison: the reports of several candidates side by side, a row per check.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "reports/model.h"
#include "reports/parity/figure.h"
#include "reports/parity/properties.h"
#include "reports/writer.h"

namespace loadline::reports {

// What one candidate's report says of one check.
struct ParityCell {
  const CheckResult* result = nullptr;  // null: it was not asked
  std::optional<Figure> figure;
  // The word to show: the verdict, or the parity of a figure.
  std::string Word() const;
  bool Judged() const;  // it says something about the candidate
};

// How the candidates that were asked stand to each other.
enum class Agreement {
  kDiffer,  // two were judged, and not alike
  kPartly,  // those that were judged are alike, and some could not be
  kSame,
};

struct ParityRow {
  std::string id;  // without version
  std::string title;
  std::string area;
  std::vector<std::string> requirements;
  std::vector<ParityCell> cells;  // one per candidate
  Agreement agreement = Agreement::kSame;
  bool HasFigure() const;
};

struct AreaCount {
  std::string area;
  struct Count {
    int passed = 0;
    int judged = 0;
  };
  std::vector<Count> counts;  // one per candidate
};

struct Comparison {
  Tool tool;
  std::string started;
  std::vector<std::string> names;  // of the candidates, each once
  std::vector<Report> reports;     // one per candidate, in the order asked for
  std::vector<ParityRow> rows;     // those that differ first, then those partly judged, then by id
  std::vector<AreaCount> areas;    // by name, those beyond the standard first
  std::vector<PropertyRow> properties;  // those in which the candidates differ first
  int Count(Agreement agreement) const;
};

// An error when a report is no certification of one candidate.
Result<Comparison> Compare(std::vector<Report> reports);

// The reports as one whose subjects are the candidates, for formats that know tests and suites: a
// result per check and candidate.
Report AllCandidates(const Comparison& comparison);

// "differ", "partly judged", "same": the words of every format.
std::string_view ToText(Agreement agreement);
// "3 differences in 500 properties; …"
std::string CountsText(const Comparison& comparison);

// What formats of their own make of it; writers/ has the others.
std::string ComparisonText(const Comparison& comparison, const WriterOptions& options);
// schema/loadline/comparison.json
nlohmann::ordered_json ToJson(const Comparison& comparison);
std::string ComparisonHtml(const Comparison& comparison, bool verbose);
// A summary of at most so many bytes.
std::string ComparisonMarkdown(const Comparison& comparison, size_t most);

}  // namespace loadline::reports
