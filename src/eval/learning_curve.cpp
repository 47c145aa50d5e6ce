#include <reprtune/data/fixed_number.h>
#include <reprtune/eval/learning_curve.h>

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

/// The score of twice the rows. Errors count one right and one wrong row more, so that none is 0.
double forecast_score(std::span<const LearningPoint> points, double LearningPoint::*score,
                      std::size_t validation_rows) {
  const auto V = static_cast<double>(validation_rows);
  const auto N = static_cast<double>(points.size());
  double x_mean = 0, y_mean = 0, xx = 0, xy = 0;
  const auto x_of = [](const LearningPoint& point) { return std::log2(static_cast<double>(point.rows)); };
  const auto y_of = [&](const LearningPoint& point) {
    return std::log2(((1 - point.*score) * V + 1) / (V + 2));
  };
  for (const LearningPoint& point : points) {
    x_mean += x_of(point) / N;
    y_mean += y_of(point) / N;
  }
  for (const LearningPoint& point : points) {
    xx += (x_of(point) - x_mean) * (x_of(point) - x_mean);
    xy += (x_of(point) - x_mean) * (y_of(point) - y_mean);
  }
  const double slope = xx > 0 ? std::min(xy / xx, 0.0) : 0;
  const double last = points.back().*score;
  return last + (1 - last) * (1 - std::exp2(slope));
}

Json point_json(const LearningPoint& point) {
  return {{"rows", point.rows}, {"accuracy", point.accuracy}, {"macro_f1", point.macro_f1}};
}

}  // namespace

LearningPoint forecast_twice(std::span<const LearningPoint> points, std::size_t validation_rows) {
  return {2 * points.back().rows, forecast_score(points, &LearningPoint::accuracy, validation_rows),
          forecast_score(points, &LearningPoint::macro_f1, validation_rows)};
}

Json learning_curve_json(std::span<const LearningPoint> points, std::size_t validation_rows) {
  Json list = Json::array();
  for (const LearningPoint& point : points) list.push_back(point_json(point));
  return {{"validation_rows", validation_rows},
          {"points", std::move(list)},
          {"forecast", point_json(forecast_twice(points, validation_rows))}};
}

std::string forecast_text(const Json& learning_curve) {
  const Json& last = learning_curve["points"].back();
  const Json& forecast = learning_curve["forecast"];
  const auto gain = [&](const char* key) {
    return "+" + fixed_number(100 * (forecast[key].get<double>() - last[key].get<double>()), 1);
  };
  return "twice the training rows (" + std::to_string(forecast["rows"].get<std::size_t>()) +
         ") would give about " + gain("accuracy") + " points of accuracy and " + gain("macro_f1") +
         " of macro-F1";
}

}  // namespace reprtune
