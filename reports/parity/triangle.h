// SPDX-License-Identifier: Apache-2.0
// The iron triangle: reliability, performance and security of each candidate side by side, and
// where one that is ahead on one of them is behind on another. No score: shares of checks that
// passed, ratios with their intervals, and what was not judged.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/parity/comparison.h"
#include "reports/writer.h"

namespace loadline::reports {

enum class Axis { kReliability, kPerformance, kSecurity };
inline constexpr Axis kAxes[] = {Axis::kReliability, Axis::kPerformance, Axis::kSecurity};
std::string_view ToText(Axis axis);
std::string_view QuestionOf(Axis axis);  // one line

// A few checks of an axis that are about one thing.
struct TrianglePart {
  std::string name;
  std::vector<size_t> rows;         // of the comparison
  std::vector<PropertyCell> cells;  // one per candidate
};

struct TriangleAxis {
  Axis axis = Axis::kReliability;
  std::vector<TrianglePart> parts;  // that were asked for
  std::vector<PropertyCell> cells;  // one per candidate, of all parts together
};

// The rows of a part in which two candidates differ.
struct PartDifference {
  Axis axis = Axis::kReliability;
  std::string part;
  std::vector<size_t> ahead;   // rows in which the first of the two is better
  std::vector<size_t> behind;  // rows in which the other is
  bool Gain() const { return behind.empty(); }
  bool Cost() const { return ahead.empty(); }
};

// Two candidates against each other: the first is the one that gains performance, where only one
// does.
struct Pairing {
  size_t one = 0;
  size_t other = 0;
  std::vector<PartDifference> differences;  // gains first, then costs, then what goes both ways
  // One is ahead in all of a part of one axis, and behind in all of a part of another.
  bool IsTrade() const;
};

struct Triangle {
  std::vector<TriangleAxis> axes;  // as in kAxes
  std::vector<Pairing> pairings;   // of every two candidates; trades first
  bool Asked() const;              // a check of an axis was run
};

Triangle TriangleOf(const Comparison& comparison);

// Whether the first is better than the other beyond doubt (1), the other is (-1), or neither (0).
// What was not judged of both, and what is known to come and go, is no evidence; figures differ
// where their intervals are apart, unless both count as the native one.
int Better(const ParityCell& one, const ParityCell& other);

// "512 of 540 passed (3 unsure, 40 not judged; 1.02 times, 0.99-1.05)".
std::string ShareText(const PropertyCell& cell);
// "7.87 (7.04-8.65)" of a figure, the word otherwise.
std::string SeenText(const ParityCell& cell);
// What two candidates come to: "runc rather than crun: gains performance (starts), costs security
// (descriptors)".
std::string PairingText(const Pairing& pairing, const std::vector<std::string>& names);
// The published faults that a check would notice, by their ids, with a comma between.
std::string FaultsNoticedBy(const std::string& check);

// The section of the compare page, below its heading, and the same as a page of its own, a format
// of comparisons alone. The sections are empty when no check of an axis was run.
std::string TriangleHtml(const Comparison& comparison);
inline constexpr std::string_view kTriangle = "triangle";
Writer TriangleWriter();
// The section of the compare text.
std::string TriangleText(const Comparison& comparison);

}  // namespace loadline::reports
