#pragma once

#include <reprtune/data/problem_type.h>
#include <reprtune/data/row_labels.h>
#include <reprtune/train/class_weights.h>
#include <reprtune/train/contrastive_loss.h>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// What training minimises, by problem type: how labels become targets, and what logits and vectors cost
/// against them.
class Objective {
 public:
  virtual ~Objective() = default;

  /// Targets of the rows with these indices, on the CPU, for the losses below.
  virtual at::Tensor targets(std::span<const std::size_t> rows) const = 0;
  /// Of all rows.
  at::Tensor targets() const;

  /// logits: [B, C] float32. Differentiable scalar.
  virtual at::Tensor classification_loss(const at::Tensor& logits, const at::Tensor& targets) const = 0;
  /// What a logit of a class that these rows know nothing of is replaced with: it is as good as ruled out.
  virtual double absent_logit() const = 0;
  /// vectors: [B, H] float32. Differentiable scalar.
  virtual at::Tensor contrastive_loss(const at::Tensor& vectors, const at::Tensor& targets) const = 0;

 protected:
  explicit Objective(const std::vector<RowLabels>& labels) : labels_(labels) {}

  const std::vector<RowLabels>& labels_;
};

/// The losses' settings, as in FinetuneOptions.
struct ObjectiveSettings {
  ClassWeights class_weights = {};
  double focal_gamma = 0;
  double label_smoothing = 0;
  ContrastiveLoss contrastive_loss = ContrastiveLoss::supcon;
  double contrastive_temperature = 0.1;  ///< of supcon
};

/// Cross-entropy and same-label pairs where a row has one label, binary cross-entropy and overlapping pairs
/// where it may have any number, each as a focal loss where `focal_gamma` is above 0. `labels`, which must
/// outlive the objective: [rows]; `names`: [C]. Weights, label smoothing and the cosine loss are for single
/// labels.
std::unique_ptr<Objective> make_objective(ProblemType problem, const std::vector<RowLabels>& labels,
                                          const LabelSet& names, const ObjectiveSettings& settings);

}  // namespace reprtune
