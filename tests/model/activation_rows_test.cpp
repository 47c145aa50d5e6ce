#include <reprtune/model/activation_rows.h>

#include <bit>
#include <set>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(ActivationRows, SizesOfAnOctaveByHand) {
  EXPECT_EQ(activation_rows(65, 8), 72);
  EXPECT_EQ(activation_rows(128, 8), 128);
  EXPECT_EQ(activation_rows(129, 8), 144);
  EXPECT_EQ(activation_rows(257, 8), 288);
  EXPECT_EQ(activation_rows(257, 16), 272);
  EXPECT_EQ(activation_rows(3, 8), 8);
  EXPECT_EQ(activation_rows(257, 0), 257);
}

TEST(ActivationRows, AreFewAndLittleMoreThanTheTokens) {
  for (const std::int64_t per_octave : {8, 16}) {
    std::set<std::int64_t> sizes;
    for (std::int64_t N = 1; N <= 4096; ++N) {
      const std::int64_t R = activation_rows(N, per_octave);
      EXPECT_GE(R, N);
      EXPECT_LE(R, N + std::max<std::int64_t>(7, N / per_octave));
      sizes.insert(R);
    }
    EXPECT_LE(sizes.size(), static_cast<std::size_t>(12 * per_octave));
  }
}

}  // namespace
}  // namespace reprtune
