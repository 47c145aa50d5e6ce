#pragma once

#include <reprtune/kernels/bfloat16.h>
#include <reprtune/kernels/layer_norm.h>

#include <cstddef>
#include <cstdint>

namespace reprtune::kernels {

/// sum = word[ids] + position[positions] + type, [rows, H].
void embedding_sum(const EmbeddingSum& tables, const std::int64_t* ids, const std::int64_t* positions,
                   std::size_t rows, std::size_t H, float* sum);

/// y = norm(x), [rows, H], for training: keeps the mean and 1 / sqrt(variance + epsilon) of each row in
/// `statistics` [rows, 2].
void layer_norm(const LayerNorm& norm, const float* x, std::size_t rows, float* y, float* statistics);
void layer_norm(const LayerNorm& norm, const float* x, std::size_t rows, BFloat16* y, float* statistics);
void layer_norm(const LayerNorm& norm, const BFloat16* x, std::size_t rows, BFloat16* y, float* statistics);

/// What the way back needs of the way there, and the sums over rows it leaves: weight and bias [H].
struct LayerNormGradient {
  const float* statistics = nullptr;
  float* weight = nullptr;
  float* bias = nullptr;
};

/// From dy, the gradient of y, to dx, both [rows, H]; dx may be dy.
void layer_norm_gradient(const LayerNorm& norm, const LayerNormGradient& gradient, const float* x,
                         const float* dy, std::size_t rows, float* dx);
void layer_norm_gradient(const LayerNorm& norm, const LayerNormGradient& gradient, const float* x,
                         const BFloat16* dy, std::size_t rows, float* dx);
void layer_norm_gradient(const LayerNorm& norm, const LayerNormGradient& gradient, const BFloat16* x,
                         const BFloat16* dy, std::size_t rows, BFloat16* dx);

}  // namespace reprtune::kernels
