#include <reprtune/report/line_chart.h>
#include <reprtune/report/sparkline.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace reprtune {

std::string sparkline(const std::vector<double>& values, std::size_t width) {
  static constexpr std::array kBars = {"\u2581", "\u2582", "\u2583", "\u2584",
                                       "\u2585", "\u2586", "\u2587", "\u2588"};
  std::vector<ChartPoint> points;
  for (const double value : values) points.push_back({0, value});
  points = thinned(points, width);
  if (points.empty()) return {};
  const auto [low, high] = std::minmax_element(
      points.begin(), points.end(), [](const ChartPoint& a, const ChartPoint& b) { return a.y < b.y; });
  std::string out;
  for (const ChartPoint& point : points) {
    const double place = high->y > low->y ? (point.y - low->y) / (high->y - low->y) : 0;
    out += kBars[static_cast<std::size_t>(std::lround(place * (kBars.size() - 1)))];
  }
  return out;
}

}  // namespace reprtune
