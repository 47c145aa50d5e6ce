#include <reprtune/kernels/row_pooling_gradient.h>

#include "each_target.h"
#include "random_values.h"

namespace reprtune::kernels {
namespace {

class RowPoolingGradientTest : public EachTarget {};

TEST_P(RowPoolingGradientTest, TokensShareTheGradientOfTheirRow) {
  const std::size_t H = 19;
  const std::vector<std::int64_t> offsets = {0, 2, 5}, places = {1, 0};
  const auto dvectors = random_values<float>(2 * H, 1);
  for (const bool mean : {true, false}) {
    std::vector<float> exact(5 * H, 7);
    std::vector<BFloat16> rounded(5 * H, BFloat16{7});
    pool_rows_gradient({mean, false}, dvectors.data(), offsets, places, H, exact.data());
    pool_rows_gradient({mean, false}, dvectors.data(), offsets, places, H, rounded.data());
    for (std::size_t token = 0; token < 5; ++token) {
      const std::size_t row = token < 2 ? 0 : 1;
      const bool first = token == 0 || token == 2;
      const double share = mean ? (row == 0 ? 1 / 2.0 : 1 / 3.0) : (first ? 1 : 0);
      for (std::size_t i = 0; i < H; ++i) {
        const double expected = share * dvectors[(1 - row) * H + i];
        EXPECT_NEAR(exact[token * H + i], expected, tolerance<float>(expected));
        EXPECT_NEAR(to_float(rounded[token * H + i]), expected, tolerance<BFloat16>(expected));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, RowPoolingGradientTest, testing::ValuesIn(supported_targets()), target_name);

}  // namespace
}  // namespace reprtune::kernels
