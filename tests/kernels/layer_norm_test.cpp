#include <reprtune/kernels/layer_norm.h>

#include "each_target.h"
#include "random_values.h"

#include <cmath>

namespace reprtune::kernels {
namespace {

constexpr float kEpsilon = 1e-6F;

/// The definition, in double.
std::vector<double> reference_norm(const std::vector<double>& x, const std::vector<float>& weight,
                                   const std::vector<float>& bias) {
  const std::size_t H = weight.size();
  std::vector<double> y(x.size());
  for (std::size_t row = 0; row < x.size() / H; ++row) {
    double mean = 0, variance = 0;
    for (std::size_t i = 0; i < H; ++i) mean += x[row * H + i] / static_cast<double>(H);
    for (std::size_t i = 0; i < H; ++i)
      variance += std::pow(x[row * H + i] - mean, 2) / static_cast<double>(H);
    for (std::size_t i = 0; i < H; ++i)
      y[row * H + i] = (x[row * H + i] - mean) / std::sqrt(variance + kEpsilon) * weight[i] + bias[i];
  }
  return y;
}

template <typename T>
void expect_close(const std::vector<T>& found, const std::vector<double>& expected) {
  for (std::size_t i = 0; i < expected.size(); ++i)
    ASSERT_NEAR(to_float(found[i]), expected[i], tolerance<T>(expected[i])) << "element " << i;
}

template <typename T>
void check_add_layer_norm(std::size_t H) {
  SCOPED_TRACE("H " + std::to_string(H));
  const std::size_t rows = 3;
  const auto weight = random_values<float>(H, 1), bias = random_values<float>(H, 2);
  auto x = random_values<T>(rows * H, 3);
  const auto residual = random_values<T>(rows * H, 4, 3);
  std::vector<double> sum(rows * H);
  for (std::size_t i = 0; i < sum.size(); ++i)
    sum[i] = static_cast<double>(to_float(x[i])) + to_float(residual[i]);
  const LayerNorm norm{weight.data(), bias.data(), kEpsilon, H};
  add_layer_norm(norm, x.data(), residual.data(), rows, x.data());
  expect_close(x, reference_norm(sum, weight, bias));
}

template <typename T>
void check_embed_layer_norm(std::size_t H) {
  SCOPED_TRACE("H " + std::to_string(H));
  const auto weight = random_values<float>(H, 1), bias = random_values<float>(H, 2);
  const auto word = random_values<float>(7 * H, 3), position = random_values<float>(4 * H, 4),
             type = random_values<float>(H, 5);
  const std::vector<std::int64_t> ids = {6, 0, 3, 3, 1}, positions = {0, 1, 2, 3, 0};
  std::vector<double> sum;
  for (std::size_t row = 0; row < ids.size(); ++row) {
    for (std::size_t i = 0; i < H; ++i) {
      sum.push_back(static_cast<double>(word[static_cast<std::size_t>(ids[row]) * H + i]) +
                    position[static_cast<std::size_t>(positions[row]) * H + i] + type[i]);
    }
  }
  std::vector<T> y(sum.size());
  embed_layer_norm({weight.data(), bias.data(), kEpsilon, H}, {word.data(), position.data(), type.data()},
                   ids.data(), positions.data(), ids.size(), y.data());
  expect_close(y, reference_norm(sum, weight, bias));
}

class LayerNormTest : public EachTarget {};

TEST_P(LayerNormTest, SumAndNormalisationMatchTheDefinition) {
  for (const std::size_t H : {1U, 7U, 16U, 33U, 100U, 384U, 1024U}) {
    check_add_layer_norm<float>(H);
    check_add_layer_norm<BFloat16>(H);
  }
}

TEST_P(LayerNormTest, EmbeddingsMatchTheDefinition) {
  for (const std::size_t H : {3U, 32U, 50U, 384U}) {
    check_embed_layer_norm<float>(H);
    check_embed_layer_norm<BFloat16>(H);
  }
}

TEST_P(LayerNormTest, NoRowsAreNoWork) {
  const float one = 1;
  add_layer_norm({&one, &one, kEpsilon, 1}, static_cast<const float*>(nullptr), nullptr, 0, nullptr);
}

INSTANTIATE_TEST_SUITE_P(, LayerNormTest, testing::ValuesIn(supported_targets()), target_name);

}  // namespace
}  // namespace reprtune::kernels
