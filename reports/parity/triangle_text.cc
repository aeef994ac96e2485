// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "reports/defences.h"
#include "reports/parity/text_table.h"
#include "reports/parity/triangle.h"
#include "reports/plain_text.h"

namespace loadline::reports {
namespace {

constexpr size_t kNamed = 2;  // rows of a part; the JSON form has all

std::vector<std::string> OneLineEach(const std::vector<std::string>& names) {
  std::vector<std::string> lines;
  for (const std::string& name : names) lines.push_back(OneLine(name));
  return lines;
}

std::string Shares(const Comparison& comparison, const Triangle& triangle,
                   const std::vector<std::string>& names) {
  TextTable table;
  std::vector<std::string> head{"candidate"};
  for (const TriangleAxis& axis : triangle.axes) head.emplace_back(ToText(axis.axis));
  head.emplace_back("published faults");
  table.Add(head);
  for (size_t i = 0; i < names.size(); ++i) {
    std::vector<std::string> row{names[i]};
    for (const TriangleAxis& axis : triangle.axes) row.push_back(ShareText(axis.cells[i]));
    const std::string faults = CountDefences(JudgeDefences(comparison.reports[i]));
    row.push_back(faults.empty() ? "not asked" : faults);
    table.Add(row);
  }
  return table.ToText();
}

std::string Row(const ParityRow& row, const Pairing& pairing) {
  const ParityCell& one = row.cells[pairing.one];
  const ParityCell& other = row.cells[pairing.other];
  std::string text = row.id;
  if (one.figure && other.figure) text += " " + SeenText(one) + " for " + SeenText(other);
  const std::string faults = FaultsNoticedBy(row.id);
  return faults.empty() ? text : text + " [" + faults + "]";
}

// A line for a gain or a cost, with the first of its rows; none for what goes both ways.
std::string Difference(const PartDifference& difference, const Pairing& pairing,
                       const std::vector<ParityRow>& rows) {
  if (!difference.Gain() && !difference.Cost()) return "";
  std::string text = difference.Gain() ? "      gains " : "      costs ";
  text += std::string(ToText(difference.axis)) + ", " + difference.part + ": ";
  const std::vector<size_t>& which = difference.Gain() ? difference.ahead : difference.behind;
  for (size_t i = 0; i < std::min(which.size(), kNamed); ++i)
    text += (i == 0 ? "" : ", ") + Row(rows[which[i]], pairing);
  if (which.size() > kNamed) text += " and " + std::to_string(which.size() - kNamed) + " more";
  return text + "\n";
}

std::string BothWays(const Pairing& pairing) {
  std::string text;
  for (const PartDifference& difference : pairing.differences) {
    if (difference.Gain() || difference.Cost()) continue;
    text += (text.empty() ? "      both ways " : ", ") + difference.part + " (" +
            std::to_string(difference.ahead.size()) + " for, " +
            std::to_string(difference.behind.size()) + " against)";
  }
  return text.empty() ? "" : text + "\n";
}

}  // namespace

std::string TriangleText(const Comparison& comparison) {
  const Triangle triangle = TriangleOf(comparison);
  if (!triangle.Asked()) return "";
  const std::vector<std::string> names = OneLineEach(comparison.names);
  std::string text = "\nThe iron triangle\n" + Shares(comparison, triangle, names);
  const char* heading = "\nWhere a gain cost something\n";
  for (const Pairing& pairing : triangle.pairings) {
    if (!pairing.IsTrade()) break;
    text += heading + ("  " + PairingText(pairing, names)) + "\n";
    for (const PartDifference& difference : pairing.differences)
      text += Difference(difference, pairing, comparison.rows);
    text += BothWays(pairing);
    heading = "";
  }
  heading = "\nWhere no gain was seen to cost anything on another side\n";
  for (const Pairing& pairing : triangle.pairings) {
    if (pairing.IsTrade()) continue;
    text += heading + ("  " + PairingText(pairing, names)) + "\n";
    heading = "";
  }
  return text;
}

}  // namespace loadline::reports
