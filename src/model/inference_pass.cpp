#include "inference_pass.h"

#include "attention_blocks.h"

#include <ATen/ATen.h>

namespace reprtune {

at::Tensor InferencePass::embed(const EmbeddingTables& tables, const PackedBatch& batch) const {
  const auto& device = tables.word.device();
  const at::Tensor sum = at::embedding(tables.word, batch.ids.to(device)) +
                         at::embedding(tables.position, batch.positions.to(device) + tables.position_offset) +
                         tables.type.select(0, 0);
  return at::layer_norm(sum, {sum.size(1)}, tables.norm.weight, tables.norm.bias, tables.norm.epsilon)
      .to(type_);
}

at::Tensor InferencePass::self_attention(const at::Tensor& qkv, const PackedBatch& batch) const {
  return attend_by_blocks(config_, qkv, batch,
                          [](const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
                            return at::scaled_dot_product_attention(q, k, v);
                          });
}

at::Tensor InferencePass::linear(const Linear& linear, const at::Tensor& x) const { return linear.packed(x); }

at::Tensor InferencePass::activate(const Linear& linear, const at::Tensor& x) const {
  if (config_.activation == "gelu") return linear.packed_gelu(x);
  const at::Tensor y = linear.packed(x);
  return config_.activation == "relu" ? at::relu(y) : at::gelu(y, "tanh");
}

at::Tensor InferencePass::add_norm(const LayerNorm& norm, const at::Tensor& residual,
                                   const at::Tensor& x) const {
  return at::layer_norm(residual + x, {x.size(1)}, norm.weight, norm.bias, norm.epsilon);
}

}  // namespace reprtune
