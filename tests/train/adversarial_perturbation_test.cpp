#include <reprtune/train/adversarial_perturbation.h>

#include <cmath>
#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(AdversarialPerturbation, ByHand) {
  // Two texts in two parts, the gradients of all of length 5; moved by 0.3 and 0.4, whose mean square is 1
  // / 8.
  const std::vector<at::Tensor> gradients = {at::tensor({3.0F, 0.0F}).view({1, 2}),
                                             at::tensor({0.0F, 0.0F, 0.0F, -4.0F}).view({2, 2})};
  const auto moved = adversarial_perturbation(gradients, 2, std::sqrt(1.0 / 8));
  ASSERT_EQ(moved.size(), 2u);
  EXPECT_TRUE(at::allclose(moved[0], at::tensor({0.3F, 0.0F}).view({1, 2}))) << moved[0];
  EXPECT_TRUE(at::allclose(moved[1], at::tensor({0.0F, 0.0F, 0.0F, -0.4F}).view({2, 2}))) << moved[1];
}

TEST(AdversarialPerturbation, OnlyTheDirectionOfTheGradientCounts) {
  const at::Tensor gradient = at::sin(at::arange(13 * 8, at::kFloat)).view({13, 8});
  const at::Tensor moved = adversarial_perturbation({gradient}, 4, 0.25)[0];
  EXPECT_NEAR(moved.norm().item<double>(), 0.25 * 2, 1e-6);
  for (const double factor : {1e-12, 1e12})
    EXPECT_TRUE(at::allclose(adversarial_perturbation({gradient * factor}, 4, 0.25)[0], moved, 1e-4, 1e-7));
}

TEST(AdversarialPerturbation, WithoutAGradientAllStay) {
  const auto moved = adversarial_perturbation({at::zeros({3, 2}), at::zeros({1, 2})}, 2, 0.25);
  EXPECT_TRUE(at::equal(moved[0], at::zeros({3, 2})));
  EXPECT_TRUE(at::equal(moved[1], at::zeros({1, 2})));
}

}  // namespace
}  // namespace reprtune
