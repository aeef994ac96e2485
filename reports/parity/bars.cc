// SPDX-License-Identifier: Apache-2.0
#include "reports/parity/bars.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "reports/html_page.h"
#include "reports/plain_text.h"
#include "reports/xml.h"

namespace loadline::reports {
namespace {

constexpr int kWords = 14;         // pixels from the top of a bar to the foot of its words
constexpr int kText = 17;          // for a line of words
constexpr int kStrip = 25;         // for its interval, below its words
constexpr size_t kShortName = 18;  // letters that leave room for the figure beside them
constexpr int kBand = 9;           // half the height of a margin
constexpr int kAxis = 24;          // for the numbers below

// As short as it can be read: 0.98, 8.4, 110.
std::string Ratio(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 2 ? "%.2f" : value < 20 ? "%.1f" : "%.0f", value);
  return text;
}

class Axis {
 public:
  explicit Axis(const std::vector<FigureBar>& bars) {
    double least = 0.9;
    double most = 1.1;
    for (const FigureBar& bar : bars) {
      if (!bar.figure) continue;
      least = std::min(least, bar.figure->low);
      most = std::max(most, bar.figure->high);
      if (bar.figure->margin) most = std::max(most, 1 + 2 * *bar.figure->margin);
    }
    low_ = std::log(least * 0.98);
    high_ = std::log(most * 1.02);
  }
  // Where it stands on the axis, from 0 to 1.
  double Part(double ratio) const { return (std::log(ratio) - low_) / (high_ - low_); }
  std::string At(double ratio) const {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f%%", 100 * Part(ratio));
    return text;
  }
  // Round numbers within the axis: the native time first, the others where there is room.
  std::vector<double> Ticks() const {
    std::vector<double> ticks;
    for (const double tick :
         {1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 1.1, 0.9, 1.5, 1.3, 1.2, 3.0, 0.5}) {
      const bool within = Part(tick) >= 0.03 && Part(tick) <= 0.97;
      const bool room = std::all_of(ticks.begin(), ticks.end(), [&](double other) {
        return std::abs(Part(tick) - Part(other)) > 0.12;
      });
      if (within && room) ticks.push_back(tick);
    }
    return ticks;
  }

 private:
  double low_ = 0;
  double high_ = 0;
};

std::string Number(const char* name, int value) {
  return " " + std::string(name) + "=\"" + std::to_string(value) + "\"";
}

std::string LineElement(const char* colour, const std::string& x1, int y1, const std::string& x2,
                        int y2) {
  return "<line class=\"" + std::string(colour) + "\" x1=\"" + x1 + "\" x2=\"" + x2 + "\"" +
         Number("y1", y1) + Number("y2", y2) + "/>";
}

std::string TextElement(const char* anchor, const std::string& x, int y, const std::string& text) {
  return "<text text-anchor=\"" + std::string(anchor) + "\" x=\"" + x + "\"" + Number("y", y) +
         ">" + EscapeXml(text) + "</text>";
}

const char* ColourOf(const Figure& figure) {
  if (figure.parity == "worse") return "worse";
  return figure.parity == "inconclusive" ? "unclear" : "same";
}

std::string FigureText(const FigureBar& bar) {
  if (!bar.figure) return bar.word;
  const Figure& figure = *bar.figure;
  return Ratio(figure.ratio) + " (" + Ratio(figure.low) + "–" + Ratio(figure.high) + ")" +
         (figure.parity.empty() ? "" : " " + figure.parity);
}

// How many lines of words a bar has: long names have their figures below them.
int LinesOf(const std::vector<FigureBar>& bars) {
  const bool all_short = std::all_of(bars.begin(), bars.end(), [](const FigureBar& bar) {
    return bar.label.size() <= kShortName;
  });
  return all_short ? 1 : 2;
}

int HeightOf(int lines) { return lines * kText + kStrip; }

std::string OneBar(const FigureBar& bar, const Axis& axis, int top, int lines) {
  std::string svg = TextElement("start", "0", top + kWords, Shortened(bar.label));
  svg += lines == 1 ? TextElement("end", "100%", top + kWords, FigureText(bar))
                    : TextElement("start", "0", top + kText + kWords, FigureText(bar));
  if (!bar.figure) return svg;
  const Figure& figure = *bar.figure;
  const int middle = top + lines * kText + kBand + 2;
  if (figure.margin) {
    char width[32];
    const double left = 1 / (1 + *figure.margin);
    std::snprintf(width, sizeof width, "%.2f%%",
                  100 * (axis.Part(1 + *figure.margin) - axis.Part(left)));
    svg += "<rect class=\"margin\" x=\"" + axis.At(left) + "\" width=\"" + width + "\"" +
           Number("y", middle - kBand) + Number("height", 2 * kBand) + "/>";
  }
  svg += LineElement("native", axis.At(1), middle - kBand, axis.At(1), middle + kBand);
  svg += LineElement(ColourOf(figure), axis.At(figure.low), middle, axis.At(figure.high), middle);
  return svg + "<circle class=\"" + ColourOf(figure) + "\" cx=\"" + axis.At(figure.ratio) + "\"" +
         Number("cy", middle) + " r=\"5\"/>";
}

}  // namespace

std::string BarsSvg(const std::string& title, const std::vector<FigureBar>& bars) {
  const Axis axis(bars);
  const int lines = LinesOf(bars);
  const int bottom = HeightOf(lines) * static_cast<int>(bars.size());
  std::string label = title + ":";
  std::string svg;
  for (const double tick : axis.Ticks()) {
    svg += LineElement("grid", axis.At(tick), bottom, axis.At(tick), bottom + 6) +
           TextElement("middle", axis.At(tick), bottom + 20, Ratio(tick));
  }
  for (size_t i = 0; i < bars.size(); ++i) {
    svg += OneBar(bars[i], axis, HeightOf(lines) * static_cast<int>(i), lines);
    label += " " + Shortened(bars[i].label) + " " + FigureText(bars[i]) + ",";
  }
  label.back() = '.';
  return "<svg class=\"bars\" role=\"img\"" + Number("height", bottom + kAxis) + "><title>" +
         EscapeXml(label) + "</title>" + svg + "</svg>";
}

std::string BarsSvg(const ParityRow& row, const std::vector<std::string>& names) {
  std::vector<FigureBar> bars;
  for (size_t i = 0; i < names.size(); ++i)
    bars.push_back({names[i], row.cells[i].figure, row.cells[i].Word()});
  return BarsSvg(row.title, bars);
}

std::string ShareSvg(const PropertyCell& cell) {
  return ShareBar(ToText(cell), {{"pass", cell.passed},
                                 {"fail", cell.failed},
                                 {"warn", cell.warned + cell.unsure},
                                 {"left", cell.left}});
}

}  // namespace loadline::reports
