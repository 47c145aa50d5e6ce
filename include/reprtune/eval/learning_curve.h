#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// The scores that training on so many rows comes to.
struct LearningPoint {
  std::size_t rows = 0;
  double accuracy = 0, macro_f1 = 0;
};

/// What twice the rows of the last point would come to if errors went on falling by the power law a n^-b that
/// fits all points best (least squares of the logarithms; Cortes et al., "Learning Curves: Asymptotic Values
/// and Rate of Convergence", NeurIPS 1993, without the asymptote, which so few points cannot tell). Errors
/// that do not fall are expected to stay. `points`: at least one, ascending in rows, scored on
/// `validation_rows` > 0 rows.
LearningPoint forecast_twice(std::span<const LearningPoint> points, std::size_t validation_rows);

/// {"validation_rows", "points": [{"rows", "accuracy", "macro_f1"}], "forecast": the same for twice as many}.
nlohmann::ordered_json learning_curve_json(std::span<const LearningPoint> points,
                                           std::size_t validation_rows);

/// "twice the training rows (3272) would give about +1.2 points of accuracy and +1.4 of macro-F1"
std::string forecast_text(const nlohmann::ordered_json& learning_curve);

}  // namespace reprtune
