#include <reprtune/eval/threshold_curve.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

// Surest first: 0.9 right, 0.8 right, 0.8 wrong, 0.6 wrong.
const std::vector<std::size_t> kTruth = {0, 1, 0, 0};
const std::vector<float> kProbabilities = {0.9F, 0.1F, 0.2F, 0.8F, 0.2F, 0.8F, 0.4F, 0.6F};

TEST(ThresholdCurve, CountsWhatIsAnsweredAndRight) {
  const auto curve = threshold_curve(kTruth, kProbabilities, 2);
  ASSERT_EQ(curve.size(), 3u);  // the two rows at 0.8 cannot be divided
  EXPECT_EQ(curve[0].threshold, 0);
  EXPECT_EQ(curve[0].coverage, 1);
  EXPECT_EQ(curve[0].accuracy, 0.5);
  EXPECT_FLOAT_EQ(static_cast<float>(curve[1].threshold), 0.8F);
  EXPECT_EQ(curve[1].coverage, 0.75);
  EXPECT_DOUBLE_EQ(curve[1].accuracy, 2.0 / 3);
  EXPECT_FLOAT_EQ(static_cast<float>(curve[2].threshold), 0.9F);
  EXPECT_EQ(curve[2].coverage, 0.25);
  EXPECT_EQ(curve[2].accuracy, 1);
}

TEST(ThresholdCurve, IsThinnedAndKeepsBothEnds) {
  std::vector<std::size_t> truth(1000, 0);
  std::vector<float> probabilities;
  for (int i = 0; i < 1000; ++i) {
    const float p = 0.5F + static_cast<float>(i) / 2000;
    probabilities.insert(probabilities.end(), {p, 1 - p});
  }
  const auto curve = threshold_curve(truth, probabilities, 2, 10);
  ASSERT_EQ(curve.size(), 10u);
  EXPECT_EQ(curve.front().coverage, 1);
  EXPECT_DOUBLE_EQ(curve.back().coverage, 0.1);
  for (std::size_t i = 1; i < curve.size(); ++i) EXPECT_GT(curve[i].threshold, curve[i - 1].threshold);
}

TEST(ThresholdCurve, OfNoRowsIsEmpty) { EXPECT_TRUE(threshold_curve({}, {}, 2).empty()); }

TEST(ThresholdCurve, AsJson) {
  const auto json = threshold_curve_json(threshold_curve(kTruth, kProbabilities, 2));
  ASSERT_EQ(json.size(), 3u);
  EXPECT_EQ(json[1]["coverage"], 0.75);
}

}  // namespace
}  // namespace reprtune
