#include <reprtune/train/optimizer.h>

#include "training_golden.h"

#include <cmath>
#include <limits>
#include <optional>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

using Values = std::vector<float>;

TEST(Optimizer, TenStepsAreThoseOfPyTorchsAdamW) {
  for (const auto& golden : training_golden().at("optimizer")) {
    std::vector<at::Tensor> parameters;
    const auto tensor = [&](const nlohmann::json& values, std::size_t i) {
      return at::tensor(values.get<Values>()).view(golden.at("shapes")[i].get<std::vector<std::int64_t>>());
    };
    for (std::size_t i = 0; i < 3; ++i)
      parameters.push_back(tensor(golden.at("start")[i], i).clone().requires_grad_(true));
    Optimizer optimizer({{{parameters[0]}, 1, 0.1}, {{parameters[1]}, 1, 0}, {{parameters[2]}, 20, 0.1}},
                        golden.at("max_norm"));
    for (std::size_t step = 0; step < 10; ++step) {
      for (std::size_t i = 0; i < 3; ++i)
        parameters[i].mutable_grad() = tensor(golden.at("gradients")[step][i], i).clone();
      const double norm = optimizer.step(0.01 * (1 - static_cast<double>(step) / 10));
      EXPECT_NEAR(norm, golden.at("norms")[step].get<double>(), 1e-4);
    }
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_LT((parameters[i] - tensor(golden.at("end")[i], i)).abs().max().item<double>(), 2e-5)
          << "parameter " << i << ", clipping at " << golden.at("max_norm");
    }
  }
}

TEST(Optimizer, ASparseGradientActsAsItsDenseImage) {
  const at::Tensor start = at::randn({6, 3});
  at::Tensor sparse = start.clone().requires_grad_(true), dense = start.clone().requires_grad_(true);
  Optimizer sparse_optimizer({{{sparse}, 1, 0.1}}, 1), dense_optimizer({{{dense}, 1, 0.1}}, 1);
  const std::vector<std::vector<std::int64_t>> rows = {{0, 2, 2}, {5}, {2, 0, 5, 5}, {1}};
  for (const auto& touched : rows) {
    const auto count = static_cast<std::int64_t>(touched.size());
    const at::Tensor gradient = at::sparse_coo_tensor(at::tensor(touched).unsqueeze(0), at::randn({count, 3}),
                                                      {6, 3}, at::TensorOptions());
    sparse.mutable_grad() = gradient;
    dense.mutable_grad() = gradient.to_dense();
    EXPECT_NEAR(sparse_optimizer.step(0.1), dense_optimizer.step(0.1), 1e-6);
    EXPECT_LT((sparse - dense).index_select(0, at::tensor(touched)).abs().max().item<double>(), 1e-6);
  }
  sparse_optimizer.catch_up();
  EXPECT_LT((sparse - dense).abs().max().item<double>(), 1e-6);
  EXPECT_GT((sparse - start).abs().max().item<double>(), 0.1);
}

TEST(Optimizer, GoesOnFromItsMomentsToTheBit) {
  const std::vector<std::vector<std::int64_t>> rows = {{0, 2}, {5}, {2, 1}, {1}, {0}, {5, 3}};
  std::vector<at::Tensor> gradients;
  for (const auto& touched : rows)
    gradients.push_back(at::sparse_coo_tensor(at::tensor(touched).unsqueeze(0),
                                              at::randn({static_cast<std::int64_t>(touched.size()), 40}),
                                              {6, 40}, at::TensorOptions()));
  const at::Tensor start = at::randn({6, 40});
  at::Tensor whole = start.clone().requires_grad_(true), part = start.clone().requires_grad_(true);
  Optimizer through({{{whole}, 1, 0.1}}, 1);
  std::optional<Optimizer> current(std::in_place, std::vector<Optimizer::Group>{{{part}, 1, 0.1}}, 1.0);
  for (std::size_t step = 0; step < rows.size(); ++step) {
    if (step == 3) {
      std::vector<Optimizer::Moments> moments = current->moments();
      for (auto& each : moments) each = {each.first.clone(), each.second.clone(), each.steps};
      part = part.detach().clone().requires_grad_(true);
      current.emplace(std::vector<Optimizer::Group>{{{part}, 1, 0.1}}, 1.0);
      current->restore(moments);
    }
    whole.mutable_grad() = gradients[step];
    part.mutable_grad() = gradients[step];
    through.step(0.1);
    current->step(0.1);
  }
  through.catch_up();
  current->catch_up();
  EXPECT_TRUE(at::equal(whole, part));
}

TEST(Optimizer, LeavesParametersWithoutGradientAndDropsGradients) {
  at::Tensor moved = at::ones({2}).requires_grad_(true), still = at::ones({2}).requires_grad_(true);
  Optimizer optimizer({{{moved, still}, 1, 0.5}}, 0);
  moved.mutable_grad() = at::ones({2});
  EXPECT_NEAR(optimizer.step(0.1), std::sqrt(2.0), 1e-6);
  EXPECT_FALSE(moved.grad().defined());
  EXPECT_NEAR(moved[0].item<double>(), 1 * (1 - 0.1 * 0.5) - 0.1, 1e-5);  // decay, then one step of the rate
  EXPECT_EQ(still[0].item<double>(), 1);
  EXPECT_EQ(optimizer.step(0.1), 0);
}

TEST(Optimizer, AGradientThatIsNotFiniteMovesNothing) {
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    at::Tensor bent = at::ones({2}).requires_grad_(true), sound = at::ones({2}).requires_grad_(true);
    Optimizer optimizer({{{bent, sound}, 1, 0.5}}, 1);
    bent.mutable_grad() = at::full({2}, bad);
    sound.mutable_grad() = at::ones({2});
    EXPECT_FALSE(std::isfinite(optimizer.step(0.1)));
    EXPECT_TRUE(at::equal(bent, at::ones({2})));
    EXPECT_TRUE(at::equal(sound, at::ones({2})));
  }
}

TEST(LinearSchedule, RisesThenFallsToZero) {
  EXPECT_DOUBLE_EQ(linear_schedule(0, 10, 4), 0.25);
  EXPECT_DOUBLE_EQ(linear_schedule(3, 10, 4), 1);
  EXPECT_DOUBLE_EQ(linear_schedule(4, 10, 4), 1);
  EXPECT_DOUBLE_EQ(linear_schedule(7, 10, 4), 0.5);
  EXPECT_DOUBLE_EQ(linear_schedule(10, 10, 4), 0);
  EXPECT_DOUBLE_EQ(linear_schedule(300, 10, 4), 0);
  EXPECT_DOUBLE_EQ(linear_schedule(0, 1, 0), 1);
  EXPECT_DOUBLE_EQ(linear_schedule(4, 5, 5), 1);  // all of it warm-up
}

}  // namespace
}  // namespace reprtune
