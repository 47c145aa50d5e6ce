#include <reprtune/train/held_out.h>

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

HeldOut part(std::vector<RowLabels> truth, std::vector<float> logits) {
  HeldOut result;
  result.truth = std::move(truth);
  result.logits = at::tensor(logits).view({-1, 2});
  const auto rows = static_cast<std::int64_t>(result.truth.size());
  result.distances = at::arange(rows).to(at::kFloat);
  result.majority.assign(result.truth.size(), RowLabels(0));
  result.probe = result.truth;
  result.vectors_before = at::ones({rows, 3});
  return result;
}

TEST(HeldOut, PartsAreJoinedInOrder) {
  const HeldOut all = join(std::vector<HeldOut>{part({0, 1}, {2, 0, 0, 1}), part({1}, {3, 0})});
  EXPECT_EQ(all.truth, (std::vector<RowLabels>{0, 1, 1}));
  const Head head{LabelSet({"a", "b"}), {}, {}};
  EXPECT_EQ(answers(head, all.logits), (std::vector<RowLabels>{0, 1, 0}));
  EXPECT_EQ(all.vectors_before.size(0), 3);
  EXPECT_EQ(all.distances.size(0), 3);
  EXPECT_NEAR(all.score(head).accuracy, 2.0 / 3, 1e-9);
  const Baselines baselines = score_baselines(all, head);
  EXPECT_NEAR(baselines.majority_accuracy, 1.0 / 3, 1e-9);
  EXPECT_EQ(baselines.probe_macro_f1, 1);
}

FinetuneOptions abstaining(double precision, bool per_class = false) {
  FinetuneOptions options;
  options.abstain_for_precision = precision;
  options.abstain_per_class = per_class;
  return options;
}

TEST(HeldOut, CalibrationByHand) {
  // Eight rows with logits (+-1, 0), six of them right. With one right and one wrong row more the share is 7
  // of 10, so that softmax(1 / T) would be 0.7, but for the prior (calibration_test).
  const HeldOut rows = part({0, 0, 0, 0, 0, 0, 1, 1}, {1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0});
  Head head{LabelSet({"a", "b"}), {}, {}};
  calibrate(head, rows, {});
  const double p = static_cast<double>(head.probabilities(rows.logits)[0]);
  EXPECT_GT(p, 0.7);
  EXPECT_NEAR(8 * (p - 0.7) / head.temperature, 4 * std::log(head.temperature), 1e-5);
  EXPECT_FALSE(head.abstention.has_value());
  calibrate(head, rows, abstaining(0.5));
  EXPECT_EQ(head.abstention->threshold, 0);
  EXPECT_EQ(answered_rows(head, rows).rows, 8u);
  EXPECT_TRUE(head.abstention->class_thresholds.empty());
  calibrate(head, rows, abstaining(0.5, true));
  EXPECT_EQ(head.abstention->class_thresholds, (std::vector<std::optional<double>>{0, 0}));
  calibrate(head, rows, abstaining(0.99));
  EXPECT_FALSE(head.abstention->threshold.has_value());
}

TEST(HeldOut, AnswersSurviveACheckpoint) {
  const std::vector<RowLabels> rows = {3, 0, {}, RowLabels(std::vector<std::size_t>{1, 2})};
  EXPECT_EQ(answers_of(answer_tensor(rows, 4)), rows);
}

TEST(HeldOut, WhereRowsHaveAnyNumberOfLabelsTheHeadGetsThresholds) {
  const RowLabels none, both(std::vector<std::size_t>{0, 1});
  HeldOut rows = part({none, both, 0, 1}, {-2, -2, 2, 2, 2, -2, -2, 2});
  rows.majority.assign(4, none);
  Head head{LabelSet({"a", "b"}), {}, {}};
  head.problem = ProblemType::multi_label;
  calibrate(head, rows, {});
  EXPECT_EQ(head.thresholds.size(), 2u);
  EXPECT_EQ(answers(head, rows.logits), rows.truth);
  EXPECT_EQ(rows.score(head).accuracy, 1);
  const Baselines baselines = score_baselines(rows, head);
  EXPECT_NEAR(baselines.majority_accuracy, 0.25, 1e-9);
  EXPECT_EQ(baselines.probe_accuracy, 1);
}

}  // namespace
}  // namespace reprtune
