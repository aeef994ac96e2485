// SPDX-License-Identifier: Apache-2.0
#include "reports/parity/triangle.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "reports/parity/triangle_parts.h"
#include "schema/known_faults.h"

namespace loadline::reports {
namespace {

constexpr size_t kNamedParts = 5;  // of an axis, in a sentence

TriangleAxis AxisOf(Axis axis, const std::map<std::string, std::vector<size_t>>& parts,
                    const Comparison& comparison) {
  TriangleAxis judged{axis, {}, {}};
  std::vector<size_t> all;
  const size_t candidates = comparison.names.size();
  for (const auto& [name, rows] : parts) {
    TrianglePart part{name, rows, {}};
    for (size_t i = 0; i < candidates; ++i)
      part.cells.push_back(JudgeRows(comparison.rows, rows, i));
    all.insert(all.end(), rows.begin(), rows.end());
    judged.parts.push_back(std::move(part));
  }
  for (size_t i = 0; i < candidates; ++i)
    judged.cells.push_back(JudgeRows(comparison.rows, all, i));
  return judged;
}

// Gains, then costs, then what goes both ways.
int OrderOf(const PartDifference& difference) {
  return difference.Gain() ? 0 : difference.Cost() ? 1 : 2;
}

PartDifference Reversed(PartDifference difference) {
  std::swap(difference.ahead, difference.behind);
  return difference;
}

bool GainsPerformance(const Pairing& pairing) {
  return std::any_of(pairing.differences.begin(), pairing.differences.end(),
                     [](const PartDifference& difference) {
                       return difference.axis == Axis::kPerformance && difference.Gain();
                     });
}

bool Gains(const Pairing& pairing) {
  return std::any_of(pairing.differences.begin(), pairing.differences.end(),
                     [](const PartDifference& difference) { return difference.Gain(); });
}

// The other way round.
Pairing Reversed(Pairing pairing) {
  std::swap(pairing.one, pairing.other);
  for (PartDifference& difference : pairing.differences)
    difference = Reversed(std::move(difference));
  return pairing;
}

// The first is the one that gains performance, where only one does; else one that gains at all.
Pairing Pair(size_t one, size_t other, const std::vector<TriangleAxis>& axes,
             const Comparison& comparison) {
  Pairing pairing{one, other, {}};
  for (const TriangleAxis& axis : axes) {
    for (const TrianglePart& part : axis.parts) {
      PartDifference difference{axis.axis, part.name, {}, {}};
      for (const size_t row : part.rows) {
        const auto& cells = comparison.rows[row].cells;
        const int better = Better(cells[one], cells[other]);
        if (better > 0) difference.ahead.push_back(row);
        if (better < 0) difference.behind.push_back(row);
      }
      if (!difference.ahead.empty() || !difference.behind.empty())
        pairing.differences.push_back(std::move(difference));
    }
  }
  const Pairing reversed = Reversed(pairing);
  const bool faster = GainsPerformance(reversed) && !GainsPerformance(pairing);
  if (faster || (!Gains(pairing) && Gains(reversed))) pairing = reversed;
  std::stable_sort(
      pairing.differences.begin(), pairing.differences.end(),
      [](const auto& first, const auto& second) { return OrderOf(first) < OrderOf(second); });
  return pairing;
}

std::string Ratio(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 20 ? "%.2f" : "%.0f", value);
  return text;
}

std::string Times(const Figure& figure, const char* between) {
  return Ratio(figure.low) + between + Ratio(figure.high);
}

// "performance (starts, work: files), security (devices)" of those that `belong`.
std::string Named(const Pairing& pairing, bool (PartDifference::*belongs)() const) {
  std::string text;
  for (const Axis axis : kAxes) {
    std::string parts;
    size_t count = 0;
    for (const PartDifference& difference : pairing.differences) {
      if (difference.axis != axis || !(difference.*belongs)()) continue;
      if (++count <= kNamedParts) parts += (parts.empty() ? "" : ", ") + difference.part;
    }
    if (count == 0) continue;
    if (count > kNamedParts) parts += " and " + std::to_string(count - kNamedParts) + " more";
    text += (text.empty() ? "" : ", ") + std::string(ToText(axis)) + " (" + parts + ")";
  }
  return text;
}

}  // namespace

std::string_view ToText(Axis axis) {
  constexpr std::string_view kWords[] = {"reliability", "performance", "security"};
  return kWords[static_cast<size_t>(axis)];
}

