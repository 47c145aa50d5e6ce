#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace reprtune {

struct ChartPoint {
  double x = 0;
  double y = 0;
};

/// At most `limit` points: neighbours are replaced by their mean, first to last. limit > 0.
std::vector<ChartPoint> thinned(const std::vector<ChartPoint>& points, std::size_t limit);

struct ChartSeries {
  std::string name;
  std::vector<ChartPoint> points;  ///< ascending x
};

/// A horizontal line, to compare with.
struct ChartLevel {
  std::string name;
  double y = 0;
};

/// Some lines over one x axis.
struct LineChart {
  std::string title;
  std::string description;  ///< for readers who cannot see the picture; first and last values are added
  std::string x_name;
  std::vector<ChartSeries> series;
  std::optional<double> lowest;    ///< of the y axis; absent: the smallest y
  std::optional<double> highest;   ///< absent: the largest y
  std::optional<double> marked_x;  ///< a vertical line
  std::string marked_name;         ///< what the line stands for
  bool dots = false;               ///< a dot on each point, for few points
  bool whole_x = true;             ///< x counts something: no fractions on its axis
  std::vector<ChartLevel> levels = {};
};

/// <figure> with the chart as inline SVG and its legend; the values are shown on hover, without a script.
/// Empty when no series has a point.
std::string line_chart(const LineChart& chart);

}  // namespace reprtune
