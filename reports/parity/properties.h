// SPDX-License-Identifier: Apache-2.0
// Properties: what Popek and Goldberg ask of a virtual machine monitor (Communications of the ACM
// 17, 7, 1974), each judged by areas of checks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/parity/figure.h"

namespace loadline::reports {

struct ParityRow;

struct Property {
  std::string_view name;
  std::string_view question;            // one line
  std::vector<std::string_view> areas;  // of checks beyond the standard
};
const std::vector<Property>& Properties();

enum class Standing {
  kHolds,     // nothing that was judged stands against it
  kFails,     // something does
  kOpen,      // nothing was judged, or noise left it open
  kNotAsked,  // no check of it was run
};
std::string_view ToText(Standing standing);

// What one candidate's report says of a property.
struct PropertyCell {
  Standing standing = Standing::kNotAsked;
  int passed = 0;
  int failed = 0;  // stands against it
  int warned = 0;  // a SHOULD that failed and is no figure: shown, and held against nobody
  int unsure = 0;  // inconclusive, or a defect of ours
  int left = 0;    // unsupported, or this host cannot show it
  // Of the times of work that have a margin, and not of memory: the geometric mean, and those of
  // their intervals' ends, which is wider than the interval of the mean.
  std::optional<Figure> overall;
  std::vector<size_t> against;  // rows of the comparison
  int Judged() const { return passed + failed + warned; }
};

// What a candidate's report says of these rows together.
PropertyCell JudgeRows(const std::vector<ParityRow>& rows, const std::vector<size_t>& which,
                       size_t candidate);

struct PropertyRow {
  const Property* property = nullptr;
  std::vector<PropertyCell> cells;  // one per candidate
  bool differs = false;             // the standings of those that were asked are not alike
};

// The properties, those in which candidates differ first.
std::vector<PropertyRow> JudgeProperties(const std::vector<ParityRow>& rows, size_t candidates);

// "fails (3 of 17; 12.4 times, 11.0-14.1)": a cell in a few words.
std::string ToText(const PropertyCell& cell);

}  // namespace loadline::reports
