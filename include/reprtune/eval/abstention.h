#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// When a model is not to answer: a "reject option" (Chow, "On Optimum Recognition Error and Reject
/// Tradeoff", IEEE Transactions on Information Theory, 1970).
struct Abstention {
  double precision = 0;  ///< wished share of right ones among the answers; 0: none was named
  /// Answers whose probability is below are withheld; absent: no threshold reached the precision.
  std::optional<double> threshold;
  /// [C] the same for the answers that name a class, in the place of `threshold`; empty when not asked for.
  std::vector<std::optional<double>> class_thresholds = {};

  /// [C] below which an answer that names a class is withheld, in float32 as the probabilities are. Without
  /// a threshold every row is answered, but a class that has none of its own beside others never.
  std::vector<float> thresholds(std::size_t classes) const;
};

/// The smallest threshold on the top probability with which the share of right ones among the answers reaches
/// `precision`; 0 when all rows together reach it, absent when no threshold does. The share is the mean of
/// two estimates: the rows counted, with one right and one wrong answer more than there were (the rule of
/// succession: a handful of rows proves nothing), which is true but noisy, and the mean of the probabilities,
/// which is steady but only as true as they are calibrated. On unseen rows that comes nearer to `precision`
/// than either, than isotonic regression, or than a confidence bound (docs/probabilities.md). `truth`: [B]
/// class indices; `probabilities`: [B, C] row-major; 0 < precision < 1.
std::optional<double> fit_threshold(std::span<const std::size_t> truth, std::span<const float> probabilities,
                                    std::size_t classes, double precision);

/// fit_threshold() for the answers that name each class, with the shares of the right ones among all answers
/// not below the same probability as if they came from kCommonAnswers more rows of the class: few rows say
/// little. A class that no row is answered with has the threshold of all. [C]
std::vector<std::optional<double>> fit_class_thresholds(std::span<const std::size_t> truth,
                                                        std::span<const float> probabilities,
                                                        std::size_t classes, double precision);

inline constexpr double kCommonAnswers = 10;

/// What is left when the rows below a threshold are not answered.
struct AnsweredRows {
  std::size_t rows = 0;            ///< that are answered
  double coverage = 0;             ///< their share of all rows
  std::optional<double> accuracy;  ///< the share of them that is right; absent when there are none
};

/// `truth`: [B], at least one; `probabilities`: [B, C] row-major. A row is answered when its top probability
/// is not below the threshold of that class. `thresholds`: [C]
AnsweredRows score_answered(std::span<const std::size_t> truth, std::span<const float> probabilities,
                            std::span<const float> thresholds);

/// {"precision", "threshold", "class_thresholds", "answered", "coverage", "accuracy"}; absent values are
/// null, and thresholds of classes are by label, where there are any. `labels`: [C]
nlohmann::ordered_json abstention_json(const Abstention& abstention, const AnsweredRows& answered,
                                       const std::vector<std::string>& labels);

}  // namespace reprtune
