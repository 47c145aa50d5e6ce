#pragma once

#include <reprtune/model/embedding_tables.h>
#include <reprtune/model/encoder_config.h>
#include <reprtune/model/linear.h>
#include <reprtune/model/packed_batch.h>
#include <reprtune/model/precision.h>

namespace reprtune {

/// How the steps of Encoder::forward are done for inference on the CPU: packed weights, and kernels of our
/// own between the products. No gradients.
class CpuInferencePass {
 public:
  /// `precision` is the one the weights were packed for.
  CpuInferencePass(const EncoderConfig& config, Precision precision);

  // R: activation_rows(N, sizes_per_octave).
  at::Tensor embed(const EmbeddingTables& tables, const PackedBatch& batch) const;   // -> [R, H]
  at::Tensor self_attention(const at::Tensor& qkv, const PackedBatch& batch) const;  // [R, 3H] -> [R, H]
  at::Tensor linear(const Linear& linear, const at::Tensor& x) const;                // -> [R, out]
  at::Tensor activate(const Linear& linear, const at::Tensor& x) const;              // -> [R, F]
  /// [R, H]; the result is in the memory of x.
  at::Tensor add_norm(const LayerNorm& norm, const at::Tensor& residual, const at::Tensor& x) const;

 private:
  const EncoderConfig& config_;
  at::ScalarType type_;
  std::int64_t sizes_per_octave_;
};

}  // namespace reprtune
