#include <reprtune/kernels/float32_weights.h>

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace reprtune::kernels {
namespace {

TEST(Float32WeightsTest, PanelsHoldSixteenOutputsForEachInput) {
  constexpr std::size_t kOut = 18, kIn = 3;
  std::vector<float> weight, bias;
  for (std::size_t o = 0; o < kOut; ++o) {
    bias.push_back(-static_cast<float>(o + 1));
    for (std::size_t i = 0; i < kIn; ++i) weight.push_back(static_cast<float>(100 * o + i + 1));
  }
  const Float32Weights weights(weight.data(), bias.data(), kOut, kIn);
  EXPECT_EQ(weights.out(), kOut);
  EXPECT_EQ(weights.in(), kIn);
  ASSERT_EQ(weights.panels(), 2U);
  for (std::size_t panel = 0; panel < 2; ++panel) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(weights.panel(panel)) % 64, 0U);
    for (std::size_t place = 0; place < 16; ++place) {
      const std::size_t o = panel * 16 + place;
      EXPECT_EQ(weights.bias(panel)[place], o < kOut ? bias[o] : 0) << "output " << o;
      for (std::size_t i = 0; i < kIn; ++i)
        EXPECT_EQ(weights.panel(panel)[i * 16 + place], o < kOut ? weight[o * kIn + i] : 0) << "output " << o;
    }
  }
}

}  // namespace
}  // namespace reprtune::kernels
