#include <reprtune/model/head.h>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

Head head_of(ProblemType problem) {
  Head head;
  head.labels = LabelSet({"a", "b", "c"});
  head.problem = problem;
  head.temperature = 2;
  return head;
}

const at::Tensor& logits() {
  static const at::Tensor values = at::tensor({4.0F, 0.0F, 2.0F, -4.0F, -2.0F, -6.0F}).view({2, 3});
  return values;
}

TEST(Head, OneLabelIsTheLargestOfProbabilitiesThatSumToOne) {
  const Head head = head_of(ProblemType::single_label);
  const std::vector<float> p = head.probabilities(logits());
  EXPECT_NEAR(p[0] + p[1] + p[2], 1, 1e-6);
  EXPECT_NEAR(p[0] / p[1], std::exp(2.0F), 1e-4);
  EXPECT_EQ(head.predict(p), (std::vector<RowLabels>{0, 1}));
  EXPECT_EQ(head.score(std::vector<RowLabels>{0, 2}, p).accuracy, 0.5);
}

TEST(Head, AnyNumberOfLabelsIsFromTheirThresholdsOn) {
  Head head = head_of(ProblemType::multi_label);
  const std::vector<float> p = head.probabilities(logits());
  EXPECT_NEAR(p[0], 1 / (1 + std::exp(-2.0F)), 1e-6);
  EXPECT_EQ(p[1], 0.5F);
  head.thresholds = {0.5F, 0.5F, 0.8F};  // the second is reached exactly
  EXPECT_EQ(head.predict(p), (std::vector<RowLabels>{RowLabels({0, 1}), RowLabels()}));
  const Metrics metrics = head.score(std::vector<RowLabels>{RowLabels({0, 1}), RowLabels(2)}, p);
  EXPECT_EQ(metrics.accuracy, 0.5);
  EXPECT_TRUE(metrics.label_sets.has_value());
}

TEST(Head, ThresholdsAreFittedWhereThereAreAny) {
  Head one = head_of(ProblemType::single_label), any = head_of(ProblemType::multi_label);
  one.fit_thresholds(logits(), std::vector<RowLabels>{0, 1});
  EXPECT_TRUE(one.thresholds.empty());
  any.fit_thresholds(logits(), std::vector<RowLabels>{RowLabels({0, 2}), RowLabels()});
  EXPECT_EQ(any.thresholds.size(), 3u);
  any.fit_temperature(logits(), std::vector<RowLabels>{RowLabels({0, 2}), RowLabels()});
  EXPECT_GT(any.temperature, 0);
  const Head other = any.with_weights(at::zeros({3, 2}), at::zeros({3}));
  EXPECT_EQ(other.problem, ProblemType::multi_label);
  EXPECT_EQ(other.labels.names(), any.labels.names());
  EXPECT_EQ(other.temperature, 1);
  EXPECT_TRUE(other.thresholds.empty());
}

}  // namespace
}  // namespace reprtune
