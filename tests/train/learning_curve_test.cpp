#include <reprtune/train/learning_curve.h>

#include "../model/error_of.h"
#include "toy_data.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

std::vector<LearningPoint> toy_curve(const std::function<bool()>& should_stop,
                                     const std::function<void(const LearningPoint&)>& on_point) {
  const Dataset data = toy_data();
  return measure_learning_curve(
      learning_subsets(data, 1), data, toy_options(2), [] { return toy_model(); }, false, should_stop,
      on_point);
}

TEST(LearningCurve, SubsetsLieWithinEachOtherAndHaveEveryClass) {
  const Dataset data = toy_data();
  const auto subsets = learning_subsets(data, 1);
  ASSERT_EQ(subsets.size(), 2u);
  EXPECT_NEAR(static_cast<double>(subsets[1].examples.size()), 10, 2);
  EXPECT_NEAR(static_cast<double>(subsets[0].examples.size()), 5, 2);
  for (const Dataset& subset : subsets) {
    EXPECT_TRUE(subset.has_choice());
    EXPECT_EQ(subset.labels.names(), data.labels.names());
  }
  for (const Example& example : subsets[0].examples) {
    EXPECT_TRUE(std::ranges::any_of(subsets[1].examples,
                                    [&](const Example& other) { return other.line == example.line; }));
  }
}

TEST(LearningCurve, TooFewRowsAreRefused) {
  Dataset data = toy_data();
  data.examples.resize(2);
  error_of(ErrorKind::data, [&] { learning_subsets(data, 1); });
}

/// Each point is what a run of its own on these rows comes to.
TEST(LearningCurve, PointsAreWhatSeparateRunsComeTo) {
  std::size_t calls = 0;
  const auto points = toy_curve([] { return false; }, [&](const LearningPoint&) { ++calls; });
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(calls, 2u);
  const Dataset data = toy_data();
  const auto subsets = learning_subsets(data, 1);
  for (std::size_t i = 0; i < 2; ++i) {
    Model model = toy_model();
    const FinetuneOptions options = choose_options(toy_options(2), subsets[i].examples.size(), 2,
                                                   model.folder().config, model.max_length());
    const FinetuneResult result = finetune(model, subsets[i], data, options, {});
    EXPECT_EQ(points[i].rows, subsets[i].examples.size());
    EXPECT_EQ(points[i].accuracy, result.validation.accuracy);
    EXPECT_EQ(points[i].macro_f1, result.validation.macro.f1.value_or(-1));
  }
}

TEST(LearningCurve, AStopLeavesThePointsBefore) {
  bool stop = false;
  EXPECT_EQ(toy_curve([&] { return stop; }, [&](const LearningPoint&) { stop = true; }).size(), 1u);
}

}  // namespace
}  // namespace reprtune
