#pragma once

#include <reprtune/model/encoder.h>

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// AdamW with decoupled weight decay (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR
/// 2019) and clipping of the global gradient norm, in one sweep over the weights.
class Optimizer {
 public:
  struct Group {
    std::vector<at::Tensor> parameters;
    double learning_rate_factor = 1;  ///< times the learning rate of the step
    double weight_decay = 0;
  };

  /// Parameters without a gradient at a step are left as they are. `max_gradient_norm` 0: no clipping.
  Optimizer(std::vector<Group> groups, double max_gradient_norm);

  /// One step with the gradients at hand, which are then dropped. Returns the gradient norm before clipping.
  double step(double learning_rate);

 private:
  /// A dense image of a sparse gradient, kept from step to step: only the rows touched are written and wiped.
  struct DenseGradient {
    at::Tensor buffer, rows;
    at::Tensor fill(const at::Tensor& sparse);
    void clear();
  };
  struct State {
    Group group;
    std::vector<at::Tensor> first_moments, second_moments, steps;
    std::vector<at::Tensor> gradients;  ///< of the step at hand
    std::vector<DenseGradient> dense;
  };
  static void update(State& state, double learning_rate, const at::Tensor& gradient_divisor);

  std::vector<State> states_;
  double max_gradient_norm_;
};

/// Linear warm-up over the first `warmup` steps, then linear decay to zero at `steps`: the factor for step
/// `step` from 0.
double linear_schedule(std::int64_t step, std::int64_t steps, std::int64_t warmup);

}  // namespace reprtune
