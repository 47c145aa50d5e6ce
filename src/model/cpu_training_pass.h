#pragma once

#include <reprtune/model/dropout.h>
#include <reprtune/model/embedding_tables.h>
#include <reprtune/model/encoder_config.h>
#include <reprtune/model/linear.h>
#include <reprtune/model/packed_batch.h>
#include <reprtune/model/precision.h>

namespace reprtune {

/// How the steps of Encoder::forward are done for training on the CPU: kernels of our own between the
/// products, there and back. The gradients of weights go straight to the weights' grad(), replacing what is
/// there, in float32, that of the word table sparse; those of linear layers' matrices are left as their
/// factors, with the layers.
class CpuTrainingPass {
 public:
  /// `perturbation`: see Encoder::train().
  CpuTrainingPass(const EncoderConfig& config, Precision precision, Dropout& dropout,
                  const at::Tensor& perturbation)
      : config_(config), precision_(precision), dropout_(dropout), perturbation_(perturbation) {}

  // R: activation_rows(N, kSizesPerOctave), or N in int16. The rows from N on must be handed no gradient but
  // zeros.
  at::Tensor embed(const EmbeddingTables& tables, const PackedBatch& batch) const;   // -> [R, H]
  at::Tensor self_attention(const at::Tensor& qkv, const PackedBatch& batch) const;  // [R, 3H] -> [R, H]
  at::Tensor linear(const Linear& linear, const at::Tensor& x) const;                // -> [R, out]
  at::Tensor activate(const Linear& linear, const at::Tensor& x) const;              // -> [R, F]
  /// [R, H]; the memory of x is used.
  at::Tensor add_norm(const LayerNorm& norm, const at::Tensor& residual, const at::Tensor& x) const;

 private:
  const EncoderConfig& config_;
  Precision precision_;
  Dropout& dropout_;
  at::Tensor perturbation_;
};

}  // namespace reprtune
