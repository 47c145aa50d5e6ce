#include <reprtune/train/losses.h>

#include "label_sets_golden.h"
#include "training_golden.h"

#include <cmath>
#include <limits>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

/// Compares loss_of(golden[input]) and its gradient with the golden ones.
template <typename Loss>
void expect_golden(const nlohmann::json& golden, const char* input, const Loss& loss_of) {
  const std::int64_t rows = golden.at("rows");
  const at::Tensor x = golden_matrix(golden.at(input), rows).requires_grad_(true);
  const at::Tensor loss = loss_of(x);
  EXPECT_NEAR(loss.item<double>(), golden.at("loss").get<double>(), 1e-5);
  loss.backward();
  EXPECT_LT((x.grad() - golden_matrix(golden.at("gradient"), rows)).abs().max().item<double>(), 1e-5);
}

at::Tensor golden_labels(const nlohmann::json& golden) {
  return at::tensor(golden.at("labels").get<std::vector<std::int64_t>>());
}

TEST(ContrastiveLoss, LossAndGradientAreThoseOfThePaperInPyTorch) {
  for (const auto& golden : training_golden().at("contrastive")) {
    expect_golden(golden, "vectors", [&](const at::Tensor& vectors) {
      return supervised_contrastive_loss(vectors, golden_labels(golden), golden.at("temperature"));
    });
  }
}

TEST(ContrastiveLoss, TwoPairsByHand) {
  // Two classes on orthogonal axes: each anchor sees its partner at cosine 1 and two others at 0.
  const at::Tensor vectors = at::tensor({2.0F, 0.0F, 5.0F, 0.0F, 0.0F, 1.0F, 0.0F, 3.0F}).view({4, 2});
  const at::Tensor labels = at::tensor({0, 0, 1, 1}, at::kLong);
  const double expected = -std::log(std::exp(2.0) / (std::exp(2.0) + 2));
  EXPECT_NEAR(supervised_contrastive_loss(vectors, labels, 0.5).item<double>(), expected, 1e-6);
}

TEST(ContrastiveLoss, IsZeroWithFiniteGradientWhenNobodyHasAPartner) {
  for (const std::int64_t rows : {1, 4}) {
    at::Tensor vectors = at::randn({rows, 3}).requires_grad_(true);
    const at::Tensor loss = supervised_contrastive_loss(vectors, at::arange(rows, at::kLong), 0.1);
    EXPECT_EQ(loss.item<double>(), 0);
    loss.backward();
    EXPECT_EQ(vectors.grad().abs().max().item<double>(), 0);
  }
}

TEST(ContrastiveLoss, DoesNotDependOnOrderOrLength) {
  const at::Tensor vectors = at::randn({10, 6});
  const at::Tensor labels = at::tensor({0, 1, 2, 0, 1, 2, 2, 1, 0, 3}, at::kLong);
  const double loss = supervised_contrastive_loss(vectors, labels, 0.1).item<double>();
  const at::Tensor order = at::tensor({3, 9, 1, 0, 2, 8, 7, 4, 6, 5}, at::kLong);
  EXPECT_NEAR(supervised_contrastive_loss(vectors.index({order}), labels.index({order}), 0.1).item<double>(),
              loss, 1e-5);
  const at::Tensor lengths = at::arange(1, 11).to(at::kFloat).unsqueeze(1);
  EXPECT_NEAR(supervised_contrastive_loss(vectors * lengths, labels, 0.1).item<double>(), loss, 1e-5);
}

TEST(CosineContrastiveLoss, LossAndGradientAreThoseOfEachPairInPyTorch) {
  for (const auto& golden : training_golden().at("cosine")) {
    expect_golden(golden, "vectors", [&](const at::Tensor& vectors) {
      return cosine_contrastive_loss(vectors, golden_labels(golden));
    });
  }
}

