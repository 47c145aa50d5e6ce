#include "cpu_inference_pass.h"

#include <reprtune/io/error.h>
#include <reprtune/kernels/activation.h>
#include <reprtune/kernels/attention.h>
#include <reprtune/kernels/layer_norm.h>

#include "activations.h"

#include <algorithm>
#include <string>

#include <ATen/ATen.h>

namespace reprtune {
namespace {

kernels::LayerNorm kernel_norm(const LayerNorm& norm) {
  return {norm.weight.const_data_ptr<float>(), norm.bias.const_data_ptr<float>(),
          static_cast<float>(norm.epsilon), static_cast<std::size_t>(norm.weight.numel())};
}

/// Throws when an index is not a row of a table: the kernels do not look.
void check_rows(const at::Tensor& indices, std::int64_t rows, const char* what) {
  const auto* first = indices.const_data_ptr<std::int64_t>();
  for (const auto* index = first; index != first + indices.numel(); ++index) {
    if (*index < 0 || *index >= rows) {
      throw Error(ErrorKind::model, std::string(what) + " " + std::to_string(*index) + ": expected 0 to " +
                                        std::to_string(rows - 1));
    }
  }
}

kernels::Activation kernel_activation(const std::string& name) {
  if (name == "gelu") return kernels::Activation::gelu;
  return name == "relu" ? kernels::Activation::relu : kernels::Activation::gelu_tanh;
}

}  // namespace

at::Tensor CpuInferencePass::embed(const EmbeddingTables& tables, const PackedBatch& batch) const {
  const std::int64_t H = tables.word.size(1);
  check_rows(batch.ids, tables.word.size(0), "token id");
  check_rows(batch.positions, tables.position.size(0) - tables.position_offset, "token position");
  const kernels::EmbeddingSum sum{tables.word.const_data_ptr<float>(),
                                  tables.position.const_data_ptr<float>() + tables.position_offset * H,
                                  tables.type.const_data_ptr<float>()};
  const at::Tensor x = at::empty({batch.tokens(), H}, type_);
  with_element_type(x, [&]<typename T>(T) {
    kernels::embed_layer_norm(kernel_norm(tables.norm), sum, batch.ids.const_data_ptr<std::int64_t>(),
                              batch.positions.const_data_ptr<std::int64_t>(),
                              static_cast<std::size_t>(batch.tokens()), mutable_elements<T>(x));
  });
  return x;
}

at::Tensor CpuInferencePass::self_attention(const at::Tensor& qkv, const PackedBatch& batch) const {
  const at::Tensor context = at::empty({qkv.size(0), config_.hidden_size}, type_);
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
  const at::Tensor y = linear.packed(x);
  with_element_type(y, [&]<typename T>(T) {
    kernels::activate(kernel_activation(config_.activation), mutable_elements<T>(y),
                      static_cast<std::size_t>(y.numel()));
  });
  return y;
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
