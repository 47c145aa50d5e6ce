#include <reprtune/eval/cross_validation.h>

#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

TEST(CrossValidation, MeanAndSpread) {
  const std::vector<double> values = {2, 4, 6};
  EXPECT_DOUBLE_EQ(mean_and_spread(values).mean, 4);
  EXPECT_DOUBLE_EQ(mean_and_spread(values).spread, 2);  // squares 4 + 0 + 4, divided by 2
  EXPECT_EQ(mean_and_spread(std::vector<double>{3}).spread, 0);
}

TEST(CrossValidation, EveryFoldAndAllTogether) {
  const std::vector<std::size_t> truth = {0, 1};
  const std::vector<float> right = {0.75F, 0.25F, 0.25F, 0.75F}, half = {0.75F, 0.25F, 0.75F, 0.25F};
  const std::vector<FoldScores> folds = {{3, compute_metrics(truth, right, 2)},
                                         {5, compute_metrics(truth, half, 2)}};
  const auto json = cross_validation_json(folds);
  EXPECT_EQ(json["folds"].size(), 2u);
  EXPECT_EQ(json["folds"][1]["fold"], 2);
  EXPECT_EQ(json["folds"][1]["rows"], 2);
  EXPECT_EQ(json["folds"][1]["best_epoch"], 5);
  EXPECT_EQ(json["folds"][0]["accuracy"], 1.0);
  EXPECT_EQ(json["folds"][1]["accuracy"], 0.5);
  EXPECT_EQ(json["mean"]["accuracy"], 0.75);
  EXPECT_NEAR(json["spread"]["accuracy"], 0.353553, 1e-6);  // |1 - 0.5| / sqrt(2)
  EXPECT_NEAR(json["mean"]["f1"], (1 + 1.0 / 3) / 2, 1e-9);
}

}  // namespace
}  // namespace reprtune
