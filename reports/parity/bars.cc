// SPDX-License-Identifier: Apache-2.0
#include "reports/parity/bars.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "reports/xml.h"

namespace loadline::reports {
namespace {

constexpr double kWidth = 640;
constexpr double kLeft = 130;  // for the names
constexpr double kRight = 90;  // for the figures
constexpr double kLine = 24;   // per candidate
constexpr double kAxis = 22;   // for the numbers below
constexpr double kShareWidth = 120;
constexpr double kShareHeight = 6;

std::string Number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

// As short as it can be read: 0.98, 8.4, 110.
std::string Ratio(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 2 ? "%.2f" : value < 20 ? "%.1f" : "%.0f", value);
  return text;
}

class Axis {
 public:
  explicit Axis(const ParityRow& row) {
    double least = 0.9;
    double most = 1.1;
    for (const ParityCell& cell : row.cells) {
      if (!cell.figure) continue;
      least = std::min(least, cell.figure->low);
      most = std::max(most, cell.figure->high);
      if (cell.figure->margin) most = std::max(most, 1 + 2 * *cell.figure->margin);
    }
    low_ = std::log(least * 0.98);
    high_ = std::log(most * 1.02);
  }
  double At(double ratio) const {
    const double part = (std::log(ratio) - low_) / (high_ - low_);
    return kLeft + part * (kWidth - kLeft - kRight);
  }
  // Round numbers within the axis: the native time first, the others where there is room.
  std::vector<double> Ticks() const {
    std::vector<double> ticks;
    for (const double tick : {1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 1.1, 0.9, 1.5, 0.5}) {
      const bool within = std::log(tick) >= low_ && std::log(tick) <= high_;
      const bool room = std::all_of(ticks.begin(), ticks.end(), [&](double other) {
        return std::abs(At(tick) - At(other)) > 40;
      });
      if (within && room) ticks.push_back(tick);
    }
    return ticks;
  }

 private:
  double low_ = 0;
  double high_ = 0;
};

std::string Line(const char* colour, double x1, double y1, double x2, double y2) {
  return "<line class=\"" + std::string(colour) + "\" x1=\"" + Number(x1) + "\" y1=\"" +
         Number(y1) + "\" x2=\"" + Number(x2) + "\" y2=\"" + Number(y2) + "\"/>";
}

std::string Text(const char* anchor, double x, double y, const std::string& text) {
  return "<text text-anchor=\"" + std::string(anchor) + "\" x=\"" + Number(x) + "\" y=\"" +
         Number(y) + "\">" + EscapeXml(text) + "</text>";
}

std::string Candidate(const ParityCell& cell, const std::string& name, const Axis& axis, double y) {
  std::string svg = Text("end", kLeft - 10, y + 4, name);
  if (!cell.figure) return svg + Text("start", kLeft, y + 4, cell.Word());
  const Figure& figure = *cell.figure;
  const char* colour = figure.parity == "worse"          ? "worse"
                       : figure.parity == "inconclusive" ? "unclear"
                                                         : "same";
  svg += Line(colour, axis.At(figure.low), y, axis.At(figure.high), y);
  svg += "<circle class=\"" + std::string(colour) + "\" cx=\"" + Number(axis.At(figure.ratio)) +
         "\" cy=\"" + Number(y) + "\" r=\"4\"/>";
  return svg + Text("end", kWidth, y + 4, Ratio(figure.ratio));
}

// Parts of a whole, drawn one after the other.
struct Share {
  const char* colour;
  int count;
};

}  // namespace

std::string BarsSvg(const ParityRow& row, const std::vector<std::string>& names) {
  const Axis axis(row);
  const double bottom = kLine * static_cast<double>(names.size());
  std::string label = row.title + ":";
  std::string svg;
  for (const ParityCell& cell : row.cells) {
    if (!cell.figure || !cell.figure->margin) continue;
    const double left = axis.At(1 / (1 + *cell.figure->margin));
    svg += "<rect class=\"margin\" x=\"" + Number(left) + "\" y=\"0\" width=\"" +
           Number(axis.At(1 + *cell.figure->margin) - left) + "\" height=\"" + Number(bottom) +
           "\"/>";
    break;
  }
  for (const double tick : axis.Ticks()) {
    svg += Line(tick == 1.0 ? "native" : "grid", axis.At(tick), 0, axis.At(tick), bottom);
    svg += Text("middle", axis.At(tick), bottom + 16, Ratio(tick));
  }
  for (size_t i = 0; i < names.size(); ++i) {
    svg += Candidate(row.cells[i], names[i], axis, kLine * (static_cast<double>(i) + 0.5));
    if (row.cells[i].figure)
      label += " " + names[i] + " " + Ratio(row.cells[i].figure->ratio) + ",";
  }
  label.back() = '.';
  return "<svg class=\"bars\" role=\"img\" viewBox=\"0 0 " + Number(kWidth) + " " +
         Number(bottom + kAxis) + "\"><title>" + EscapeXml(label) + "</title>" + svg + "</svg>";
}

std::string ShareSvg(const PropertyCell& cell) {
  const Share shares[] = {{"same", cell.passed},
                          {"worse", cell.failed},
                          {"unclear", cell.warned + cell.unsure},
                          {"left", cell.left}};
  int all = 0;
  for (const Share& share : shares) all += share.count;
  std::string svg;
  double x = 0;
  for (const Share& share : shares) {
    if (share.count == 0) continue;
    const double width = kShareWidth * share.count / all;
    svg += "<rect class=\"" + std::string(share.colour) + "\" x=\"" + Number(x) +
           "\" y=\"0\" width=\"" + Number(width) + "\" height=\"" + Number(kShareHeight) + "\"/>";
    x += width;
  }
  return "<svg class=\"share\" role=\"img\" viewBox=\"0 0 " + Number(kShareWidth) + " " +
         Number(kShareHeight) + "\"><title>" + EscapeXml(ToText(cell)) + "</title>" + svg +
         "</svg>";
}

}  // namespace loadline::reports