std::string_view QuestionOf(Axis axis) {
  constexpr std::string_view kQuestions[] = {
      "does it end what it begins, also when something goes wrong, and do limits hold?",
      "does work take the native time, and what do a start and a container cost?",
      "does a container reach what it was not given?"};
  return kQuestions[static_cast<size_t>(axis)];
}

bool Pairing::IsTrade() const {
  for (const PartDifference& gain : differences) {
    for (const PartDifference& cost : differences) {
      if (gain.Gain() && cost.Cost() && gain.axis != cost.axis) return true;
    }
  }
  return false;
}

bool Triangle::Asked() const {
  return std::any_of(axes.begin(), axes.end(),
                     [](const TriangleAxis& axis) { return !axis.parts.empty(); });
}

int Better(const ParityCell& one, const ParityCell& other) {
  if (!one.Judged() || !other.Judged()) return 0;
  if (one.result->sometimes || other.result->sometimes) return 0;
  if (one.figure && other.figure) {
    // Two that are as the native one within the margin are alike, however small their intervals.
    if (one.Word() == "equivalent" && other.Word() == "equivalent") return 0;
    if (one.figure->high < other.figure->low) return 1;
    return other.figure->high < one.figure->low ? -1 : 0;
  }
  const bool passed = one.result->verdict == Verdict::kPass;
  const bool other_passed = other.result->verdict == Verdict::kPass;
  return passed == other_passed ? 0 : passed ? 1 : -1;
}

Triangle TriangleOf(const Comparison& comparison) {
  std::map<Axis, std::map<std::string, std::vector<size_t>>> parts;
  for (size_t row = 0; row < comparison.rows.size(); ++row) {
    if (const auto place = PlaceOf(comparison.rows[row].id))
      parts[place->axis][place->part].push_back(row);
  }
  Triangle triangle;
  for (const Axis axis : kAxes) triangle.axes.push_back(AxisOf(axis, parts[axis], comparison));
  for (size_t one = 0; one < comparison.names.size(); ++one) {
    for (size_t other = one + 1; other < comparison.names.size(); ++other)
      triangle.pairings.push_back(Pair(one, other, triangle.axes, comparison));
  }
  std::stable_sort(triangle.pairings.begin(), triangle.pairings.end(),
                   [](const Pairing& a, const Pairing& b) { return a.IsTrade() > b.IsTrade(); });
  return triangle;
}

std::string ShareText(const PropertyCell& cell) {
  if (cell.standing == Standing::kNotAsked) return std::string(ToText(cell.standing));
  std::string text = cell.Judged() == 0 ? "none judged"
                                        : std::to_string(cell.passed) + " of " +
                                              std::to_string(cell.Judged()) + " passed";
  std::vector<std::string> more;
  if (cell.overall)
    more.push_back(Ratio(cell.overall->ratio) + " times, " + Times(*cell.overall, "-"));
  if (cell.unsure > 0) more.push_back(std::to_string(cell.unsure) + " unsure");
  if (cell.left > 0) more.push_back(std::to_string(cell.left) + " not judged");
  std::string behind;
  for (const std::string& one : more) behind += (behind.empty() ? "" : "; ") + one;
  return behind.empty() ? text : text + " (" + behind + ")";
}

std::string SeenText(const ParityCell& cell) {
  if (!cell.figure) return cell.Word();
  return Ratio(cell.figure->ratio) + " (" + Times(*cell.figure, "-") + ")";
}

std::string PairingText(const Pairing& pairing, const std::vector<std::string>& names) {
  const std::string& one = names[pairing.one];
  const std::string& other = names[pairing.other];
  const std::string gains = Named(pairing, &PartDifference::Gain);
  const std::string costs = Named(pairing, &PartDifference::Cost);
  if (pairing.differences.empty()) return one + " and " + other + ": no difference was shown";
  if (gains.empty() && costs.empty())
    return one + " and " + other + ": each is ahead somewhere in every part that differs";
  std::string text = one + " rather than " + other + ":";
  if (!gains.empty()) text += " gains " + gains;
  if (!costs.empty()) text += (gains.empty() ? " costs " : "; costs ") + costs;
  return text;
}

std::string FaultsNoticedBy(const std::string& check) {
  std::string ids;
  for (const schema::KnownFault& fault : schema::KnownFaults()) {
    if (std::find(fault.checks.begin(), fault.checks.end(), check) != fault.checks.end())
      ids += (ids.empty() ? "" : ", ") + fault.id;
  }
  return ids;
}

}  // namespace loadline::reports
