#include <reprtune/data/fixed_number.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(FixedNumberTest, HasSoManyDecimals) {
  EXPECT_EQ(fixed_number(0.91345, 2), "0.91");
  EXPECT_EQ(fixed_number(0.5, 0), "0");
  EXPECT_EQ(fixed_number(1.5, 0), "2");
  EXPECT_EQ(fixed_number(-12, 1), "-12.0");
  EXPECT_EQ(fixed_number(std::nan(""), 4), "nan");
}

TEST(FixedNumberTest, HasRoomForTheLargest) {
  const std::string text = fixed_number(std::numeric_limits<double>::lowest(), 20);
  EXPECT_EQ(text.size(), 1 + 309 + 1 + 20);
  EXPECT_EQ(text.substr(0, 6), "-17976");
}

TEST(FixedNumberTest, RoundsAsPrintfDoes) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> share(-2, 2);
  for (int i = 0; i < 10000; ++i) {
    const double number = i % 2 == 0 ? share(random) : std::round(share(random) * 1e5) / 1e5;
    for (const int decimals : {0, 1, 2, 4}) {
      char expected[32];
      std::snprintf(expected, sizeof expected, "%.*f", decimals, number);
      ASSERT_EQ(fixed_number(number, decimals), expected);
    }
  }
}

}  // namespace
}  // namespace reprtune
