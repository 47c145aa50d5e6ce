#include <reprtune/kernels/layer_norm_gradient.h>

#include "each_target.h"
#include "random_values.h"

#include <cmath>

namespace reprtune::kernels {
namespace {

constexpr float kEpsilon = 1e-6F;

/// The way there and back by the definition, in double.
struct Reference {
  std::vector<double> y, dx, dweight, dbias;
};

template <typename S, typename T>
Reference reference(const std::vector<S>& x, const std::vector<float>& weight, const std::vector<float>& bias,
                    const std::vector<T>& dy) {
  const std::size_t H = weight.size();
  Reference result{std::vector<double>(x.size()), std::vector<double>(x.size()), std::vector<double>(H),
                   std::vector<double>(H)};
  for (std::size_t row = 0; row < x.size(); row += H) {
    double mean = 0, variance = 0, mean_g = 0, mean_gn = 0;
    for (std::size_t i = 0; i < H; ++i) mean += to_float(x[row + i]) / static_cast<double>(H);
    for (std::size_t i = 0; i < H; ++i)
      variance += std::pow(to_float(x[row + i]) - mean, 2) / static_cast<double>(H);
    const double scale = 1 / std::sqrt(variance + kEpsilon);
    const auto n = [&](std::size_t i) { return (to_float(x[row + i]) - mean) * scale; };
    const auto g = [&](std::size_t i) { return static_cast<double>(to_float(dy[row + i])) * weight[i]; };
    for (std::size_t i = 0; i < H; ++i) {
      result.y[row + i] = n(i) * weight[i] + bias[i];
      result.dweight[i] += to_float(dy[row + i]) * n(i);
      result.dbias[i] += to_float(dy[row + i]);
      mean_g += g(i) / static_cast<double>(H);
      mean_gn += g(i) * n(i) / static_cast<double>(H);
    }
    for (std::size_t i = 0; i < H; ++i) result.dx[row + i] = scale * (g(i) - mean_g - n(i) * mean_gn);
  }
  return result;
}

template <typename T>
void expect_close(const std::vector<T>& found, const std::vector<double>& expected, const char* what) {
  for (std::size_t i = 0; i < expected.size(); ++i)
    ASSERT_NEAR(to_float(found[i]), expected[i], 5 * tolerance<T>(expected[i])) << what << " " << i;
}

template <typename S, typename T>
void check(std::size_t H) {
  SCOPED_TRACE("H " + std::to_string(H));
  const std::size_t rows = 5;
  const auto x = random_values<S>(rows * H, 1, 3);
  const auto dy = random_values<T>(rows * H, 2);
  const auto weight = random_values<float>(H, 3), bias = random_values<float>(H, 4);
  const LayerNorm norm{weight.data(), bias.data(), kEpsilon, H};
  std::vector<T> y(rows * H);
  std::vector<S> dx(rows * H);
  std::vector<float> statistics(2 * rows), dweight(H, 9), dbias(H, 9);
  layer_norm(norm, x.data(), rows, y.data(), statistics.data());
  layer_norm_gradient(norm, {statistics.data(), dweight.data(), dbias.data()}, x.data(), dy.data(), rows,
                      dx.data());
  const Reference expected = reference(x, weight, bias, dy);
  expect_close(y, expected.y, "y");
  expect_close(dx, expected.dx, "dx");
  expect_close(dweight, expected.dweight, "weight");
  expect_close(dbias, expected.dbias, "bias");
}

class LayerNormGradientTest : public EachTarget {};

TEST_P(LayerNormGradientTest, BothWaysMatchTheDefinition) {
  for (const std::size_t H : {3U, 16U, 33U, 100U, 384U}) {
    check<float, float>(H);
    check<float, BFloat16>(H);
    check<BFloat16, BFloat16>(H);
  }
}

TEST_P(LayerNormGradientTest, EmbeddingsAreAdded) {
  const std::size_t H = 21;
  const auto word = random_values<float>(5 * H, 1), position = random_values<float>(3 * H, 2),
             type = random_values<float>(H, 3);
  const std::vector<std::int64_t> ids = {4, 0, 4}, positions = {0, 1, 2};
  std::vector<float> sum(3 * H);
  embedding_sum({word.data(), position.data(), type.data()}, ids.data(), positions.data(), 3, H, sum.data());
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t i = 0; i < H; ++i)
      EXPECT_FLOAT_EQ(sum[row * H + i],
                      word[static_cast<std::size_t>(ids[row]) * H + i] + position[row * H + i] + type[i]);
}

INSTANTIATE_TEST_SUITE_P(, LayerNormGradientTest, testing::ValuesIn(supported_targets()), target_name);

}  // namespace
}  // namespace reprtune::kernels