TEST(CosineContrastiveLoss, IsZeroWhereClassesStandAtRightAngles) {
  const at::Tensor labels = at::tensor({0, 0, 1, 1}, at::kLong);
  const at::Tensor across = at::tensor({2.0F, 0.0F, 5.0F, 0.0F, 0.0F, 1.0F, 0.0F, 3.0F}).view({4, 2});
  EXPECT_NEAR(cosine_contrastive_loss(across, labels).item<double>(), 0, 1e-6);
  const at::Tensor opposite = at::tensor({2.0F, 0.0F, 5.0F, 0.0F, -1.0F, 0.0F, -3.0F, 0.0F}).view({4, 2});
  EXPECT_NEAR(cosine_contrastive_loss(opposite, labels).item<double>(), 0.5, 1e-6);
  EXPECT_NEAR(cosine_contrastive_loss(across, at::arange(4, at::kLong)).item<double>(), 2.0 / 12, 1e-6)
      << "without partners";
}

TEST(ClassificationLoss, WeighsRowsByTheirClass) {
  const at::Tensor logits = at::tensor({1.0F, 0.0F, 0.0F, 2.0F, 0.0F, 0.0F}).view({3, 2});
  const at::Tensor labels = at::tensor({0, 1, 1}, at::kLong);
  const double a = std::log1p(std::exp(-1.0)), b = std::log1p(std::exp(-2.0)), c = std::log(2.0);
  EXPECT_NEAR(classification_loss(logits, labels, {}).item<double>(), (a + b + c) / 3, 1e-6);
  const at::Tensor weights = at::tensor({3.0F, 0.5F});
  EXPECT_NEAR(classification_loss(logits, labels, weights).item<double>(), (3 * a + 0.5 * b + 0.5 * c) / 4,
              1e-6);
}

TEST(LabelSmoothing, IsThatOfPyTorch) {
  const at::Tensor logits = at::randn({5, 4}).requires_grad_(true);
  const at::Tensor labels = at::tensor({0, 3, 2, 2, 1}, at::kLong);
  const at::Tensor loss = classification_loss(logits, labels, {}, 0, 0.2);
  const at::Tensor expected = at::cross_entropy_loss(logits, labels, {}, at::Reduction::Mean, -100, 0.2);
  EXPECT_NEAR(loss.item<double>(), expected.item<double>(), 1e-6);
  loss.backward();
  const at::Tensor gradient = logits.grad().clone();
  logits.mutable_grad().reset();
  expected.backward();
  EXPECT_LT((logits.grad() - gradient).abs().max().item<double>(), 1e-6);
}

TEST(LabelSmoothing, LeavesOutClassesThatAreRuledOut) {
  const float infinity = std::numeric_limits<float>::infinity();
  const at::Tensor logits = at::tensor({2.0F, 1.0F, -infinity}).view({1, 3}).requires_grad_(true);
  const at::Tensor loss = classification_loss(logits, at::tensor({0}, at::kLong), {}, 0, 0.1);
  const double first = std::log1p(std::exp(-1.0)), second = 1 + first;
  EXPECT_NEAR(loss.item<double>(), 0.9 * first + 0.1 * (first + second) / 2, 1e-6);
  loss.backward();
  EXPECT_TRUE(logits.grad().isfinite().all().item<bool>());
  EXPECT_EQ(logits.grad()[0][2].item<float>(), 0);
}

TEST(FocalLoss, LossAndGradientAreThoseOfThePaperInPyTorch) {
  for (const auto& golden : training_golden().at("focal")) {
    const at::Tensor weights = at::tensor(golden.at("weights").get<std::vector<double>>()).to(at::kFloat);
    expect_golden(golden, "logits", [&](const at::Tensor& logits) {
      return classification_loss(logits, golden_labels(golden), weights, golden.at("gamma"));
    });
  }
}

TEST(FocalLoss, GradientIsThatOfFiniteDifferences) {
  const at::Tensor labels = at::tensor({0, 1, 1, 2}, at::kLong);
  const at::Tensor weights = at::tensor({0.5, 2.0, 1.0});
  for (const double gamma : {0.0, 0.5, 1.0, 2.0, 5.0}) {
    at::Tensor logits = at::randn({4, 3}, at::kDouble).requires_grad_(true);
    classification_loss(logits, labels, weights, gamma).backward();
    const at::Tensor point = logits.detach();
    for (std::int64_t i = 0; i < 4; ++i) {
      for (std::int64_t j = 0; j < 3; ++j) {
        at::Tensor above = point.clone(), below = point.clone();
        above[i][j] += 1e-5;
        below[i][j] -= 1e-5;
        const double slope = (classification_loss(above, labels, weights, gamma) -
                              classification_loss(below, labels, weights, gamma))
                                 .item<double>() /
                             2e-5;
        EXPECT_NEAR(logits.grad()[i][j].item<double>(), slope, 1e-7) << "gamma " << gamma;
      }
    }
  }
}

