#pragma once

#include <reprtune/model/layer_norm.h>

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// What turns token ids into the encoder's first hidden states: three tables, summed, and a normalisation.
struct EmbeddingTables {
  at::Tensor word;      // [V, H] float32
  at::Tensor position;  // [positions, H]
  at::Tensor type;      // [types, H]; only the first is used
  LayerNorm norm;
  std::int64_t position_offset = 0;  ///< row of `position` for the first token of a text
};

}  // namespace reprtune
