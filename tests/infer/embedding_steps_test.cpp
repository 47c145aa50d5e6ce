#include "embedding_steps.h"

#include <algorithm>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

using Ids = std::vector<std::vector<std::int32_t>>;

/// Rows of 1 to `longest` tokens, of few different ids, so that some short rows are alike.
Ids random_rows(std::size_t count, std::size_t longest, std::mt19937& random) {
  Ids ids(count);
  for (auto& row : ids) {
    row.resize(1 + random() % longest);
    for (auto& id : row) id = static_cast<std::int32_t>(random() % 3);
  }
  return ids;
}

std::size_t tokens_of(const Ids& ids, const std::vector<std::size_t>& rows) {
  return std::accumulate(rows.begin(), rows.end(), std::size_t{0},
                         [&](std::size_t sum, std::size_t row) { return sum + ids[row].size(); });
}

TEST(EmbeddingSteps, EveryRowIsComputedOrCopiedOnce) {
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    const Ids ids = random_rows(random() % 200, 1 + random() % 300, random);
    for (const bool deduplicate : {true, false}) {
      const EmbeddingSteps steps =
          plan_steps(ids, {.batch_size = 1 + random() % 40, .deduplicate = deduplicate});
      std::vector<int> computed(ids.size()), copied(ids.size());
      for (const auto& rows : steps.rows)
        for (const std::size_t row : rows) ++computed[row];
      for (const auto& [row, same] : steps.copies) {
        ++copied[row];
        EXPECT_LT(same, row);
        EXPECT_EQ(ids[same], ids[row]);
        EXPECT_EQ(computed[same], 1) << "a copy of what is itself a copy";
      }
      for (std::size_t row = 0; row < ids.size(); ++row) EXPECT_EQ(computed[row] + copied[row], 1);
      if (!deduplicate) {
        EXPECT_TRUE(steps.copies.empty());
      }
    }
  }
}

TEST(EmbeddingSteps, AllRowsThatAreAlikeAreComputedOnce) {
  const EmbeddingSteps steps = plan_steps(Ids{{5}, {7}, {5}, {5}}, {});
  EXPECT_EQ(steps.rows, (std::vector<std::vector<std::size_t>>{{0, 1}}));
  EXPECT_EQ(steps.copies, (std::vector<std::pair<std::size_t, std::size_t>>{{2, 0}, {3, 0}}));
}

TEST(EmbeddingSteps, AreBoundInRowsAndTokensAndLongestFirst) {
  constexpr std::size_t kRows = 7, kTokens = 1024;
  std::mt19937 random(2);
  const Ids ids = random_rows(400, 500, random);
  const EmbeddingSteps steps = plan_steps(ids, {.batch_size = kRows});
  std::size_t last = ids.max_size();
  for (const auto& rows : steps.rows) {
    EXPECT_LE(rows.size(), kRows);
    EXPECT_LE(tokens_of(ids, rows), kTokens);
    for (const std::size_t row : rows) {
      EXPECT_LE(ids[row].size(), last);
      last = ids[row].size();
    }
  }
}

TEST(EmbeddingSteps, AreAsFullAsTheBoundsAllowUntilAnEighthIsLessThanAStep) {
  std::mt19937 random(3);
  const Ids ids = random_rows(800, 90, random);
  const EmbeddingSteps steps = plan_steps(ids, {.batch_size = 1000, .deduplicate = false});
  std::size_t left = std::accumulate(ids.begin(), ids.end(), std::size_t{0},
                                     [](std::size_t sum, const auto& row) { return sum + row.size(); });
  ASSERT_GT(left, 2 * 8 * 1024U);
  for (std::size_t i = 0; i + 1 < steps.rows.size(); ++i) {
    const std::size_t bound = std::clamp<std::size_t>(left / 8, 256, 1024),
                      tokens = tokens_of(ids, steps.rows[i]);
    EXPECT_LE(tokens, bound);
    EXPECT_GT(tokens + ids[steps.rows[i + 1].front()].size(), bound);
    left -= tokens;
  }
}

TEST(EmbeddingSteps, AFewTextsAreMoreThanOne) {
  const Ids ids(40, std::vector<std::int32_t>(20, 1));
  EXPECT_EQ(plan_steps(ids, {.deduplicate = false}).rows.size(), 4U);
}

TEST(EmbeddingSteps, ARowLongerThanAStepHasOneOfItsOwn) {
  const Ids ids{std::vector<std::int32_t>(3000, 1), {2}, {3}};
  EXPECT_EQ(plan_steps(ids, {}).rows, (std::vector<std::vector<std::size_t>>{{0}, {1, 2}}));
}

TEST(EmbeddingSteps, ABatchSizeOfNothingIsOne) {
  EXPECT_EQ(plan_steps(Ids{{1}, {2}}, {.batch_size = 0}).rows,
            (std::vector<std::vector<std::size_t>>{{0}, {1}}));
}

TEST(EmbeddingSteps, OfNoRowsThereAreNone) {
  const EmbeddingSteps steps = plan_steps({}, {});
  EXPECT_TRUE(steps.rows.empty());
  EXPECT_TRUE(steps.copies.empty());
}

TEST(EmbeddingSteps, CopiesTakeTheVectorOfTheirRow) {
  std::vector<float> vectors{1, 2, 0, 0, 3, 4, 0, 0};
  copy_repeated({.rows = {}, .copies = {{1, 0}, {3, 2}}}, 2, vectors.data());
  EXPECT_EQ(vectors, (std::vector<float>{1, 2, 1, 2, 3, 4, 3, 4}));
}

}  // namespace
}  // namespace reprtune
