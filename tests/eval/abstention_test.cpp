#include <reprtune/eval/abstention.h>

#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

/// Rows of two classes, all of class 0, whose answer is right where `right` says so.
struct Rows {
  std::vector<std::size_t> truth;
  std::vector<float> probabilities;

  void add(std::size_t count, float probability, bool right) {
    for (std::size_t i = 0; i < count; ++i) {
      truth.push_back(0);
      probabilities.insert(probabilities.end(),
                           {right ? probability : 1 - probability, right ? 1 - probability : probability});
    }
  }
  std::optional<double> fit(double precision) const {
    return fit_threshold(truth, probabilities, 2, precision);
  }
  AnsweredRows score(float threshold) const {
    return score_answered(truth, probabilities, std::vector<float>{threshold, threshold});
  }
};

TEST(Abstention, TheSmallestThresholdThatReachesThePrecision) {
  Rows rows;
  rows.add(8, 0.9f, true);  // counted, with one more of each, 9/10; by the probabilities 0.9
  rows.add(8, 0.8f, true);  // then 17/20; 0.844
  rows.add(2, 0.8f, false);
  rows.add(1, 0.6f, true);  // then 18/30; 0.7575
  rows.add(9, 0.6f, false);
  EXPECT_EQ(rows.fit(0.901), std::nullopt);
  EXPECT_EQ(rows.fit(0.899), static_cast<double>(0.9f));
  EXPECT_EQ(rows.fit(0.848), static_cast<double>(0.9f));
  EXPECT_EQ(rows.fit(0.847), static_cast<double>(0.8f));
  EXPECT_EQ(rows.fit(0.679), static_cast<double>(0.8f));
  EXPECT_EQ(rows.fit(0.678), 0);
}

TEST(Abstention, ADipAboveDoesNotMatter) {
  Rows rows;
  rows.add(1, 0.99f, false);
  rows.add(98, 0.98f, true);
  EXPECT_EQ(rows.fit(0.979), 0);
}

TEST(Abstention, AHandfulOfRowsProvesNothing) {
  Rows rows;
  rows.add(3, 1, true);  // 4/5 and 1
  EXPECT_EQ(rows.fit(0.95), std::nullopt);
  rows.add(5, 1, true);  // 9/10 and 1
  EXPECT_EQ(rows.fit(0.94), 0);
  EXPECT_EQ(Rows().fit(0.6), std::nullopt);
}

TEST(Abstention, AnsweredRowsAreThoseNotBelowTheThreshold) {
  Rows rows;
  rows.add(3, 0.9f, true);
  rows.add(1, 0.9f, false);
  rows.add(4, 0.6f, false);
  const AnsweredRows all = rows.score(0), some = rows.score(0.9f), none = rows.score(0.95f);
  EXPECT_EQ(all.coverage, 1);
  EXPECT_EQ(all.accuracy, 3.0 / 8);
  EXPECT_EQ(some.rows, 4u);
  EXPECT_EQ(some.coverage, 0.5);
  EXPECT_EQ(some.accuracy, 0.75);
  EXPECT_EQ(none.coverage, 0);
  EXPECT_EQ(none.accuracy, std::nullopt);
  EXPECT_EQ(abstention_json({0.5, 0.25}, some, {"a", "b"}).dump(),
            R"({"precision":0.5,"threshold":0.25,"answered":4,"coverage":0.5,"accuracy":0.75})");
  EXPECT_EQ(abstention_json({0.5, {}}, none, {"a", "b"}).dump(),
            R"({"precision":0.5,"threshold":null,"answered":0,"coverage":0.0,"accuracy":null})");
}

/// Rows of three classes, of which the last is never answered.
struct ClassRows {
  std::vector<std::size_t> truth;
  std::vector<float> probabilities;

  void add(std::size_t count, std::size_t label, float probability, bool right) {
    for (std::size_t i = 0; i < count; ++i) {
      truth.push_back(right ? label : 2);
      for (std::size_t c = 0; c < 3; ++c)
        probabilities.push_back(c == label ? probability : (1 - probability) / 2);
    }
  }
  std::vector<std::optional<double>> fit(double precision) const {
    return fit_class_thresholds(truth, probabilities, 3, precision);
  }
};

TEST(Abstention, EachClassHasAThresholdDrawnToThatOfAll) {
  ClassRows rows;
  rows.add(20, 0, 0.9f, true);
  rows.add(10, 1, 0.9f, true);   // so far 31/32 of all, by the rule of succession
  rows.add(10, 1, 0.8f, false);  // then 31/42
  const double high = static_cast<double>(0.9f);
  using Thresholds = std::vector<std::optional<double>>;
  // Class 0: (20 + 10 * 31/32) / 30 and 0.9, together 0.945; class 1: (10 + 10 * 31/32) / 20 and 0.9, 0.942,
  // then (10 + 10 * 31/42) / 30 and 0.85, 0.715; all: 31/32 and 0.9, 0.934, which class 2 has to go by.
  EXPECT_EQ(rows.fit(0.93), (Thresholds{0, high, high}));
  EXPECT_EQ(rows.fit(0.94), (Thresholds{0, high, std::nullopt}));
  EXPECT_EQ(rows.fit(0.943), (Thresholds{0, std::nullopt, std::nullopt}));
  EXPECT_EQ(rows.fit(0.714), (Thresholds{0, 0, 0}));

  const Abstention abstention{0.943, std::nullopt, rows.fit(0.943)};
  const AnsweredRows answered = score_answered(rows.truth, rows.probabilities, abstention.thresholds(3));
  EXPECT_EQ(answered.rows, 20u);
  EXPECT_EQ(answered.accuracy, 1);
  EXPECT_EQ(abstention_json(abstention, answered, {"a", "b", "c"})["class_thresholds"].dump(),
            R"({"a":0.0,"b":null,"c":null})");
}

TEST(Abstention, WithoutThresholdsPerClassThatOfAllHolds) {
  EXPECT_EQ((Abstention{0.9, 0.5}.thresholds(2)), (std::vector<float>{0.5f, 0.5f}));
  EXPECT_EQ((Abstention{0.9, std::nullopt}.thresholds(2)), (std::vector<float>{0, 0}));
}

}  // namespace
}  // namespace reprtune
