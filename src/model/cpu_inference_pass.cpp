#include "cpu_inference_pass.h"

#include <reprtune/kernels/attention.h>
#include <reprtune/kernels/layer_norm.h>
#include <reprtune/model/activation_rows.h>

#include "activations.h"
#include "kernel_arguments.h"
#include "own_products.h"

#include <ATen/ATen.h>

namespace reprtune {

CpuInferencePass::CpuInferencePass(const EncoderConfig& config, Precision precision)
    : config_(config),
      type_(compute_type(precision)),
      sizes_per_octave_(has_own_products(precision) ? 0 : 8) {}

at::Tensor CpuInferencePass::embed(const EmbeddingTables& tables, const PackedBatch& batch) const {
  const kernels::EmbeddingSum sum = kernel_embeddings(tables, batch);
  const at::Tensor x = activations(batch.tokens(), activation_rows(batch.tokens(), sizes_per_octave_),
                                   tables.word.size(1), type_);
  with_element_type(x, [&]<typename T>(T) {
    kernels::embed_layer_norm(kernel_norm(tables.norm), sum, batch.ids.const_data_ptr<std::int64_t>(),
                              batch.positions.const_data_ptr<std::int64_t>(),
                              static_cast<std::size_t>(batch.tokens()), mutable_elements<T>(x));
  });
  return x;
}

at::Tensor CpuInferencePass::self_attention(const at::Tensor& qkv, const PackedBatch& batch) const {
  const at::Tensor context = activations(batch.tokens(), qkv.size(0), config_.hidden_size, type_);
  with_element_type(qkv, [&]<typename T>(T) {
    kernels::attention(elements<T>(qkv), batch.offsets, static_cast<std::size_t>(config_.heads),
                       static_cast<std::size_t>(config_.head_size()), mutable_elements<T>(context));
  });
  return context;
}

at::Tensor CpuInferencePass::linear(const Linear& linear, const at::Tensor& x) const {
  return linear.packed(x);
}

at::Tensor CpuInferencePass::activate(const Linear& linear, const at::Tensor& x) const {
  return linear.packed(x, kernel_activation(config_.activation));
}

at::Tensor CpuInferencePass::add_norm(const LayerNorm& norm, const at::Tensor& residual,
                                      const at::Tensor& x) const {
  with_element_type(x, [&]<typename T>(T) {
    kernels::add_layer_norm(kernel_norm(norm), elements<T>(x), elements<T>(residual),
                            static_cast<std::size_t>(x.size(0)), mutable_elements<T>(x));
  });
  return x;
}

}  // namespace reprtune
