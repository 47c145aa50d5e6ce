#include "training_products.h"

#include <reprtune/kernels/target.h>

#include <limits>
#include <string>
#include <utility>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

struct Products {
  at::Tensor y, dx, dw;
};

Products products(const Linear& linear, const at::Tensor& x, const at::Tensor& dy) {
  at::Tensor dw = at::empty(linear.weight().sizes(), x.scalar_type());
  const GradientFactors factors{x, dy};
  weight_gradient(linear, {&factors, 1}, kernels::Update::replace, dw);
  return {linear_product(linear, x), input_gradient(linear, dy), dw};
}

/// The distance from `expected`, as a share of its own size.
double error(const at::Tensor& found, const at::Tensor& expected) {
  return ((found.to(at::kDouble) - expected).norm() / expected.norm()).item<double>();
}

/// Runs once for each target of this processor.
class TrainingProductsTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    kernels::choose_target(GetParam());
    at::manual_seed(1);
  }
  void TearDown() override { kernels::choose_target(kernels::supported_targets().front()); }

  const c10::NoGradGuard no_grad_;
};

TEST_P(TrainingProductsTest, EachPrecisionMatchesTheDefinition) {
  Linear linear(at::randn({70, 41}), at::randn({70}));  // an odd number of inputs, a part of a panel
  for (const auto& [precision, most] :
       {std::pair(Precision::float32, 1e-6), std::pair(Precision::int16, 5e-4),
        std::pair(Precision::bfloat16, 1e-2)}) {
    linear.prepare_training(precision);
    for (const std::int64_t rows : {1, 2, 53, 401}) {
      SCOPED_TRACE(precision_name(precision) + ", " + std::to_string(rows) + " rows");
      const at::Tensor x = at::randn({rows, 41}), dy = at::randn({rows, 70});
      const at::ScalarType type = compute_type(precision);
      const Products found = products(linear, x.to(type), dy.to(type));
      EXPECT_EQ(found.y.scalar_type(), type);
      const at::Tensor x64 = x.to(at::kDouble), dy64 = dy.to(at::kDouble),
                       w = linear.weight().to(at::kDouble);
      EXPECT_LT(error(found.y, at::linear(x64, w, linear.bias().to(at::kDouble))), most);
      EXPECT_LT(error(found.dx, dy64.mm(w)), most);
      EXPECT_LT(error(found.dw, dy64.t().mm(x64)), most);
    }
  }
}

TEST_P(TrainingProductsTest, GradientsOfSeveralPartsAreOne) {
  Linear linear(at::randn({70, 41}), at::randn({70}));
  for (const auto& [precision, most] :
       {std::pair(Precision::float32, 1e-6), std::pair(Precision::int16, 5e-4),
        std::pair(Precision::bfloat16, 1e-2)}) {
    SCOPED_TRACE(precision_name(precision));
    linear.prepare_training(precision);
    const at::ScalarType type = compute_type(precision);
    std::vector<GradientFactors> factors;
    at::Tensor expected = at::zeros({70, 41}, at::kDouble);
    for (const std::int64_t rows : {53, 1, 120, 300}) {
      const at::Tensor x = at::randn({rows, 41}), dy = at::randn({rows, 70});
      factors.push_back({x.to(type), dy.to(type)});
      expected += dy.to(at::kDouble).t().mm(x.to(at::kDouble));
    }
    at::Tensor found = at::full({70, 41}, std::numeric_limits<float>::quiet_NaN(), type);
    weight_gradient(linear, factors, kernels::Update::replace, found);
    EXPECT_LT(error(found, expected), most);
    weight_gradient(linear, factors, kernels::Update::add, found);
    EXPECT_LT(error(found, 2 * expected), most);
  }
}

TEST_P(TrainingProductsTest, RoundedWeightsAreBroughtUpToDateForCopiesToo) {
  Linear linear(at::randn({20, 30}), at::randn({20}));
  linear.prepare_training(Precision::int16);
  const Linear copy = linear;
  const at::Tensor x = at::randn({7, 30}), dy = at::randn({7, 20});
  const Products before = products(copy, x, dy);
  linear.weight().mul_(-1);
  linear.bias().mul_(-1);
  EXPECT_TRUE(at::equal(products(copy, x, dy).y, before.y));
  linear.round_weights();
  const Products after = products(copy, x, dy);
  EXPECT_TRUE(at::equal(after.y, -before.y));
  EXPECT_TRUE(at::equal(after.dx, -before.dx));
  linear.prepare_training(Precision::float32);
  EXPECT_EQ(linear.rounded_weights(), nullptr);
}

TEST_P(TrainingProductsTest, WhatIsNotFiniteIsNotHidden) {
  Linear linear(at::randn({20, 30}), at::randn({20}));
  linear.prepare_training(Precision::int16);
  const at::Tensor x = at::randn({7, 30}), dy = at::randn({7, 20});
  dy[3][4] = std::numeric_limits<float>::infinity();
  const Products found = products(linear, x, dy);
  EXPECT_TRUE(found.y.isfinite().all().item<bool>());
  EXPECT_TRUE(found.dx[3].isnan().all().item<bool>());
  EXPECT_TRUE(found.dw[4].isnan().all().item<bool>());
  EXPECT_EQ(found.dx.isfinite().sum().item<std::int64_t>(), 6 * 30);
  EXPECT_EQ(found.dw.isfinite().sum().item<std::int64_t>(), 19 * 30);
}

INSTANTIATE_TEST_SUITE_P(, TrainingProductsTest, testing::ValuesIn(kernels::supported_targets()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace reprtune
