#include <reprtune/kernels/dropout.h>

#include "each_target.h"
#include "random_values.h"

#include <cmath>

namespace reprtune::kernels {
namespace {

class DropoutTest : public EachTarget {};

TEST_P(DropoutTest, KeepsTheGivenShareAndScalesIt) {
  const std::vector<float> ones(200'003, 1.0F);
  std::vector<float> y(ones.size());
  for (const float p : {0.1F, 0.5F}) {
    add_dropped({7, p}, ones.data(), static_cast<const float*>(nullptr), y.size(), y.data());
    std::size_t dropped = 0, dropped_pairs = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      EXPECT_TRUE(y[i] == 0 || y[i] == 1 / (1 - p)) << y[i];
      dropped += y[i] == 0;
      dropped_pairs += i > 0 && y[i] == 0 && y[i - 1] == 0;
    }
    const auto share = [&](std::size_t count) { return static_cast<double>(count) / 200'003; };
    EXPECT_NEAR(share(dropped), p, 0.005);
    EXPECT_NEAR(share(dropped_pairs), p * p, 0.005);
  }
}

TEST_P(DropoutTest, IsAFunctionOfKeyAndIndexOnEveryTarget) {
  const auto x = random_values<float>(1'000, 1);
  const auto drop = [&](std::uint64_t key, std::size_t count) {
    std::vector<float> y(count);
    add_dropped({key, 0.3F}, x.data(), static_cast<const float*>(nullptr), count, y.data());
    return y;
  };
  const auto here = drop(5, x.size());
  EXPECT_NE(here, drop(6, x.size()));
  EXPECT_NE(here, drop(5 + (std::uint64_t{1} << 32), x.size()));
  const auto shorter = drop(5, 77);
  EXPECT_TRUE(std::equal(shorter.begin(), shorter.end(), here.begin()));
  choose_target(supported_targets().back());
  EXPECT_EQ(here, drop(5, x.size()));
}

TEST_P(DropoutTest, AddsToTheBase) {
  const auto x = random_values<BFloat16>(37, 1), base = random_values<BFloat16>(37, 2);
  auto y = x;
  add_dropped({1, 0}, y.data(), base.data(), y.size(), y.data());
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double expected = static_cast<double>(to_float(x[i])) + to_float(base[i]);
    EXPECT_NEAR(to_float(y[i]), expected, tolerance<BFloat16>(expected));
  }
}

INSTANTIATE_TEST_SUITE_P(, DropoutTest, testing::ValuesIn(supported_targets()), target_name);

}  // namespace
}  // namespace reprtune::kernels
