#pragma once

#include <reprtune/kernels/float32_product.h>
#include <reprtune/model/precision.h>

namespace reprtune {

/// Whether products of this precision, a resolved one, on the CPU and with packed weights are done by a
/// kernel of ours: the library's keep something for each number of rows they meet (activation_rows()), ours
/// do not.
inline bool has_own_products(Precision precision) {
  return precision == Precision::int16 || precision == Precision::int8 ||
         (precision == Precision::float32 && kernels::has_fast_float32_product());
}

}  // namespace reprtune
