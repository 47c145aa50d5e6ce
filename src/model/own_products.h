#pragma once

#include <reprtune/kernels/float32_product.h>

#include <c10/core/ScalarType.h>

namespace reprtune {

/// Whether products of this type on the CPU, with packed weights, are done by a kernel of ours: the
/// library's keep something for each number of rows they meet (activation_rows()), ours do not.
inline bool has_own_products(at::ScalarType type) {
  return type == at::kFloat && kernels::has_fast_float32_product();
}

}  // namespace reprtune
