#pragma once

#include <reprtune/model/packed_batch.h>

#include <string>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// How the hidden states of a row become its vector.
struct Pooling {
  enum class Mode { mean, cls };
  Mode mode = Mode::mean;
  bool normalize = false;  ///< L2 normalisation afterwards

  /// hidden: [N, H] packed -> [B, H] float32 in the order the rows were given. Differentiable.
  at::Tensor operator()(const at::Tensor& hidden, const PackedBatch& batch) const;
};

/// x / max(|x|, 1e-12) for each row of [B, H].
at::Tensor l2_normalize(const at::Tensor& x);

}  // namespace reprtune
