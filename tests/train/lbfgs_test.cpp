#include <reprtune/train/lbfgs.h>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(Lbfgs, FindsTheLeastOfASmoothFunction) {
  at::Tensor x = at::zeros({2}).requires_grad_(true), y = at::ones({1}).requires_grad_(true);
  const at::Tensor target = at::tensor({3.0F, -2.0F}), stretch = at::tensor({1.0F, 50.0F});
  minimize({x, y}, [&] { return ((x - target).square() * stretch).sum() + (y - 0.5).pow(2).sum(); });
  EXPECT_TRUE(at::allclose(x.detach(), target, 1e-3, 1e-3));
  EXPECT_NEAR(y.item<float>(), 0.5, 1e-3);
}

TEST(Lbfgs, EndsWithItsIterations) {
  at::Tensor x = at::full({1}, 100.0F).requires_grad_(true);
  int calls = 0;
  minimize({x},
           [&] {
             ++calls;
             return x.square().square().sum();
           },
           {.iterations = 1});
  EXPECT_LT(calls, 30);
  EXPECT_GT(x.item<float>(), 1);
}

}  // namespace
}  // namespace reprtune