TEST(FocalLoss, IsCrossEntropyForGammaZeroAndNextToIt) {
  const at::Tensor logits = at::randn({8, 3}), labels = at::tensor({0, 1, 2, 0, 1, 2, 0, 0}, at::kLong);
  const at::Tensor weights = at::tensor({0.5F, 2.0F, 1.0F});
  EXPECT_TRUE(at::equal(classification_loss(logits, labels, {}, 0), classification_loss(logits, labels, {})));
  for (const at::Tensor& each : {at::Tensor(), weights}) {
    EXPECT_NEAR(classification_loss(logits, labels, each, 1e-7).item<double>(),
                classification_loss(logits, labels, each).item<double>(), 1e-5);
  }
}

TEST(FocalLoss, CertainRowsAndClassesThatAreMaskedHaveFiniteGradients) {
  const float infinity = std::numeric_limits<float>::infinity();
  for (const double gamma : {0.3, 1.0, 2.0}) {
    at::Tensor logits = at::tensor({200.0F, 0.0F, -infinity, 0.0F, 90.0F, -infinity, 0.0F, 300.0F, -infinity})
                            .view({3, 3})
                            .requires_grad_(true);
    const at::Tensor loss = classification_loss(logits, at::tensor({0, 0, 1}, at::kLong), {}, gamma);
    loss.backward();
    EXPECT_NEAR(loss.item<double>(), 30, 1e-3);  // one row is wrong by 90
    EXPECT_TRUE(at::isfinite(logits.grad()).all().item<bool>()) << logits.grad();
  }
}

TEST(OverlapContrastiveLoss, LossAndGradientAreThoseOfThePapersInPyTorch) {
  for (const auto& golden : label_sets_golden().at("contrastive")) {
    const std::int64_t rows = golden.at("rows");
    const at::Tensor overlap = label_overlap(golden_matrix(golden.at("sets"), rows));
    const at::Tensor expected = golden_matrix(golden.at("overlap"), rows);
    EXPECT_LT((overlap - expected).abs().max().item<double>(), 1e-6);
    expect_golden(golden, "vectors", [&](const at::Tensor& vectors) {
      return overlap_contrastive_loss(vectors, overlap, golden.at("temperature"));
    });
  }
}

TEST(OverlapContrastiveLoss, RowsWithoutALabelHaveNoPartner) {
  const at::Tensor sets = at::tensor({0.0F, 0.0F, 0.0F, 0.0F, 1.0F, 0.0F}).view({3, 2});
  const at::Tensor overlap = label_overlap(sets);
  EXPECT_EQ(overlap[0][1].item<double>(), 0);
  at::Tensor vectors = at::randn({3, 4}).requires_grad_(true);
  const at::Tensor loss = overlap_contrastive_loss(vectors, overlap, 0.1);
  EXPECT_EQ(loss.item<double>(), 0);
  loss.backward();
  EXPECT_EQ(vectors.grad().abs().max().item<double>(), 0);
}

TEST(LabelSetLoss, LossAndGradientAreThoseOfPyTorch) {
  for (const auto& golden : label_sets_golden().at("losses")) {
    const at::Tensor sets = golden_matrix(golden.at("sets"), golden.at("rows"));
    expect_golden(golden, "logits",
                  [&](const at::Tensor& logits) { return label_set_loss(logits, sets, golden.at("gamma")); });
  }
}

TEST(LabelSetLoss, StaysANumberWhereARowIsCertain) {
  for (const double gamma : {0.0, 0.5, 2.0}) {
    const at::Tensor logits = at::tensor({1e4F, -1e4F, 1e4F, -1e4F}).view({2, 2}).requires_grad_(true);
    const at::Tensor loss = label_set_loss(logits, at::tensor({1.0F, 0.0F, 0.0F, 1.0F}).view({2, 2}), gamma);
    EXPECT_NEAR(loss.item<double>(), 1e4, 1) << gamma;
    loss.backward();
    EXPECT_TRUE(at::isfinite(logits.grad()).all().item<bool>());
  }
}

}  // namespace
}  // namespace reprtune
