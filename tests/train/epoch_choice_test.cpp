#include <reprtune/train/epoch_choice.h>

#include <cmath>
#include <optional>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

Metrics scored(std::size_t rows, std::optional<double> f1) {
  Metrics metrics;
  metrics.rows = rows;
  metrics.macro.f1 = f1;
  return metrics;
}

EpochChoice after(std::size_t rows, std::initializer_list<double> scores) {
  EpochChoice choice;
  std::int64_t epoch = 0;
  for (const double f1 : scores) {
    ++epoch;
    const bool keep = choice.add(epoch, scored(rows, f1));
    EXPECT_EQ(keep, choice.chosen == epoch);
  }
  return choice;
}

TEST(EpochChoice, StandardErrorOfAShare) {
  EXPECT_NEAR(standard_error(0.5, 98), 0.05, 1e-12);
  EXPECT_NEAR(standard_error(0.9, 9'998), std::sqrt(0.9 * 0.1 / 1e4), 1e-5);
  EXPECT_NEAR(standard_error(1, 8), std::sqrt(0.9 * 0.1 / 10), 1e-12);  // 9 of 10
  EXPECT_DOUBLE_EQ(standard_error(1, 8), standard_error(0, 8));
}

TEST(EpochChoice, ADifferenceByChanceIsNone) {
  const EpochChoice choice = after(10, {0.5, 0.9, 0.8, 0.85});
  EXPECT_EQ(choice.chosen, 4);
  EXPECT_EQ(choice.highest, 2);
  EXPECT_EQ(choice.highest_f1, 0.9);
}

TEST(EpochChoice, ARowOfAHandfulIsChance) {
  // Six rows, one of each class: one that turns wrong takes 0.22 from macro-F1.
  EXPECT_EQ(after(6, {0.7778, 0.7778, 0.5556, 0.5556}).chosen, 4);
  EXPECT_EQ(after(6, {0.7778, 1.0, 0.7778}).chosen, 3);
}

TEST(EpochChoice, WhatFallsApartIsNotChanceEvenThere) {
  EXPECT_EQ(after(6, {0.7778, 0.0833, 0.0833}).chosen, 1);
  EXPECT_EQ(after(60, {0.8, 0.5, 0.5}).chosen, 1);
}

TEST(EpochChoice, WithManyRowsTheBestIsTheBest) {
  EXPECT_EQ(after(10'000, {0.5, 0.9, 0.8, 0.85}).chosen, 2);
  EXPECT_EQ(after(10'000, {0.5, 0.9, 0.8, 0.8975}).chosen, 4);
}

TEST(EpochChoice, AWorseEpochIsLeftOutALaterOneIsNot) {
  const EpochChoice choice = after(100, {0.9, 0.5, 0.89, 0.6});
  EXPECT_EQ(choice.chosen, 3);
  EXPECT_EQ(choice.highest, 1);
}

TEST(EpochChoice, TheFirstEpochIsChosenWhateverItsScore) {
  EXPECT_EQ(after(10, {0}).chosen, 1);
  EpochChoice choice;
  EXPECT_TRUE(choice.add(1, scored(10, std::nullopt)));
}

}  // namespace
}  // namespace reprtune
