#include <reprtune/report/html.h>
#include <reprtune/report/line_chart.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace reprtune {
namespace {

// The picture in its own units; the page scales it.
constexpr double kWidth = 460, kHeight = 270;
constexpr double kLeft = 66, kRight = 448, kTop = 14, kBottom = 226;
constexpr std::size_t kMaxPoints = 240;

std::string text(const char* format, double a, double b = 0, double c = 0, double d = 0) {
  char buffer[256];
  std::snprintf(buffer, sizeof buffer, format, a, b, c, d);
  return buffer;
}

struct Axis {
  double from = 0, to = 1;    // in data
  double start = 0, end = 1;  // on paper
  double place(double value) const { return start + (value - from) / (to - from) * (end - start); }
};

// 1, 2 or 5 times a power of ten, so that about `count` steps make up `span`.
double nice_step(double span, int count) {
  const double rough = span / count;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

void widen_if_flat(Axis& axis) {
  if (axis.to - axis.from > 1e-300 + std::abs(axis.to) * 1e-9) return;
  const double room = axis.to == 0 ? 1 : std::abs(axis.to) / 2;
  axis.from -= room;
  axis.to += room;
}

Axis x_axis(const std::vector<ChartSeries>& series) {
  Axis axis{INFINITY, -INFINITY, kLeft, kRight};
  for (const ChartSeries& line : series) {
    axis.from = std::min(axis.from, line.points.front().x);
    axis.to = std::max(axis.to, line.points.back().x);
  }
  widen_if_flat(axis);
  return axis;
}

Axis y_axis(const LineChart& chart, const std::vector<ChartSeries>& series) {
  Axis axis{INFINITY, -INFINITY, kBottom, kTop};
  for (const ChartSeries& line : series) {
    for (const ChartPoint& point : line.points) {
      axis.from = std::min(axis.from, point.y);
      axis.to = std::max(axis.to, point.y);
    }
  }
  for (const ChartLevel& level : chart.levels) {
    axis.from = std::min(axis.from, level.y);
    axis.to = std::max(axis.to, level.y);
  }
  if (chart.lowest) axis.from = *chart.lowest;
  if (chart.highest) axis.to = *chart.highest;
  widen_if_flat(axis);
  const double step = nice_step(axis.to - axis.from, 5);
  axis.from = std::floor(axis.from / step + 1e-9) * step;
  axis.to = std::ceil(axis.to / step - 1e-9) * step;
  return axis;
}

std::string y_grid(const Axis& axis) {
  std::string out;
  const double step = nice_step(axis.to - axis.from, 5);
  const int ticks = static_cast<int>(std::lround((axis.to - axis.from) / step));
  for (int i = 0; i <= ticks; ++i) {
    const double value = axis.from + step * i;
    const double y = axis.place(value);
    out += text("<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/>", kLeft, y, kRight);
    out += text("<text class=\"tick\" text-anchor=\"end\" x=\"%.1f\" y=\"%.1f\">", kLeft - 6, y + 4);
    out += text("%.3g</text>\n", std::abs(value) < step * 1e-6 ? 0 : value);
  }
  return out;
}

// "120", or of an axis with fractions "0.25".
std::string x_text(const LineChart& chart, double x) { return text(chart.whole_x ? "%.0f" : "%.3g", x); }

std::string x_ticks(const Axis& axis, const LineChart& chart) {
  std::string out;
  const double step = std::max(chart.whole_x ? 1.0 : 0.0, nice_step(axis.to - axis.from, 6));
  for (double value = std::ceil(axis.from / step) * step; value <= axis.to * (1 + 1e-12); value += step) {
    out += text("<text class=\"tick\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">", axis.place(value),
                kBottom + 17);
    out += x_text(chart, std::abs(value) < step * 1e-6 ? 0 : value) + "</text>\n";
  }
  out += text("<text class=\"tick\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">", (kLeft + kRight) / 2,
              kBottom + 36);
  return out.append(html_text(chart.x_name)).append("</text>\n");
}

std::string line(const ChartSeries& series, std::size_t index, const Axis& x, const Axis& y, bool dots) {
  std::string out = text("<polyline class=\"line line%.0f\" points=\"", static_cast<double>(index));
  for (const ChartPoint& point : series.points) out += text("%.1f,%.1f ", x.place(point.x), y.place(point.y));
  out.back() = '"';
  out += "/>\n";
  if (!dots && series.points.size() > 1) return out;
  for (const ChartPoint& point : series.points) {
    out += text("<circle class=\"dot dot%.0f\" ", static_cast<double>(index));
    out += text("cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>\n", x.place(point.x), y.place(point.y));
  }
  return out;
}

std::string mark(const LineChart& chart, const Axis& x) {
  if (!chart.marked_x || *chart.marked_x < x.from || *chart.marked_x > x.to) return {};
  const double place = x.place(*chart.marked_x);
  const bool left = place > (kLeft + kRight) / 2;
  std::string out = text("<path class=\"mark\" d=\"M%.1f %.1fV%.1f\"/>", place, kTop, kBottom);
  out +=
      text("<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"", place + (left ? -5 : 5), kBottom - 6);
  return out.append(left ? "end" : "start")
      .append("\">")
      .append(html_text(chart.marked_name))
      .append("</text>\n");
}

std::string levels(const LineChart& chart, const Axis& y) {
  std::string out;
  for (const ChartLevel& level : chart.levels) {
    if (level.y < y.from || level.y > y.to) continue;
    const double place = y.place(level.y);
    const bool above = place < kTop + 16;  // no room over the line
    out += text("<path class=\"mark\" d=\"M%.1f %.1fH%.1f\"/>", kLeft, place, kRight);
    out += text("<text class=\"tick\" text-anchor=\"end\" x=\"%.1f\" y=\"%.1f\">", kRight - 4,
                above ? place + 14 : place - 5);
    out += html_text(level.name) + "</text>\n";
  }
  return out;
}

// "loss: 1.2 at step 1, 0.3 at step 900.", for each line.
std::string spoken_values(const LineChart& chart, const std::vector<ChartSeries>& series) {
  std::string out;
  for (const ChartSeries& each : series) {
    const ChartPoint &first = each.points.front(), &last = each.points.back();
    out +=
        " " + each.name + ": " + text("%.3g", first.y) + " at " + chart.x_name + " " + x_text(chart, first.x);
    if (each.points.size() > 1)
      out += ", " + text("%.3g", last.y) + " at " + chart.x_name + " " + x_text(chart, last.x);
    out += ".";
  }
  for (const ChartLevel& level : chart.levels) out += " " + level.name + ": " + text("%.3g", level.y) + ".";
  return out;
}

const ChartPoint& nearest(const std::vector<ChartPoint>& points, double x) {
  return *std::min_element(points.begin(), points.end(), [x](const ChartPoint& a, const ChartPoint& b) {
    return std::abs(a.x - x) < std::abs(b.x - x);
  });
}

// An invisible column around each x whose title names the values there: hover texts without a script.
std::string hover_columns(const LineChart& chart, const std::vector<ChartSeries>& series, const Axis& x) {
  const std::vector<ChartPoint>& places = series.front().points;
  std::string out;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const double here = x.place(places[i].x);
    const double from = i == 0 ? kLeft : (x.place(places[i - 1].x) + here) / 2;
    const double to = i + 1 == places.size() ? kRight : (here + x.place(places[i + 1].x)) / 2;
    out += text("<rect class=\"hover\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>", from,
                kTop, std::max(0.0, to - from), kBottom - kTop);
    out.append(html_text(chart.x_name)).append(" " + x_text(chart, places[i].x));
    for (const ChartSeries& each : series) {
      out.append("\n")
          .append(html_text(each.name))
          .append(text(": %.4g", nearest(each.points, places[i].x).y));
    }
    out += "</title></rect>\n";
  }
  return out;
}

std::string legend(const std::vector<ChartSeries>& series) {
  std::string out = "<ul class=\"legend\">";
  for (std::size_t i = 0; i < series.size(); ++i) {
    out += text(
        "<li><svg class=\"swatch\" viewBox=\"0 0 28 10\" aria-hidden=\"true\"><path class=\"line line%.0f\" "
        "d=\"M1 5H27\"/></svg>",
        static_cast<double>(i));
    out.append(html_text(series[i].name)).append("</li>");
  }
  return out + "</ul>";
}

}  // namespace

std::vector<ChartPoint> thinned(const std::vector<ChartPoint>& points, std::size_t limit) {
  if (points.size() <= limit) return points;
  std::vector<ChartPoint> result;
  for (std::size_t i = 0; i < limit; ++i) {
    const std::size_t begin = i * points.size() / limit, end = (i + 1) * points.size() / limit;
    ChartPoint mean;
    for (std::size_t j = begin; j < end; ++j) {
      mean.x += points[j].x / static_cast<double>(end - begin);
      mean.y += points[j].y / static_cast<double>(end - begin);
    }
    result.push_back(mean);
  }
  return result;
}

std::string line_chart(const LineChart& chart) {
  std::vector<ChartSeries> series;
  for (const ChartSeries& each : chart.series) {
    if (!each.points.empty()) series.push_back({each.name, thinned(each.points, kMaxPoints)});
  }
  if (series.empty()) return {};
  const Axis x = x_axis(series), y = y_axis(chart, series);
  const std::string title = html_text(chart.title);
  std::string out = "<figure>\n<figcaption>" + title + "</figcaption>\n";
  out += text("<svg class=\"chart\" viewBox=\"0 0 %.0f %.0f\" role=\"img\">", kWidth, kHeight);
  out.append("<title>")
      .append(title)
      .append("</title><desc>")
      .append(html_text(chart.description + spoken_values(chart, series), 1000));
  out.append("</desc>\n").append(y_grid(y)).append(x_ticks(x, chart)).append(mark(chart, x));
  out += levels(chart, y);
  for (std::size_t i = 0; i < series.size(); ++i) out += line(series[i], i, x, y, chart.dots);
  return out.append(hover_columns(chart, series, x))
      .append("</svg>\n")
      .append(legend(series))
      .append("</figure>\n");
}

}  // namespace reprtune
