// SPDX-License-Identifier: Apache-2.0
#include "reports/parity/properties.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

#include "reports/parity/comparison.h"
#include "reports/parity/triangle_parts.h"

namespace loadline::reports {
namespace {

constexpr std::string_view kBeyond = "loadline/";

// The mean of logarithms, so that twice as slow and twice as fast make one.
class GeometricMean {
 public:
  void Add(const Figure& figure) {
    ratio_ += std::log(figure.ratio);
    low_ += std::log(figure.low);
    high_ += std::log(figure.high);
    ++count_;
    worse_ |= figure.parity == "worse";
    unsure_ |= figure.parity == "inconclusive";
  }
  std::optional<Figure> Take() const {
    if (count_ == 0) return std::nullopt;
    Figure figure;
    figure.ratio = std::exp(ratio_ / count_);
    figure.low = std::exp(low_ / count_);
    figure.high = std::exp(high_ / count_);
    figure.parity = worse_ ? "worse" : unsure_ ? "inconclusive" : "equivalent";
    return figure;
  }

 private:
  double ratio_ = 0;
  double low_ = 0;
  double high_ = 0;
  int count_ = 0;
  bool worse_ = false;  // one of them is
  bool unsure_ = false;
};

bool IsAbout(const ParityRow& row, const Property& property) {
  return row.id.starts_with(kBeyond) &&
         std::find(property.areas.begin(), property.areas.end(), row.area) != property.areas.end();
}

// A figure that is worse is a failed SHOULD, and what the property is about; another one is not
// held against anybody.
void Count(const ParityCell& cell, size_t row, PropertyCell& counts) {
  const Verdict verdict = cell.result->verdict;
  if (!cell.Judged()) {
    const bool unsure = cell.Word() == "inconclusive" || verdict == Verdict::kError;
    ++(unsure ? counts.unsure : counts.left);
  } else if (verdict == Verdict::kPass) {
    ++counts.passed;
  } else if (verdict == Verdict::kWarn && !cell.figure) {
    ++counts.warned;
  } else {
    ++counts.failed;
    counts.against.push_back(row);
  }
}

Standing StandingOf(const PropertyCell& cell) {
  if (cell.failed > 0) return Standing::kFails;
  if (cell.Judged() > 0 && cell.unsure == 0) return Standing::kHolds;
  // What noise hides is not shown.
  return cell.Judged() + cell.unsure + cell.left > 0 ? Standing::kOpen : Standing::kNotAsked;
}

std::vector<size_t> RowsAbout(const std::vector<ParityRow>& rows, const Property& property) {
  std::vector<size_t> about;
  for (size_t row = 0; row < rows.size(); ++row) {
    if (IsAbout(rows[row], property)) about.push_back(row);
  }
  return about;
}

std::string Ratio(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 20 ? "%.2f" : "%.0f", value);
  return text;
}

}  // namespace

const std::vector<Property>& Properties() {
  static const std::vector<Property> properties = {
      {"equivalence",
       "a program behaves as it does natively, but for what the configuration declares",
       {"equivalence", "programs", "machine"}},
      {"resource control",
       "nothing that was not given can be reached, limits bite, and what was given can be taken "
       "back",
       {"control", "isolation"}},
      {"efficiency",
       "work takes the time that it takes natively, and no more memory is kept",
       {"efficiency"}},
      {"recursion",
       "it runs inside itself, and its own speed changes nothing",
       {"recursion", "timing"}},
  };
  return properties;
}

std::string_view ToText(Standing standing) {
  switch (standing) {
    case Standing::kHolds:
      return "holds";
    case Standing::kFails:
      return "fails";
    case Standing::kOpen:
      return "open";
    case Standing::kNotAsked:
      break;
  }
  return "not asked";
}

PropertyCell JudgeRows(const std::vector<ParityRow>& rows, const std::vector<size_t>& which,
                       size_t candidate) {
  PropertyCell cell;
  GeometricMean mean;
  for (const size_t row : which) {
    const ParityCell& one = rows[row].cells[candidate];
    if (one.result == nullptr) continue;
    Count(one, row, cell);
    if (one.figure && one.figure->margin && IsWork(rows[row].id)) mean.Add(*one.figure);
  }
  cell.standing = StandingOf(cell);
  cell.overall = mean.Take();
  return cell;
}

std::vector<PropertyRow> JudgeProperties(const std::vector<ParityRow>& rows, size_t candidates) {
  std::vector<PropertyRow> judged;
  for (const Property& property : Properties()) {
    PropertyRow row{&property, {}, false};
    const std::vector<size_t> about = RowsAbout(rows, property);
    std::set<Standing> standings;
    for (size_t i = 0; i < candidates; ++i) {
      row.cells.push_back(JudgeRows(rows, about, i));
      const Standing standing = row.cells.back().standing;
      if (standing == Standing::kHolds || standing == Standing::kFails) standings.insert(standing);
    }
    row.differs = standings.size() > 1;
    judged.push_back(std::move(row));
  }
  std::stable_sort(judged.begin(), judged.end(), [](const PropertyRow& a, const PropertyRow& b) {
    return a.differs > b.differs;
  });
  return judged;
}

std::string ToText(const PropertyCell& cell) {
  std::string text(ToText(cell.standing));
  if (cell.standing == Standing::kNotAsked) return text;
  const bool fails = cell.standing == Standing::kFails;
  text += cell.Judged() == 0 ? " (none judged"
                             : " (" + std::to_string(fails ? cell.failed : cell.passed) + " of " +
                                   std::to_string(cell.Judged());
  if (cell.unsure > 0) text += ", " + std::to_string(cell.unsure) + " unsure";
  if (cell.overall)
    text += "; " + Ratio(cell.overall->ratio) + " times, " + Ratio(cell.overall->low) + "-" +
            Ratio(cell.overall->high);
  return text + ")";
}

}  // namespace loadline::reports
