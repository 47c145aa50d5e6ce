#include <reprtune/kernels/target.h>
#include <reprtune/model/linear.h>

#include <cmath>
#include <optional>
#include <string>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

using kernels::Activation;

/// [rows, columns] of numbers in [-scale, scale], the same at each call.
at::Tensor numbers(std::int64_t rows, std::int64_t columns, double scale) {
  return (at::arange(rows * columns, at::kDouble) * 0.7)
      .sin()
      .mul(scale)
      .view({rows, columns})
      .to(at::kFloat);
}

Linear linear_of(std::int64_t out, std::int64_t in) {
  return {numbers(out, in, 0.1), numbers(1, out, 1).view(out)};
}

double largest_difference(const at::Tensor& a, const at::Tensor& b) {
  return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

/// Runs once for each target of this processor: which library multiplies depends on it.
class LinearTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { kernels::choose_target(GetParam()); }
  void TearDown() override { kernels::choose_target(kernels::supported_targets().front()); }

  const c10::InferenceMode inference_;
};

TEST_P(LinearTest, PackedIsTheProductOfTheWeights) {
  Linear linear = linear_of(40, 100);
  const at::Tensor x = numbers(23, 100, 2);
  const at::Tensor exact =
      at::linear(x.to(at::kDouble), linear.weight().to(at::kDouble), linear.bias().to(at::kDouble));
  linear.pack(Precision::float32);
  EXPECT_LT(largest_difference(linear.packed(x), exact), 1e-5);
  linear.pack(Precision::int16);
  EXPECT_LT(largest_difference(linear.packed(x), exact), 0.001);
  linear.pack(Precision::int8);
  EXPECT_LT(largest_difference(linear.packed(x.to(at::kBFloat16)).to(at::kFloat), exact), 0.1);
  linear.pack(Precision::bfloat16);
  const at::Tensor rounded = linear.packed(x.to(at::kBFloat16));
  EXPECT_EQ(rounded.scalar_type(), at::kBFloat16);
  EXPECT_LT(largest_difference(rounded, exact), 0.05);
}

TEST_P(LinearTest, PackedAppliesTheActivation) {
  Linear linear = linear_of(40, 100);
  const at::Tensor x = numbers(23, 100, 2);
  linear.pack(Precision::float32);
  const at::Tensor plain = linear.packed(x), exact = plain.to(at::kDouble);
  EXPECT_LT(largest_difference(linear.packed(x, Activation::relu), at::relu(exact)), 1e-6);
  EXPECT_LT(largest_difference(linear.packed(x, Activation::gelu), at::gelu(exact)), 1e-6);
  EXPECT_LT(largest_difference(linear.packed(x, Activation::gelu_tanh), at::gelu(exact, "tanh")), 1e-6);
  EXPECT_LT(largest_difference(linear.packed_gelu(x), at::gelu(plain)), 1e-5);
}

TEST_P(LinearTest, PackingAgainFollowsTheWeightsAndTheType) {
  Linear linear = linear_of(20, 30);
  const at::Tensor x = numbers(5, 30, 1);
  for (const auto& [precision, most] :
       {std::pair(Precision::float32, 1e-5), std::pair(Precision::int16, 0.01),
        std::pair(Precision::int8, 0.3), std::pair(Precision::bfloat16, 0.1),
        std::pair(Precision::float32, 1e-5)}) {
    linear.weight().mul_(2);
    linear.pack(precision);
    EXPECT_LT(largest_difference(linear.packed(x.to(compute_type(precision))), linear(x)), most)
        << precision_name(precision);
  }
}

TEST_P(LinearTest, CopiesShareWhatWasPacked) {
  Linear linear = linear_of(20, 30);
  linear.pack(Precision::float32);
  const Linear copy = linear;
  linear.weight().mul_(2);
  linear.pack(Precision::float32);
  const at::Tensor x = numbers(5, 30, 1);
  EXPECT_LT(largest_difference(copy.packed(x) * 2 - linear.bias(), linear.packed(x)), 1e-5)
      << "a copy keeps what it was made with";
}

INSTANTIATE_TEST_SUITE_P(, LinearTest, testing::ValuesIn(kernels::supported_targets()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace reprtune
