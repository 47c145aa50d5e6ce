#include <reprtune/train/token_dropout.h>

#include <cmath>
#include <set>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

using Row = std::vector<std::int32_t>;
using Rows = std::vector<Row>;

constexpr std::int32_t kMask = 4;

/// Rows of 1, 2, ... tokens between special ones, every token another one.
Rows rows_up_to(std::size_t longest) {
  Rows rows;
  std::int32_t id = 10;
  for (std::size_t length = 1; length <= longest; ++length) {
    Row& row = rows.emplace_back(Row{2});
    for (std::size_t i = 0; i < length; ++i) row.push_back(id++);
    row.push_back(3);
  }
  return rows;
}

std::vector<std::size_t> all_of(const Rows& rows) {
  std::vector<std::size_t> indices(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) indices[i] = i;
  return indices;
}

TEST(TokenDropout, WithoutAProbabilityRowsStayInTheOrderAskedFor) {
  const Rows ids = rows_up_to(3);
  const std::vector<std::size_t> rows = {2, 0, 2};
  EXPECT_EQ(TokenDropout(0, kMask, 1)(ids, rows, 5), (Rows{ids[2], ids[0], ids[2]}));
}

TEST(TokenDropout, TokensBetweenTheSpecialOnesAreHiddenAtTheRateButNeverAll) {
  const Rows ids = rows_up_to(40);
  for (const double probability : {0.05, 0.1, 0.5, 0.95}) {
    SCOPED_TRACE(probability);
    const TokenDropout dropout(probability, kMask, 1);
    double hidden = 0, tokens = 0;
    for (std::uint64_t step = 0; step < 200; ++step) {
      const Rows shown = dropout(ids, all_of(ids), step);
      ASSERT_EQ(shown.size(), ids.size());
      for (std::size_t row = 0; row < ids.size(); ++row) {
        ASSERT_EQ(shown[row].size(), ids[row].size());
        EXPECT_EQ(shown[row].front(), 2);
        EXPECT_EQ(shown[row].back(), 3);
        std::size_t own = 0;
        for (std::size_t i = 1; i + 1 < ids[row].size(); ++i) {
          EXPECT_TRUE(shown[row][i] == ids[row][i] || shown[row][i] == kMask);
          own += shown[row][i] == kMask;
        }
        EXPECT_LT(own, ids[row].size() - 2);
        if (ids[row].size() < 22) continue;  // of short rows fewer are hidden, since never all are
        hidden += static_cast<double>(own);
        tokens += static_cast<double>(ids[row].size() - 2);
      }
    }
    // Rows of 20 tokens that would be hidden whole at 0.95 (every third one), and are not, count in this.
    const double error = 5 * std::sqrt(probability * (1 - probability) / tokens);
    if (probability < 0.9) {
      EXPECT_NEAR(hidden / tokens, probability, error);
    } else {
      EXPECT_GT(hidden / tokens, 0.7);
    }
  }
}

TEST(TokenDropout, RowsWithoutTokensStay) {
  const Rows ids = {{2, 3}, {2}};
  EXPECT_EQ(TokenDropout(0.9, kMask, 1)(ids, all_of(ids), 1), ids);
}

TEST(TokenDropout, SeedAndStepDecide) {
  const Rows ids = rows_up_to(40);
  const auto shown = [&](std::uint64_t seed, std::uint64_t step) {
    return TokenDropout(0.1, kMask, seed)(ids, all_of(ids), step);
  };
  EXPECT_EQ(shown(1, 7), shown(1, 7));
  std::set<Rows> all;
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    for (std::uint64_t step = 0; step < 20; ++step) all.insert(shown(seed, step));
  EXPECT_EQ(all.size(), 400U);
}

}  // namespace
}  // namespace reprtune
