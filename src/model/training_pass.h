#pragma once

#include <reprtune/model/dropout.h>
#include <reprtune/model/embedding_tables.h>
#include <reprtune/model/encoder_config.h>
#include <reprtune/model/linear.h>
#include <reprtune/model/packed_batch.h>

namespace reprtune {

/// How the steps of Encoder::forward are done for training: differentiable and with dropout. Attention is
/// written out, since the backward of the fused one is several times slower in bfloat16.
class TrainingPass {
 public:
  /// `perturbation`: see Encoder::train().
  TrainingPass(const EncoderConfig& config, at::ScalarType type, Dropout& dropout,
               const at::Tensor& perturbation)
      : config_(config), type_(type), dropout_(dropout), perturbation_(perturbation) {}

  at::Tensor embed(const EmbeddingTables& tables, const PackedBatch& batch) const;   // -> [N, H]
  at::Tensor self_attention(const at::Tensor& qkv, const PackedBatch& batch) const;  // [N, 3H] -> [N, H]
  at::Tensor linear(const Linear& linear, const at::Tensor& x) const;                // -> [N, out]
  at::Tensor activate(const Linear& linear, const at::Tensor& x) const;              // -> [N, F]
  at::Tensor add_norm(const LayerNorm& norm, const at::Tensor& residual,
                      const at::Tensor& x) const;  // [N, H]

 private:
  const EncoderConfig& config_;
  at::ScalarType type_;
  Dropout& dropout_;
  at::Tensor perturbation_;
};

}  // namespace reprtune
