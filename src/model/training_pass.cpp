#include "training_pass.h"

#include "attention_blocks.h"

#include <cmath>

#include <ATen/ATen.h>

namespace reprtune {

at::Tensor TrainingPass::embed(const EmbeddingTables& tables, const PackedBatch& batch) const {
  const auto& device = tables.word.device();
  at::Tensor sum = at::embedding(tables.word, batch.ids.to(device), -1, false, true) +
                   at::embedding(tables.position, batch.positions.to(device) + tables.position_offset) +
                   tables.type.select(0, 0);
  if (perturbation_.defined()) sum = sum + perturbation_;
  const at::Tensor x =
      at::layer_norm(sum, {sum.size(1)}, tables.norm.weight, tables.norm.bias, tables.norm.epsilon);
  return dropout_(x.to(type_));
}

at::Tensor TrainingPass::self_attention(const at::Tensor& qkv, const PackedBatch& batch) const {
  const double scale = 1 / std::sqrt(static_cast<double>(config_.head_size()));
  const auto flat = [](const at::Tensor& x) {
    return x.reshape({-1, x.size(2), x.size(3)});
  };  // [rows * A, T, D]
  return attend_by_blocks(config_, qkv, batch,
                          [&](const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
                            const at::Tensor scores = at::bmm(flat(q) * scale, flat(k).transpose(1, 2));
                            const at::Tensor weights = dropout_(at::softmax(scores, -1));
                            return at::bmm(weights, flat(v)).view(q.sizes());
                          });
}

at::Tensor TrainingPass::linear(const Linear& linear, const at::Tensor& x) const { return linear(x); }

at::Tensor TrainingPass::activate(const Linear& linear, const at::Tensor& x) const {
  const at::Tensor y = linear(x);
  if (config_.activation == "relu") return at::relu(y);
  return at::gelu(y, config_.activation == "gelu" ? "none" : "tanh");
}

at::Tensor TrainingPass::add_norm(const LayerNorm& norm, const at::Tensor& residual,
                                  const at::Tensor& x) const {
  return at::layer_norm(residual + dropout_(x), {x.size(1)}, norm.weight, norm.bias, norm.epsilon);
}

}  // namespace reprtune
