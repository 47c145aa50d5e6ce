#include <reprtune/train/fixed_rows.h>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

struct Layer {
  at::Tensor weight, bias;
};

Layer layer_of(std::int64_t classes, std::int64_t H) {
  return {at::randn({classes, H}).requires_grad_(true), at::randn({classes}).requires_grad_(true)};
}

/// One row, few, parts of several sizes, and as many parts as there may be.
TEST(FixedRows, TheirLinearLayerIsThatOfTheLibraryForthAndBack) {
  at::manual_seed(1);
  for (const std::int64_t count : {1, 5, 700, 1'100, 1'601, 20'000}) {
    const at::Tensor rows = at::randn({count, 24});
    const Layer ours = layer_of(3, 24);
    const Layer theirs = {ours.weight.detach().clone().requires_grad_(true),
                          ours.bias.detach().clone().requires_grad_(true)};
    const FixedRows fixed(rows, 2);
    const at::Tensor result = fixed.linear(ours.weight, ours.bias);
    const at::Tensor expected = at::linear(rows, theirs.weight, theirs.bias);
    EXPECT_TRUE(at::allclose(result.detach(), expected.detach(), 1e-4, 1e-5)) << count;
    result.square().mean().backward();
    expected.square().mean().backward();
    EXPECT_TRUE(at::allclose(ours.weight.grad(), theirs.weight.grad(), 1e-4, 1e-5)) << count;
    EXPECT_TRUE(at::allclose(ours.bias.grad(), theirs.bias.grad(), 1e-4, 1e-5)) << count;
  }
}

TEST(FixedRows, TheNumberOfThreadsChangesNoBit) {
  at::manual_seed(2);
  const at::Tensor rows = at::randn({3'000, 24});
  const Layer layer = layer_of(5, 24);
  std::vector<at::Tensor> results, gradients;
  for (const std::size_t threads : {1, 2, 5}) {
    layer.weight.mutable_grad() = at::Tensor();
    const FixedRows fixed(rows, threads);
    results.push_back(fixed.linear(layer.weight, layer.bias));
    results.back().square().mean().backward();
    gradients.push_back(layer.weight.grad());
  }
  for (const std::size_t other : {1, 2}) {
    EXPECT_TRUE(at::equal(results[other], results[0]));
    EXPECT_TRUE(at::equal(gradients[other], gradients[0]));
  }
}

}  // namespace
}  // namespace reprtune
