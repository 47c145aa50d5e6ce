#include <reprtune/train/losses.h>
#include <reprtune/train/objective.h>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

const LabelSet kNames({"a", "b", "c"});

TEST(Objective, OneLabelPerRowIsAClass) {
  const std::vector<RowLabels> labels = {2, 0, 1, 2};
  const auto objective = make_objective(ProblemType::single_label, labels, kNames, {});
  EXPECT_TRUE(at::equal(objective->targets(), at::tensor({2, 0, 1, 2}, at::kLong)));
  const at::Tensor targets = objective->targets(std::vector<std::size_t>{3, 1});
  EXPECT_TRUE(at::equal(targets, at::tensor({2, 0}, at::kLong)));
  const at::Tensor logits = at::randn({2, 3});
  EXPECT_TRUE(
      at::equal(objective->classification_loss(logits, targets), at::cross_entropy_loss(logits, targets)));
}

TEST(Objective, LabelsOfClassesAreSmoothed) {
  const std::vector<RowLabels> labels = {2, 0};
  const auto objective = make_objective(ProblemType::single_label, labels, kNames, {.label_smoothing = 0.2});
  const at::Tensor logits = at::randn({2, 3}), targets = objective->targets();
  EXPECT_TRUE(at::equal(objective->classification_loss(logits, targets),
                        classification_loss(logits, targets, {}, 0, 0.2)));
}

TEST(Objective, AnAbsentClassGetsNoGradient) {
  const std::vector<RowLabels> labels = {0, 2};
  for (const ProblemType problem : {ProblemType::single_label, ProblemType::multi_label}) {
    const auto objective = make_objective(problem, labels, kNames, {});
    const at::Tensor absent = at::tensor({0, 1, 0}).to(at::kBool);
    const at::Tensor logits = at::randn({2, 3}).requires_grad_(true);
    objective
        ->classification_loss(logits.masked_fill(absent, objective->absent_logit()), objective->targets())
        .backward();
    EXPECT_TRUE(logits.grad().isfinite().all().item<bool>());
    EXPECT_EQ(logits.grad().select(1, 1).abs().max().item<double>(), 0);
  }
}

TEST(Objective, AnyNumberOfLabelsIsASet) {
  const std::vector<RowLabels> labels = {RowLabels({0, 2}), RowLabels(), RowLabels(1)};
  const auto objective = make_objective(ProblemType::multi_label, labels, kNames, {});
  const at::Tensor sets = objective->targets(std::vector<std::size_t>{1, 0});
  EXPECT_TRUE(at::equal(sets, at::tensor({0.0F, 0.0F, 0.0F, 1.0F, 0.0F, 1.0F}).view({2, 3})));
  const at::Tensor logits = at::randn({2, 3});
  EXPECT_NEAR(objective->classification_loss(logits, sets).item<double>(),
              3 * at::binary_cross_entropy_with_logits(logits, sets).item<double>(), 1e-5);
}

TEST(Objective, SetsOfOneLabelContrastAsClassesDo) {
  const std::vector<RowLabels> labels = {0, 1, 0, 2, 1, 1};
  const at::Tensor vectors = at::randn({6, 4});
  const auto loss = [&](ProblemType problem) {
    const auto objective = make_objective(problem, labels, kNames, {});
    return objective->contrastive_loss(vectors, objective->targets()).item<double>();
  };
  EXPECT_NEAR(loss(ProblemType::multi_label), loss(ProblemType::single_label), 1e-6);
}

TEST(Objective, TheContrastiveTermHasTheFormAskedFor) {
  const std::vector<RowLabels> labels = {0, 1, 0, 2, 1, 1};
  const at::Tensor vectors = at::randn({6, 4});
  const auto loss = [&](const ObjectiveSettings& settings) {
    const auto objective = make_objective(ProblemType::single_label, labels, kNames, settings);
    return objective->contrastive_loss(vectors, objective->targets()).item<double>();
  };
  const at::Tensor classes = at::tensor({0, 1, 0, 2, 1, 1}, at::kLong);
  EXPECT_NEAR(loss({.contrastive_temperature = 0.3}),
              supervised_contrastive_loss(vectors, classes, 0.3).item<double>(), 1e-6);
  EXPECT_NEAR(loss({.contrastive_loss = ContrastiveLoss::cosine}),
              cosine_contrastive_loss(vectors, classes).item<double>(), 1e-6);
}

}  // namespace
}  // namespace reprtune
