// SPDX-License-Identifier: Apache-2.0
#include "reports/history/line_svg.h"

#include <algorithm>
#include <cstdio>

#include "reports/html_page.h"
#include "reports/xml.h"

namespace loadline::reports {
namespace {

constexpr int kHeight = 64;  // pixels
constexpr int kTop = 22;     // below the words
constexpr int kBottom = 58;  // the axis

std::string AcrossAt(size_t i, size_t count) {
  char text[32];
  const double part = count < 2 ? 0.5 : static_cast<double>(i) / static_cast<double>(count - 1);
  std::snprintf(text, sizeof text, "%.2f%%", 1 + 98 * part);
  return text;
}

}  // namespace

std::string LineSvg(const std::string& label, const char* colour, const std::vector<int>& values) {
  if (values.empty()) return "";
  const int least = *std::min_element(values.begin(), values.end());
  const int most = *std::max_element(values.begin(), values.end());
  const auto height = [&](int value) {
    if (most == least) return (kTop + kBottom) / 2;
    return kBottom - 4 - (kBottom - kTop - 8) * (value - least) / (most - least);
  };
  const auto y = [&](int value) { return std::to_string(height(value)); };
  std::string svg = Element("title", "",
                            EscapeXml(label + ": " + std::to_string(values.front()) +
                                      " at first, " + std::to_string(values.back()) + " now"));
  svg += "<line class=\"axis\" x1=\"0\" x2=\"100%\" y1=\"" + std::to_string(kBottom) + "\" y2=\"" +
         std::to_string(kBottom) + "\"/>";
  const std::string style(colour);
  for (size_t i = 0; i < values.size(); ++i) {
    const std::string x = AcrossAt(i, values.size());
    if (i > 0)
      svg += "<line class=\"" + style + "\" x1=\"" + AcrossAt(i - 1, values.size()) + "\" y1=\"" +
             y(values[i - 1]) + "\" x2=\"" + x + "\" y2=\"" + y(values[i]) + "\"/>";
    svg += "<circle class=\"" + style + "\" cx=\"" + x + "\" cy=\"" + y(values[i]) + "\" r=\"3\"/>";
  }
  svg += "<text x=\"0\" y=\"13\">" + EscapeXml(label) + ": " + std::to_string(values.front()) +
         "</text><text x=\"100%\" y=\"13\" text-anchor=\"end\">" + std::to_string(values.back()) +
         "</text>";
  return Element("svg", "class=\"line\" role=\"img\" height=\"" + std::to_string(kHeight) + "\"",
                 svg);
}

}  // namespace loadline::reports
