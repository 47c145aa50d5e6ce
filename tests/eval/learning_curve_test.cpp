#include <reprtune/eval/learning_curve.h>

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

TEST(LearningCurve, APowerLawGoesOn) {
  // Errors 0.4, 0.4 / sqrt(2), 0.2: half of the logarithm each time.
  const double middle = 1 - 0.4 / std::sqrt(2);
  const LearningPoint points[] = {{100, 0.6, 0.6}, {200, middle, middle}, {400, 0.8, 0.8}};
  const LearningPoint twice = forecast_twice(points, 1'000'000);
  EXPECT_EQ(twice.rows, 800u);
  EXPECT_NEAR(twice.accuracy, 1 - 0.2 / std::sqrt(2), 1e-5);
  EXPECT_NEAR(twice.macro_f1, twice.accuracy, 1e-12);
}

TEST(LearningCurve, TheTwoScoresAreOfTheirOwn) {
  const LearningPoint points[] = {{100, 0.6, 0.5}, {200, 0.8, 0.5}};
  const LearningPoint twice = forecast_twice(points, 1'000'000);
  EXPECT_NEAR(twice.accuracy, 0.9, 1e-5);
  EXPECT_EQ(twice.macro_f1, 0.5);
}

TEST(LearningCurve, WhatDoesNotFallStays) {
  const LearningPoint worse[] = {{100, 0.9, 0.9}, {200, 0.8, 0.8}};
  EXPECT_EQ(forecast_twice(worse, 50).accuracy, 0.8);
  const LearningPoint one[] = {{100, 0.9, 0.9}};
  EXPECT_EQ(forecast_twice(one, 50).accuracy, 0.9);
}

TEST(LearningCurve, FaultlessStaysFaultless) {
  const LearningPoint points[] = {{10, 0.5, 0.5}, {20, 1, 1}};
  EXPECT_EQ(forecast_twice(points, 4).accuracy, 1);
  const LearningPoint from_nothing[] = {{10, 0, 0}, {20, 0.5, 0.5}};
  EXPECT_LT(forecast_twice(from_nothing, 4).accuracy, 1);
}

TEST(LearningCurve, AsJsonAndAsText) {
  const LearningPoint points[] = {{100, 0.6, 0.5}, {200, 0.8, 0.5}};
  const auto json = learning_curve_json(points, 1'000'000);
  EXPECT_EQ(json["validation_rows"], 1'000'000);
  EXPECT_EQ(json["points"].size(), 2u);
  EXPECT_EQ(json["points"][1]["rows"], 200);
  EXPECT_EQ(json["forecast"]["rows"], 400);
  EXPECT_EQ(forecast_text(json),
            "twice the training rows (400) would give about +10.0 points of accuracy and +0.0 of macro-F1");
}

}  // namespace
}  // namespace reprtune
