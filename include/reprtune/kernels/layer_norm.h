#pragma once

#include <reprtune/kernels/bfloat16.h>

#include <cstddef>
#include <cstdint>

namespace reprtune::kernels {

/// Layer normalisation (Ba et al., 2016) of rows of H elements: (x - mean) / sqrt(variance + epsilon) *
/// weight
/// + bias. Statistics are in float32, whatever the format of the activations.
struct LayerNorm {
  const float* weight = nullptr;  // [H]
  const float* bias = nullptr;    // [H]
  float epsilon = 0;
  std::size_t size = 0;  // H
};

/// y = norm(x + residual), all [rows, H]; y may be x or residual.
void add_layer_norm(const LayerNorm& norm, const float* x, const float* residual, std::size_t rows, float* y);
void add_layer_norm(const LayerNorm& norm, const BFloat16* x, const BFloat16* residual, std::size_t rows,
                    BFloat16* y);

/// What turns token ids into hidden states. The caller has checked that ids and positions are rows of the
/// tables.
struct EmbeddingSum {
  const float* word = nullptr;      // [V, H]
  const float* position = nullptr;  // [positions, H]; its row 0 is for position 0 of a text
  const float* type = nullptr;      // [H]
};

/// y = norm(word[ids] + position[positions] + type), [rows, H].
void embed_layer_norm(const LayerNorm& norm, const EmbeddingSum& tables, const std::int64_t* ids,
                      const std::int64_t* positions, std::size_t rows, float* y);
void embed_layer_norm(const LayerNorm& norm, const EmbeddingSum& tables, const std::int64_t* ids,
                      const std::int64_t* positions, std::size_t rows, BFloat16* y);

}  // namespace reprtune::kernels
