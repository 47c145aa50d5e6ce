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
  AnsweredRows score(double threshold) const { return score_answered(truth, probabilities, 2, threshold); }
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
  const AnsweredRows all = rows.score(0), some = rows.score(0.9), none = rows.score(0.95);
  EXPECT_EQ(all.coverage, 1);
  EXPECT_EQ(all.accuracy, 3.0 / 8);
  EXPECT_EQ(some.rows, 4u);
  EXPECT_EQ(some.coverage, 0.5);
  EXPECT_EQ(some.accuracy, 0.75);
  EXPECT_EQ(none.coverage, 0);
  EXPECT_EQ(none.accuracy, std::nullopt);
  EXPECT_EQ(abstention_json({0.5, 0.25}, some).dump(),
            R"({"precision":0.5,"threshold":0.25,"answered":4,"coverage":0.5,"accuracy":0.75})");
  EXPECT_EQ(abstention_json({0.5, {}}, none).dump(),
            R"({"precision":0.5,"threshold":null,"answered":0,"coverage":0.0,"accuracy":null})");
}

}  // namespace
}  // namespace reprtune
