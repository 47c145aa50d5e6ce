#pragma once

#include <reprtune/model/embedding_tables.h>
#include <reprtune/model/encoder_config.h>
#include <reprtune/model/linear.h>
#include <reprtune/model/packed_batch.h>

namespace reprtune {

/// Number of rows of the activations of N tokens.
enum class ActivationRows {
  exact,  ///< N
  /// N rounded up to one of twenty sizes up to 512 or a multiple of 64, the last rows zero. The library's
  /// products compile and keep a kernel for each number of rows they see, which over a long run of steps of
  /// any size would be hundreds of MB.
  of_few_sizes,
};

/// How the steps of Encoder::forward are done for inference on the CPU: packed weights, and kernels of our
/// own between the products. No gradients.
class CpuInferencePass {
 public:
  /// `type` is the one the weights were packed for.
  CpuInferencePass(const EncoderConfig& config, at::ScalarType type,
                   ActivationRows rows = ActivationRows::of_few_sizes)
      : config_(config), type_(type), rows_(rows) {}

  // R activation rows, N or more.
  at::Tensor embed(const EmbeddingTables& tables, const PackedBatch& batch) const;   // -> [R, H]
  at::Tensor self_attention(const at::Tensor& qkv, const PackedBatch& batch) const;  // [R, 3H] -> [R, H]
  at::Tensor linear(const Linear& linear, const at::Tensor& x) const;                // -> [R, out]
  at::Tensor activate(const Linear& linear, const at::Tensor& x) const;              // -> [R, F]
  /// [R, H]; the result is in the memory of x.
  at::Tensor add_norm(const LayerNorm& norm, const at::Tensor& residual, const at::Tensor& x) const;

 private:
  /// [R, columns], the rows from N on zero.
  at::Tensor activations(std::int64_t N, std::int64_t columns) const;

  const EncoderConfig& config_;
  at::ScalarType type_;
  ActivationRows rows_;
};

}  // namespace reprtune
