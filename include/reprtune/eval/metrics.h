#pragma once

#include <reprtune/data/row_labels.h>

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// Precision, recall and F1. Absent where they have no meaning: for a class that occurs neither among the
/// true labels nor among the predictions, and for the mean over no class. Otherwise an undefined quotient
/// (0/0) counts as 0, as in scikit-learn.
struct PrecisionRecallF1 {
  std::optional<double> precision;
  std::optional<double> recall;
  std::optional<double> f1;
};

struct ClassMetrics {
  PrecisionRecallF1 scores;
  std::size_t support = 0;  ///< rows whose true label is this class
};

/// The rows whose top probability lies in (low, high]. Where rows may have several labels, every label of
/// every row counts as a row here, right where the row has the label.
struct ReliabilityBin {
  double low = 0, high = 0;
  std::size_t rows = 0;
  std::optional<double> confidence;  ///< their mean top probability; absent without rows
  std::optional<double> accuracy;    ///< the share of them that is right; absent without rows
};

/// What there is to say beside where rows may have several labels.
struct LabelSetScores {
  PrecisionRecallF1 micro;    ///< over the labels of all rows together; absent without a label on either side
  PrecisionRecallF1 samples;  ///< mean over the rows of what each has and is given; 0/0 counts as 1
  double hamming_loss = 0;    ///< share of wrong decisions, of one for each row and label
};

/// Rows by their true and their predicted class; pairs without rows are left out.
using Confusion = std::map<std::pair<std::size_t, std::size_t>, std::size_t>;

struct Metrics {
  std::size_t rows = 0;
  double accuracy = 0;                       ///< share of the rows whose labels are all right
  PrecisionRecallF1 macro;                   ///< unweighted mean over the classes that occur
  PrecisionRecallF1 weighted;                ///< mean weighted by support
  std::vector<ClassMetrics> per_class;       // [C]
  Confusion confusion;                       ///< empty for several labels
  std::optional<LabelSetScores> label_sets;  ///< where rows may have several labels
  /// Mean negative natural log of the true class's probability, which is clipped at the smallest positive
  /// normal float (1.2e-38): a row that is wrong with certainty costs 87.3, not infinity. With several labels
  /// the sum over all labels of that for having it, or not.
  double log_loss = 0;
  std::vector<ReliabilityBin> reliability;  ///< 15 bins of equal width, the lowest first
  /// The mean over the rows of |confidence - accuracy| of their bins (Guo et al. 2017, equation 3).
  double expected_calibration_error = 0;
};

/// `truth`: [B] class indices; `probabilities`: [B, C] row-major, each row summing to 1; the prediction is
/// the first largest. Needs at least one row and one class. Probabilities that are not numbers, of a network
/// that has diverged, give a log loss and a calibration error that mean nothing.
Metrics compute_metrics(std::span<const std::size_t> truth, std::span<const float> probabilities,
                        std::size_t classes);

/// The same where rows may have several labels: `truth` and `predicted`, [B] labels below `classes`, and
/// `probabilities`, [B, C] row-major, that a row has each label. As in scikit-learn: accuracy is that of
/// whole sets (subset accuracy), macro and weighted are means over the labels that occur, with
/// zero_division=0, samples has zero_division=1, so that a row without a label which is given none is wholly
/// right.
Metrics compute_metrics(std::span<const RowLabels> truth, std::span<const RowLabels> predicted,
                        std::span<const float> probabilities, std::size_t classes);

/// Rows of class `truth` that were predicted as another class.
struct ConfusedPair {
  std::size_t truth = 0;
  std::size_t predicted = 0;
  std::size_t rows = 0;
};

/// The pairs of classes mistaken most often, most rows first (then in class order), at most `limit` of them.
std::vector<ConfusedPair> most_confused(const Confusion& confusion, std::size_t limit);

/// The JSON shape of `reprtune evaluate --format json`. `labels`: [C]; absent values are null. Where rows may
/// have several labels "micro", "samples" and "hamming_loss" take the place of "confusion". Of more than
/// 2,000 classes that has "cells", [[true, predicted, rows], ...], in place of "counts", [C true][C
/// predicted].
nlohmann::ordered_json metrics_json(const Metrics& metrics, const std::vector<std::string>& labels);

}  // namespace reprtune
