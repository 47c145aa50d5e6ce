#include <reprtune/model/novelty.h>

#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

const std::vector<std::size_t> kLabels = {0, 0, 0, 0, 2, 2, 2, 2};

/// Two classes around (0, 0) and (10, 0), wide along the second axis, narrow along the first.
at::Tensor training_rows() {
  return at::tensor({-1.0F, 0.0F, 1.0F, 0.0F, 0.0F, -10.0F, 0.0F, 10.0F, 9.0F, 0.0F, 11.0F, 0.0F, 10.0F,
                     -10.0F, 10.0F, 10.0F})
      .view({8, 2});
}

TEST(Novelty, DistancesAreMahalanobis) {
  // Variances 0.5 and 50, shrunk by 0.01 * 25.25.
  const at::Tensor validation = at::tensor({3.0F, 0.0F, 10.0F, 10.0F, 5.0F, 5.0F}).view({3, 2});
  const Novelty novelty = Novelty::fit(training_rows(), kLabels, validation);
  ASSERT_EQ(novelty.centroids().size(0), 2);
  const float* distances = novelty.distances().const_data_ptr<float>();
  EXPECT_NEAR(distances[0], 10 / std::sqrt(50.2525), 1e-4);
  EXPECT_NEAR(distances[1], 3 / std::sqrt(0.7525), 1e-4);
  EXPECT_NEAR(distances[2], std::sqrt(25 / 0.7525 + 25 / 50.2525), 1e-4);
}

TEST(Novelty, ScoresAreShareOfValidationRowsThatLieNearer) {
  const at::Tensor validation = at::tensor({1.0F, 0.0F, 2.0F, 0.0F, 3.0F, 0.0F}).view({3, 2});
  const Novelty novelty = Novelty::fit(training_rows(), kLabels, validation);
  EXPECT_EQ(novelty.scores(std::vector<float>{0, 0, 8.5F, 0, 10, -5, 12.5F, 0, 5, 0, -400, 900}),
            (std::vector<float>{0, 0.25F, 0, 0.5F, 0.75F, 0.75F}));
}

TEST(Novelty, RowsThatAreAllTheSame) {
  const Novelty novelty =
      Novelty::fit(at::ones({4, 3}), std::vector<std::size_t>{0, 0, 1, 1}, at::ones({2, 3}));
  EXPECT_EQ(novelty.scores(std::vector<float>{1, 1, 1, 1, 2, 1}), (std::vector<float>{0, 2.0F / 3}));
}

TEST(Novelty, FewerRowsThanDimensions) {
  at::manual_seed(1);
  const at::Tensor rows = at::randn({6, 40}), validation = at::randn({20, 40});
  const Novelty novelty = Novelty::fit(rows, std::vector<std::size_t>{0, 0, 0, 1, 1, 1}, validation);
  const at::Tensor far = at::full({1, 40}, 30.0F);
  EXPECT_EQ(novelty.scores({far.const_data_ptr<float>(), 40}), std::vector<float>{20.0F / 21});
}

}  // namespace
}  // namespace reprtune
