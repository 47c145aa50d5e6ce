#include "cpu_training_pass.h"

#include <reprtune/kernels/activation_gradient.h>
#include <reprtune/kernels/attention_gradient.h>
#include <reprtune/kernels/layer_norm_gradient.h>
#include <reprtune/model/activation_rows.h>
#include <reprtune/model/gradient_node.h>

#include "activations.h"
#include "gradient_memory.h"
#include "kernel_arguments.h"
#include "training_products.h"

#include <ATen/ATen.h>

namespace reprtune {
namespace {

std::size_t count_of(const at::Tensor& x) { return static_cast<std::size_t>(x.numel()); }

/// The gradient of a product's bias goes to the bias, the factors of that of its weight are left with the
/// layer; returns that of x.
at::Tensor linear_gradient(const Linear& linear, const at::Tensor& x, const at::Tensor& dy) {
  linear.leave_gradient_factors({x, dy});
  const at::Tensor bias = gradient_memory(linear.bias(), at::kFloat);
  with_element_type(dy, [&]<typename T>(T) {
    kernels::column_sums(elements<T>(dy), size_of(dy, 0), size_of(dy, 1), mutable_elements<float>(bias));
  });
  return input_gradient(linear, dy);
}

kernels::LayerNormGradient norm_gradient(const LayerNorm& norm, const at::Tensor& statistics) {
  return {statistics.const_data_ptr<float>(),
          gradient_memory(norm.weight, at::kFloat).mutable_data_ptr<float>(),
          gradient_memory(norm.bias, at::kFloat).mutable_data_ptr<float>()};
}

/// x = dropped(x).
template <typename T>
void drop_in_place(const kernels::DropoutMask& mask, const at::Tensor& x) {
  if (mask.probability == 0) return;
  kernels::add_dropped(mask, elements<T>(x), static_cast<const T*>(nullptr), count_of(x),
                       mutable_elements<T>(x));
}

/// What the sum of the three embeddings hands to its tables. The word table is large and few of its rows take
/// part: its gradient is sparse.
void embedding_gradient(const EmbeddingTables& tables, const PackedBatch& batch, const at::Tensor& dsum) {
  tables.word.mutable_grad() = at::_sparse_coo_tensor_unsafe(
      batch.ids.unsqueeze(0), dsum, tables.word.sizes(), dsum.options().layout(at::kSparse));
  const at::Tensor position = gradient_memory(tables.position, at::kFloat);
  position.zero_();
  position.index_add_(0, batch.positions + tables.position_offset, dsum);
  const at::Tensor type = gradient_memory(tables.type, at::kFloat);
  type.zero_();
  kernels::column_sums(elements<float>(dsum), size_of(dsum, 0), size_of(dsum, 1),
                       mutable_elements<float>(type));
}

}  // namespace

at::Tensor CpuTrainingPass::embed(const EmbeddingTables& tables, const PackedBatch& batch) const {
  const kernels::EmbeddingSum rows = kernel_embeddings(tables, batch);
  const at::Tensor sum = at::empty({batch.tokens(), tables.word.size(1)}, at::kFloat);
  const at::Tensor statistics = at::empty({batch.tokens(), 2}, at::kFloat);
  const std::int64_t sizes = precision_ == Precision::int16 ? 0 : kSizesPerOctave;
  const at::Tensor y = activations(batch.tokens(), activation_rows(batch.tokens(), sizes), sum.size(1),
                                   compute_type(precision_));
  const kernels::DropoutMask mask = dropout_.mask();
  kernels::embedding_sum(rows, batch.ids.const_data_ptr<std::int64_t>(),
                         batch.positions.const_data_ptr<std::int64_t>(), size_of(sum, 0), size_of(sum, 1),
                         mutable_elements<float>(sum));
  if (perturbation_.defined()) sum.add_(perturbation_);
  with_element_type(y, [&]<typename T>(T) {
    kernels::layer_norm(kernel_norm(tables.norm), elements<float>(sum), size_of(sum, 0),
                        mutable_elements<T>(y), mutable_elements<float>(statistics));
    drop_in_place<T>(mask, y.narrow(0, 0, batch.tokens()));
  });
  set_gradient_step(
      y, {}, [mask, tables, batch, sum, statistics](const at::Tensor& dy) -> std::vector<at::Tensor> {
        const at::Tensor up = dy.narrow(0, 0, sum.size(0)).clone(), dsum = at::empty_like(sum);
        with_element_type(up, [&]<typename T>(T) {
          drop_in_place<T>(mask, up);
          kernels::layer_norm_gradient(kernel_norm(tables.norm), norm_gradient(tables.norm, statistics),
                                       elements<float>(sum), elements<T>(up), size_of(up, 0),
                                       mutable_elements<float>(dsum));
        });
        embedding_gradient(tables, batch, dsum);
        return {};
      });
  return y;
}

at::Tensor CpuTrainingPass::self_attention(const at::Tensor& qkv, const PackedBatch& batch) const {
  const std::size_t heads = static_cast<std::size_t>(config_.heads);
  const std::size_t head_size = static_cast<std::size_t>(config_.head_size());
  const kernels::DropoutMask mask = dropout_.mask();
  const at::Tensor context = activations(batch.tokens(), qkv.size(0), config_.hidden_size, qkv.scalar_type());
  with_element_type(qkv, [&]<typename T>(T) {
    kernels::dropped_attention({batch.offsets, heads, head_size}, mask, elements<T>(qkv),
                               mutable_elements<T>(context));
  });
  set_gradient_step(context, {qkv},
                    [mask, heads, head_size, saved = qkv.detach(),
                     offsets = batch.offsets](const at::Tensor& gradient) -> std::vector<at::Tensor> {
                      const at::Tensor dcontext = gradient.contiguous();
                      const at::Tensor dqkv =
                          activations(offsets.back(), saved.size(0), saved.size(1), saved.scalar_type());
                      with_element_type(saved, [&]<typename T>(T) {
                        kernels::attention_gradient({offsets, heads, head_size}, mask, elements<T>(saved),
                                                    elements<T>(dcontext), mutable_elements<T>(dqkv));
                      });
                      return {dqkv};
                    });
  return context;
}

at::Tensor CpuTrainingPass::linear(const Linear& linear, const at::Tensor& x) const {
  const at::Tensor y = linear_product(linear, x.detach());
  set_gradient_step(y, {x}, [linear, saved = x.detach()](const at::Tensor& dy) -> std::vector<at::Tensor> {
    return {linear_gradient(linear, saved, dy.contiguous())};
  });
  return y;
}

at::Tensor CpuTrainingPass::activate(const Linear& linear, const at::Tensor& x) const {
  const kernels::Activation activation = kernel_activation(config_.activation);
  const at::Tensor before = linear_product(linear, x.detach());
  const at::Tensor y = at::empty_like(before);
  with_element_type(y, [&]<typename T>(T) {
    kernels::activate(activation, elements<T>(before), count_of(before), mutable_elements<T>(y));
  });
  set_gradient_step(y, {x},
                    [activation, linear, before,
                     saved = x.detach()](const at::Tensor& gradient) -> std::vector<at::Tensor> {
                      const at::Tensor dy = gradient.contiguous(), dx = at::empty_like(before);
                      with_element_type(dx, [&]<typename T>(T) {
                        kernels::activation_gradient(activation, elements<T>(before), elements<T>(dy),
                                                     count_of(before), mutable_elements<T>(dx));
                      });
                      return {linear_gradient(linear, saved, dx)};
                    });
  return y;
}

at::Tensor CpuTrainingPass::add_norm(const LayerNorm& norm, const at::Tensor& residual,
                                     const at::Tensor& x) const {
  const kernels::DropoutMask mask = dropout_.mask();
  const at::Tensor sum = x.detach();
  const at::Tensor statistics = at::empty({x.size(0), 2}, at::kFloat);
  const at::Tensor y = at::empty_like(sum);
  with_element_type(sum, [&]<typename T>(T) {
    kernels::add_dropped(mask, elements<T>(sum), elements<T>(residual), count_of(sum),
                         mutable_elements<T>(sum));
    kernels::layer_norm(kernel_norm(norm), elements<T>(sum), size_of(sum, 0), mutable_elements<T>(y),
                        mutable_elements<float>(statistics));
  });
  set_gradient_step(
      y, {residual, x}, [mask, norm, sum, statistics](const at::Tensor& gradient) -> std::vector<at::Tensor> {
        const at::Tensor dy = gradient.contiguous(), dresidual = at::empty_like(sum),
                         dx = at::empty_like(sum);
        with_element_type(sum, [&]<typename T>(T) {
          kernels::layer_norm_gradient(kernel_norm(norm), norm_gradient(norm, statistics), elements<T>(sum),
                                       elements<T>(dy), size_of(sum, 0), mutable_elements<T>(dresidual));
          kernels::add_dropped(mask, elements<T>(dresidual), static_cast<const T*>(nullptr), count_of(dx),
                               mutable_elements<T>(dx));
        });
        return {dresidual, dx};
      });
  return y;
}

}  // namespace reprtune
