#include "kernel_arguments.h"

#include <reprtune/io/error.h>

#include <ATen/ATen.h>

namespace reprtune {
namespace {

void check_rows(const at::Tensor& indices, std::int64_t rows, const char* what) {
  const auto* first = indices.const_data_ptr<std::int64_t>();
  for (const auto* index = first; index != first + indices.numel(); ++index) {
    if (*index < 0 || *index >= rows) {
      throw Error(ErrorKind::model, std::string(what) + " " + std::to_string(*index) + ": expected 0 to " +
                                        std::to_string(rows - 1));
    }
  }
}

}  // namespace

kernels::LayerNorm kernel_norm(const LayerNorm& norm) {
  return {norm.weight.const_data_ptr<float>(), norm.bias.const_data_ptr<float>(),
          static_cast<float>(norm.epsilon), static_cast<std::size_t>(norm.weight.numel())};
}

kernels::Activation kernel_activation(const std::string& name) {
  if (name == "gelu") return kernels::Activation::gelu;
  return name == "relu" ? kernels::Activation::relu : kernels::Activation::gelu_tanh;
}

kernels::EmbeddingSum kernel_embeddings(const EmbeddingTables& tables, const PackedBatch& batch) {
  check_rows(batch.ids, tables.word.size(0), "token id");
  check_rows(batch.positions, tables.position.size(0) - tables.position_offset, "token position");
  return {tables.word.const_data_ptr<float>(),
          tables.position.const_data_ptr<float>() + tables.position_offset * tables.word.size(1),
          tables.type.const_data_ptr<float>()};
}

}  // namespace reprtune
