#pragma once

#include <reprtune/data/row_labels.h>
#include <reprtune/eval/abstention.h>
#include <reprtune/eval/metrics.h>
#include <reprtune/model/head.h>
#include <reprtune/train/finetune_options.h>
#include <reprtune/train/progress.h>

#include <cstddef>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// What models say about rows that they were not trained on: all that scores, probabilities and novelty are
/// fitted on. V rows, perhaps of several models, each with the rows held out from it.
struct HeldOut {
  std::vector<RowLabels> truth;            ///< [V]
  at::Tensor logits;                       ///< [V, C] float32, not calibrated
  at::Tensor distances;                    ///< [V] float32, see Novelty; in no order
  std::vector<RowLabels> majority, probe;  ///< [V] the answers of the two baselines
  at::Tensor vectors_before;               ///< [V, H] float32, by the encoder as it was before training

  /// With the probabilities that this head makes of the logits.
  Metrics score(const Head& head) const;
};

/// The likeliest class of each row of logits [B, C].
std::vector<std::size_t> best_classes(const at::Tensor& logits);

/// The labels that a head gives rows with these logits [B, C]: where a row has one, that of the likeliest
/// class.
std::vector<RowLabels> answers(const Head& head, const at::Tensor& logits);

/// The rows of all parts, at least one, in their order.
HeldOut join(std::span<const HeldOut> parts);

/// Scores of the two baselines; labels and problem type are those of the head.
Baselines score_baselines(const HeldOut& held_out, const Head& head);

/// Answers as float32 of 0 and 1, for a checkpoint, and back. // [V, C]
at::Tensor answer_tensor(const std::vector<RowLabels>& answers, std::size_t classes);
std::vector<RowLabels> answers_of(const at::Tensor& tensor);

/// Fits the temperature of a head, its thresholds where it has any, and, where `options` wish for a precision
/// (only where a row has one label), its abstention.
void calibrate(Head& head, const HeldOut& held_out, const FinetuneOptions& options);

/// Which rows a head answers, where a row has one label; all of them without an abstention.
AnsweredRows answered_rows(const Head& head, const HeldOut& held_out);

}  // namespace reprtune
