#pragma once

#include <reprtune/model/encoder.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// AdamW with decoupled weight decay (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR
/// 2019) and clipping of the global gradient norm. On the CPU: one sweep over the weights that adds the
/// gradients of all workers on its way, and no sweep at all over the rows of a table that a sparse gradient
/// leaves out: what they missed is made up for, to the bit, when they are needed.
class Optimizer {
 public:
  /// A tensor and the leaves whose gradients, all of one type, add up to its own.
  struct Weight {
    Weight(at::Tensor weight) : tensor(std::move(weight)), leaves{tensor} {}  // NOLINT: a weight is a tensor
    Weight(at::Tensor weight, std::vector<at::Tensor> gradient_leaves, at::Tensor bfloat16_copy)
        : tensor(std::move(weight)), leaves(std::move(gradient_leaves)), copy(std::move(bfloat16_copy)) {}

    at::Tensor tensor;
    std::vector<at::Tensor> leaves;
    at::Tensor copy;  ///< bfloat16, written with the tensor; may be undefined
  };
  struct Group {
    std::vector<Weight> weights;
    double learning_rate_factor = 1;  ///< times the learning rate of the step
    double weight_decay = 0;
  };

  /// Weights without a gradient at a step are left as they are. `max_gradient_norm` 0: no clipping. The
  /// result does not depend on `threads`.
  Optimizer(std::vector<Group> groups, double max_gradient_norm, std::size_t threads = 1);
  ~Optimizer();

  /// One step with the gradients at hand; those of leaves that are the weight itself are then dropped.
  /// Returns the gradient norm before clipping. Where that is not finite, no weight has been moved, and the
  /// optimizer is of no further use.
  double step(double learning_rate);

  /// Brings these rows of the tables with sparse gradients up to the last step: before they are read.
  void catch_up(const std::vector<std::int64_t>& rows);
  /// All rows.
  void catch_up();

  /// What steps leave behind beside the weights.
  struct Moments {
    at::Tensor first, second;  ///< the optimizer's own, of the shape of the weight
    std::int64_t steps = 0;
  };
  /// Of each weight, in the order of the groups; all rows are caught up first.
  std::vector<Moments> moments();
  /// Goes on from moments() of an optimizer with the same groups, whose weights are in place.
  void restore(const std::vector<Moments>& moments);

 private:
  struct State;
  struct Chunk;
  void update_by_operators(double learning_rate, double divisor);
  void update_by_kernels(double learning_rate, double divisor, const std::vector<Chunk>& chunks);
  double norm_by_kernels(const std::vector<Chunk>& chunks) const;
  std::vector<Chunk> chunks() const;

  std::vector<std::unique_ptr<State>> states_;
  double max_gradient_norm_;
  std::size_t threads_;
};

/// Linear warm-up over the first `warmup` steps, then linear decay to zero at `steps`, where it stays: the
/// factor for step `step` from 0.
double linear_schedule(std::int64_t step, std::int64_t steps, std::int64_t warmup);

}  // namespace reprtune
