#pragma once

#include <reprtune/kernels/float32_product.h>
#include <reprtune/model/precision.h>

#include "activations.h"

#include <cstddef>
#include <cstdint>
#include <optional>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// Whether products of this precision, a resolved one, on the CPU and with packed weights are done by a
/// kernel of ours: the library's keep something for each number of rows they meet (activation_rows()), ours
/// do not.
inline bool has_own_products(Precision precision) {
  return precision == Precision::int16 || precision == Precision::int8 ||
         (precision == Precision::float32 && kernels::has_fast_float32_product());
}

/// product(weights, x, ...), one of ours, for elements of type T; x: [N, in] -> [N, out].
template <typename T, typename Product, typename Weights>
at::Tensor own_product(const Product& product, const Weights& weights, const at::Tensor& x,
                       std::optional<kernels::Activation> activation = {}) {
  const at::Tensor y = x.new_empty({x.size(0), static_cast<std::int64_t>(weights.out())});
  product(weights, elements<T>(x), static_cast<std::size_t>(x.size(0)), activation, mutable_elements<T>(y));
  return y;
}

}  // namespace reprtune
