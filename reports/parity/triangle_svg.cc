// SPDX-License-Identifier: Apache-2.0
#include "reports/parity/triangle_svg.h"

#include <array>
#include <cstdio>
#include <optional>

#include "reports/xml.h"

namespace loadline::reports {
namespace {

constexpr double kWidth = 260;
constexpr double kHeight = 220;
constexpr double kMiddleX = kWidth / 2;
constexpr double kMiddleY = 122;
constexpr double kReach = 84;  // from the middle to a corner

struct Point {
  double x;
  double y;
};

// Reliability above, performance to the left, security to the right.
constexpr Point kCorners[] = {{0, -1}, {-0.866, 0.5}, {0.866, 0.5}};
constexpr const char* kAnchors[] = {"middle", "start", "end"};
constexpr Point kWords[] = {{kMiddleX, 14}, {0, 196}, {kWidth, 196}};
constexpr double kNextLine = 15;

Point At(size_t corner, double share) {
  return {kMiddleX + kCorners[corner].x * kReach * share,
          kMiddleY + kCorners[corner].y * kReach * share};
}

std::string Number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string Polygon(const char* colour, const std::array<Point, 3>& points) {
  std::string list;
  for (const Point& point : points)
    list += (list.empty() ? "" : " ") + Number(point.x) + "," + Number(point.y);
  return "<polygon class=\"" + std::string(colour) + "\" points=\"" + list + "\"/>";
}

std::string Spoke(const char* colour, const Point& end) {
  return "<line class=\"" + std::string(colour) + "\" x1=\"" + Number(kMiddleX) + "\" y1=\"" +
         Number(kMiddleY) + "\" x2=\"" + Number(end.x) + "\" y2=\"" + Number(end.y) + "\"/>";
}

std::string Dot(const Point& at) {
  return "<circle class=\"dot\" cx=\"" + Number(at.x) + "\" cy=\"" + Number(at.y) + "\" r=\"4\"/>";
}

std::string Word(size_t corner, double line, const std::string& text) {
  return "<text text-anchor=\"" + std::string(kAnchors[corner]) + "\" x=\"" +
         Number(kWords[corner].x) + "\" y=\"" + Number(kWords[corner].y + line * kNextLine) +
         "\">" + EscapeXml(text) + "</text>";
}

std::optional<double> ShareOf(const PropertyCell& cell) {
  if (cell.Judged() == 0) return std::nullopt;
  return static_cast<double>(cell.passed) / cell.Judged();
}

std::string CountOf(const PropertyCell& cell) {
  return cell.Judged() == 0 ? "not judged"
                            : std::to_string(cell.passed) + " of " + std::to_string(cell.Judged());
}

}  // namespace

std::string TriangleSvg(const Triangle& triangle, size_t candidate, const std::string& name) {
  const std::string id = "triangle-" + std::to_string(candidate);
  std::string words;
  std::string description;
  std::string shape;
  std::string spokes;
  std::array<Point, 3> points{};
  bool all = true;
  for (size_t i = 0; i < triangle.axes.size(); ++i) {
    const PropertyCell& cell = triangle.axes[i].cells[candidate];
    const std::string axis(ToText(triangle.axes[i].axis));
    words += Word(i, 0, axis) + Word(i, 1, CountOf(cell));
    description += (i == 0 ? "" : "; ") + axis + ": " + ShareText(cell);
    const auto share = ShareOf(cell);
    spokes += Spoke(share ? "grid" : "left", At(i, 1));
    all = all && share;
    if (!share) continue;
    points[i] = At(i, *share);
    shape += Spoke("reach", points[i]) + Dot(points[i]);
  }
  std::string grid;
  for (const double part : {0.25, 0.5, 0.75, 1.0})
    grid += Polygon("grid", {At(0, part), At(1, part), At(2, part)});
  return "<svg class=\"triangle\" role=\"img\" aria-labelledby=\"" + id + "-title " + id +
         "-words\" viewBox=\"0 0 " + Number(kWidth) + " " + Number(kHeight) + "\"><title id=\"" +
         id + "-title\">" + EscapeXml(name + ": reliability, performance, security") +
         "</title><desc id=\"" + id + "-words\">" + EscapeXml(description) + "</desc>" + grid +
         spokes + (all ? Polygon("shape", points) : "") + shape + words + "</svg>";
}

}  // namespace loadline::reports
