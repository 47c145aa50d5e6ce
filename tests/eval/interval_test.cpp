#include <reprtune/eval/interval.h>
#include <reprtune/io/random.h>

#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(Interval, WilsonsNumbers) {
  // statsmodels.stats.proportion.proportion_confint(k, n, method="wilson")
  EXPECT_NEAR(wilson_interval(8, 10).low, 0.490162, 1e-5);
  EXPECT_NEAR(wilson_interval(8, 10).high, 0.943318, 1e-5);
  EXPECT_NEAR(wilson_interval(0, 20).low, 0, 1e-9);
  EXPECT_NEAR(wilson_interval(0, 20).high, 0.161125, 1e-5);
  EXPECT_EQ(wilson_interval(20, 20).high, 1);
}

TEST(Interval, TheBootstrapCoversTheScoreAndNarrowsWithRows) {
  Random random(1);
  double width = 1;
  for (const std::size_t rows : {50u, 800u}) {
    std::vector<std::size_t> truth, predicted;
    for (std::size_t i = 0; i < rows; ++i) {
      truth.push_back(i % 4);
      predicted.push_back(i % 5 == 0 ? (i + 1) % 4 : i % 4);  // 0.8 right in every class
    }
    const Interval interval = bootstrap_macro_f1(truth, predicted, 4, 1);
    EXPECT_LT(interval.low, 0.8);
    EXPECT_GT(interval.high, 0.8);
    EXPECT_LT(interval.high - interval.low, width / 2);
    width = interval.high - interval.low;
    EXPECT_EQ(bootstrap_macro_f1(truth, predicted, 4, 1).low, interval.low);
  }
}

}  // namespace
}  // namespace reprtune
