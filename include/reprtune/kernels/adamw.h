#pragma once

#include <reprtune/kernels/bfloat16.h>

#include <cstddef>
#include <span>

namespace reprtune::kernels {

/// The numbers of one step of AdamW (Loshchilov and Hutter, 2019).
struct AdamWStep {
  float decay = 1;        ///< 1 - learning rate * weight decay
  float rate = 0;         ///< learning rate / (1 - beta1^t)
  float root_factor = 1;  ///< 1 / sqrt(1 - beta2^t)
  float beta1 = 0.9F;
  float beta2 = 0.999F;
  float epsilon = 1e-8F;
  float gradient_factor = 1;  ///< below 1 where gradients are clipped
};

/// Weights with their moments.
struct AdamWState {
  float* weight = nullptr;
  float* first = nullptr;
  float* second = nullptr;
  BFloat16* copy = nullptr;  ///< where the new weights go as bfloat16; may be absent
};

/// One step; the gradient is the sum of the given ones. A first moment below 1e-30 becomes 0.
void adamw(const AdamWStep& step, std::span<const float* const> gradients, std::size_t count,
           const AdamWState& state);
void adamw(const AdamWStep& step, std::span<const BFloat16* const> gradients, std::size_t count,
           const AdamWState& state);

/// Several steps whose gradient is zero, to the same bits as adamw() would get.
void adamw_without_gradient(std::span<const AdamWStep> steps, std::size_t count, const AdamWState& state);

/// The sum of squares of the sum of the gradients.
double sum_of_squares(std::span<const float* const> gradients, std::size_t count);
double sum_of_squares(std::span<const BFloat16* const> gradients, std::size_t count);

}  // namespace reprtune::kernels
