#include "scored_answers.h"

#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

const std::vector<std::size_t> kTruth = {0, 2, 1};
const std::vector<float> kProbabilities = {0.5F, 0.3F, 0.2F, 0.1F, 0.8F, 0.1F, 0.05F, 0.9F, 0.05F};

TEST(ScoredAnswersTest, TheSurestClassOfEachRowAndWhetherItIsRight) {
  const auto answers = scored_answers(kTruth, kProbabilities, 3);
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0].label, 0u);
  EXPECT_EQ(answers[0].probability, 0.5F);
  EXPECT_TRUE(answers[0].right);
  EXPECT_EQ(answers[1].label, 1u);
  EXPECT_EQ(answers[1].probability, 0.8F);
  EXPECT_FALSE(answers[1].right);
  EXPECT_TRUE(answers[2].right);
}

TEST(ScoredAnswersTest, TheSurestFirst) {
  const auto answers = sorted_answers(kTruth, kProbabilities, 3);
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0].probability, 0.9F);
  EXPECT_EQ(answers[1].probability, 0.8F);
  EXPECT_FALSE(answers[1].right);
  EXPECT_EQ(answers[2].probability, 0.5F);
}

TEST(ScoredAnswersTest, OfTwoEquallySureTheFirstClassAndOfNoRowsNothing) {
  EXPECT_TRUE(scored_answers(std::vector<std::size_t>{0}, std::vector<float>{0.5F, 0.5F}, 2)[0].right);
  EXPECT_TRUE(scored_answers({}, {}, 2).empty());
}

}  // namespace
}  // namespace reprtune
