#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// Rows that stay as they are while a linear layer over them is fitted: their products are computed in parts,
/// on `threads` threads of our own. Those of libtorch wait busily for one another between any two operators,
/// which is slower than one thread as soon as another program wants a processor. Parts do not depend on the
/// number of threads, nor do results.
class FixedRows {
 public:
  /// rows: [B, H] float32.
  FixedRows(at::Tensor rows, std::size_t threads) : rows_(std::move(rows)), threads_(threads) {}

  std::int64_t size() const { return rows_.size(0); }

  /// rows times weight^T, plus bias: weight [C, H], bias [C] -> [B, C]. Differentiable by both.
  at::Tensor linear(const at::Tensor& weight, const at::Tensor& bias) const;

 private:
  std::int64_t parts() const;
  void for_each_part(
      const std::function<void(std::int64_t part, std::int64_t first, std::int64_t rows)>& work) const;
  at::Tensor weight_gradient(const at::Tensor& gradient) const;

  at::Tensor rows_;
  std::size_t threads_;
};

}  // namespace reprtune
