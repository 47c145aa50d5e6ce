#include <reprtune/report/field.h>
#include <reprtune/report/html.h>
#include <reprtune/report/learning_curve_section.h>
#include <reprtune/report/line_chart.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostPoints = 20;

std::optional<ChartPoint> point(const Json& measured, const char* key) {
  const auto rows = number_field(measured, "rows");
  const auto score = number_field(measured, key);
  if (!rows || !score) return std::nullopt;
  return ChartPoint{*rows, *score};
}

/// The measured points and, as a line of its own, where they lead to.
struct Curve {
  std::vector<ChartPoint> measured, expected;

  Curve(const Json& curve, const char* key) {
    const Json& points = list_field(curve, "points");
    for (std::size_t i = 0; i < std::min(points.size(), kMostPoints); ++i)
      if (const auto each = point(points[i], key)) measured.push_back(*each);
    const auto forecast = point(field(curve, "forecast"), key);
    if (forecast && !measured.empty()) expected = {measured.back(), *forecast};
  }

  /// "+1.2", in points of a hundred.
  std::string gain() const {
    char text[32];
    std::snprintf(text, sizeof text, "%+.1f", 100 * (expected.back().y - expected.front().y));
    return text;
  }
};

}  // namespace

std::string learning_curve_section(const Json& run) {
  const Json& curve = field(run, "learning_curve");
  const Curve accuracy(curve, "accuracy"), f1(curve, "macro_f1");
  if (accuracy.expected.empty() || f1.expected.empty()) return {};
  const std::string chart = line_chart(
      {.title = "Scores by training rows",
       .description =
           "Accuracy and macro-F1 on the same validation rows of models that were trained on a part "
           "of the rows and on all of them, and what is expected of twice as many.",
       .x_name = "training rows",
       .series = {{"accuracy", accuracy.measured},
                  {"macro-F1", f1.measured},
                  {"accuracy, expected", accuracy.expected},
                  {"macro-F1, expected", f1.expected}},
       .lowest = {},
       .highest = {},
       .marked_x = {},
       .marked_name = {},
       .dots = true});
  const std::string text =
      "<p>If errors go on falling as they did, twice the training rows would give about <strong>" +
      html_text(accuracy.gain()) + " points</strong> of accuracy and <strong>" + html_text(f1.gain()) +
      "</strong> of macro-F1. The scores are of " +
      html_count(count_field(curve, "validation_rows").value_or(0)) +
      " validation rows: with few of them the curve is rough, and so is what it leads to.</p>\n";
  return html_section("learning-curve", "Would more rows help?", text + chart);
}

}  // namespace reprtune
