#include <reprtune/kernels/row_pooling.h>
#include <reprtune/kernels/row_pooling_gradient.h>
#include <reprtune/model/pooling.h>

#include "activations.h"
#include <reprtune/model/gradient_node.h>

#include <ATen/ATen.h>

namespace reprtune {

at::Tensor l2_normalize(const at::Tensor& x) {
  return x / at::linalg_vector_norm(x, 2, at::IntArrayRef{-1}, true).clamp_min(1e-12);
}

namespace {

at::Tensor pool_by_kernel(const Pooling& pooling, const at::Tensor& hidden, const PackedBatch& batch) {
  const at::Tensor vectors = at::empty({batch.rows(), hidden.size(1)}, at::kFloat);
  with_element_type(hidden, [&]<typename T>(T) {
    kernels::pool_rows({.mean = pooling.mode == Pooling::Mode::mean, .normalize = pooling.normalize},
                       elements<T>(hidden), batch.offsets, batch.order,
                       static_cast<std::size_t>(hidden.size(1)), vectors.mutable_data_ptr<float>());
  });
  return vectors;
}

/// The same, differentiable.
at::Tensor pool_for_training(const Pooling& pooling, const at::Tensor& hidden, const PackedBatch& batch) {
  const at::Tensor vectors = pool_by_kernel({pooling.mode, false}, hidden.detach(), batch);
  set_gradient_step(
      vectors, {hidden},
      [mean = pooling.mode == Pooling::Mode::mean, saved = hidden.detach(), offsets = batch.offsets,
       places = batch.order](const at::Tensor& gradient) -> std::vector<at::Tensor> {
        const at::Tensor dvectors = gradient.contiguous(), dhidden = at::empty_like(saved);
        with_element_type(dhidden, [&]<typename T>(T) {
          kernels::pool_rows_gradient({.mean = mean}, dvectors.const_data_ptr<float>(), offsets, places,
                                      static_cast<std::size_t>(dhidden.size(1)),
                                      mutable_elements<T>(dhidden));
        });
        return {dhidden};
      });
  return pooling.normalize ? l2_normalize(vectors) : vectors;
}

}  // namespace

at::Tensor Pooling::operator()(const at::Tensor& hidden, const PackedBatch& batch) const {
  if (hidden.is_cpu()) {
    return hidden.requires_grad() ? pool_for_training(*this, hidden, batch)
                                  : pool_by_kernel(*this, hidden, batch);
  }
  std::vector<std::int64_t> group_tokens;
  for (const auto& group : batch.groups) group_tokens.push_back(group.rows * group.length);
  const auto blocks = at::split_with_sizes(hidden, group_tokens);
  std::vector<at::Tensor> pooled;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const auto& group = batch.groups[i];
    const at::Tensor rows = blocks[i].view({group.rows, group.length, hidden.size(1)});
    pooled.push_back(mode == Mode::cls ? rows.select(1, 0).to(at::kFloat) : rows.to(at::kFloat).mean(1));
  }
  std::vector<std::int64_t> place(batch.order.size());  // the inverse of order
  for (std::size_t i = 0; i < batch.order.size(); ++i)
    place[static_cast<std::size_t>(batch.order[i])] = static_cast<std::int64_t>(i);
  const at::Tensor index = at::tensor(place, at::kLong).to(hidden.device());
  const at::Tensor vectors = at::cat(pooled).index_select(0, index);
  return normalize ? l2_normalize(vectors) : vectors;
}

}  // namespace reprtune
