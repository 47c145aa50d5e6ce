#include <reprtune/io/random.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

// The first outputs of SplitMix64 for seed 1234567, as published with its reference implementation (Vigna,
// splitmix64.c).
TEST(RandomTest, MatchesTheReference) {
  Random random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317u);
  EXPECT_EQ(random.next(), 3203168211198807973u);
  EXPECT_EQ(random.next(), 9817491932198370423u);
  EXPECT_EQ(random.next(), 4593380528125082431u);
  EXPECT_EQ(random.next(), 16408922859458223821u);
}

TEST(RandomTest, BelowStaysBelowAndIsEven) {
  Random random(1);
  std::array<int, 7> counts{};
  constexpr int kDraws = 70000;
  for (int i = 0; i < kDraws; ++i) ++counts.at(random.below(7));
  for (const int count : counts) EXPECT_NEAR(count, kDraws / 7, 500);  // five standard deviations
  for (int i = 0; i < 10; ++i) EXPECT_EQ(random.below(1), 0u);
}

TEST(RandomTest, UniformIsInTheUnitInterval) {
  Random random(2);
  double sum = 0.0;
  for (int i = 0; i < 100000; ++i) {
    const double x = random.uniform();
    ASSERT_GE(x, 0.0);
    ASSERT_LT(x, 1.0);
    sum += x;
  }
  EXPECT_NEAR(sum / 100000, 0.5, 0.005);
}

TEST(RandomTest, ShuffleKeepsEveryItemAndFollowsTheSeed) {
  std::vector<int> sorted(100);
  std::iota(sorted.begin(), sorted.end(), 0);
  std::vector<int> first = sorted;
  std::vector<int> second = sorted;
  std::vector<int> other = sorted;
  Random(3).shuffle(std::span(first));
  Random(3).shuffle(std::span(second));
  Random(4).shuffle(std::span(other));
  EXPECT_EQ(first, second);
  EXPECT_NE(first, other);
  EXPECT_NE(first, sorted);
  EXPECT_TRUE(std::is_permutation(first.begin(), first.end(), sorted.begin()));
}

TEST(RandomTest, ShuffleReachesEveryOrder) {
  Random random(5);
  std::array<int, 6> counts{};
  for (int i = 0; i < 6000; ++i) {
    std::array<int, 3> items{0, 1, 2};
    random.shuffle(std::span<int>(items));
    ++counts.at(static_cast<std::size_t>(items[0] * 2 + (items[1] > items[2] ? 1 : 0)));
  }
  for (const int count : counts) EXPECT_NEAR(count, 1000, 150);
}

}  // namespace
}  // namespace reprtune
