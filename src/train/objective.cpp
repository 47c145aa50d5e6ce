#include <reprtune/train/losses.h>
#include <reprtune/train/objective.h>

#include <cassert>
#include <limits>
#include <numeric>

#include <ATen/ATen.h>

namespace reprtune {
namespace {

/// class_weights() of these rows; undefined when all count the same. // [C]
at::Tensor class_weight_tensor(const ClassWeights& weights, const LabelSet& names,
                               const std::vector<RowLabels>& labels) {
  const std::vector<double> values = class_weights(weights, names, count_labels(labels, names.size()));
  return values.empty() ? at::Tensor() : at::tensor(values).to(at::kFloat);
}

/// One label per row: targets are class indices, [B] int64.
class SoftmaxObjective final : public Objective {
 public:
  SoftmaxObjective(const std::vector<RowLabels>& labels, const LabelSet& names,
                   const ObjectiveSettings& settings)
      : Objective(labels),
        class_weights_(class_weight_tensor(settings.class_weights, names, labels)),
        settings_(settings) {}

  at::Tensor targets(std::span<const std::size_t> rows) const override {
    at::Tensor classes = at::empty({static_cast<std::int64_t>(rows.size())}, at::kLong);
    auto* out = classes.mutable_data_ptr<std::int64_t>();
    for (const std::size_t row : rows) *out++ = static_cast<std::int64_t>(labels_[row].only());
    return classes;
  }

  at::Tensor classification_loss(const at::Tensor& logits, const at::Tensor& targets) const override {
    const at::Tensor weights = class_weights_.defined() ? class_weights_.to(logits.device()) : class_weights_;
    return reprtune::classification_loss(logits, targets, weights, settings_.focal_gamma,
                                         settings_.label_smoothing);
  }

  double absent_logit() const override { return -std::numeric_limits<double>::infinity(); }

  at::Tensor contrastive_loss(const at::Tensor& vectors, const at::Tensor& targets) const override {
    return settings_.contrastive_loss == ContrastiveLoss::cosine
               ? cosine_contrastive_loss(vectors, targets)
               : supervised_contrastive_loss(vectors, targets, settings_.contrastive_temperature);
  }

 private:
  at::Tensor class_weights_;  // [C], or undefined
  ObjectiveSettings settings_;
};

/// Any number of labels per row: targets are sets, [B, C] float32 of 0 and 1.
class SigmoidObjective final : public Objective {
 public:
  SigmoidObjective(const std::vector<RowLabels>& labels, std::size_t classes,
                   const ObjectiveSettings& settings)
      : Objective(labels),
        classes_(static_cast<std::int64_t>(classes)),
        focal_gamma_(settings.focal_gamma),
        temperature_(settings.contrastive_temperature) {}

  at::Tensor targets(std::span<const std::size_t> rows) const override {
    at::Tensor sets = at::zeros({static_cast<std::int64_t>(rows.size()), classes_});
    auto* out = sets.mutable_data_ptr<float>();
    for (const std::size_t row : rows) {
      for (const std::size_t label : labels_[row]) out[label] = 1;
      out += classes_;
    }
    return sets;
  }

  at::Tensor classification_loss(const at::Tensor& logits, const at::Tensor& targets) const override {
    return label_set_loss(logits, targets, focal_gamma_);
  }

  /// Finite, since it is multiplied by 0.
  double absent_logit() const override { return -1e4; }

  at::Tensor contrastive_loss(const at::Tensor& vectors, const at::Tensor& targets) const override {
    return overlap_contrastive_loss(vectors, label_overlap(targets), temperature_);
  }

 private:
  std::int64_t classes_;
  double focal_gamma_, temperature_;
};

}  // namespace

at::Tensor Objective::targets() const {
  std::vector<std::size_t> all(labels_.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return targets(all);
}

std::unique_ptr<Objective> make_objective(ProblemType problem, const std::vector<RowLabels>& labels,
                                          const LabelSet& names, const ObjectiveSettings& settings) {
  if (problem == ProblemType::single_label)
    return std::make_unique<SoftmaxObjective>(labels, names, settings);
  assert(settings.class_weights.rule == ClassWeights::Rule::none && settings.label_smoothing == 0 &&
         settings.contrastive_loss == ContrastiveLoss::supcon);
  return std::make_unique<SigmoidObjective>(labels, names.size(), settings);
}

}  // namespace reprtune
