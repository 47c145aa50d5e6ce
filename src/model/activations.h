#pragma once

#include <reprtune/kernels/bfloat16.h>

#include <cassert>
#include <cstddef>
#include <cstdint>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// Calls use(T{}) with the kernels' type T for the elements of x: float or kernels::BFloat16.
template <typename Use>
void with_element_type(const at::Tensor& x, const Use& use) {
  assert(x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
  if (x.scalar_type() == at::kBFloat16) {
    use(kernels::BFloat16{});
  } else {
    use(float{});
  }
}

template <typename T>
const T* elements(const at::Tensor& x) {
  assert(x.is_contiguous() && x.element_size() == sizeof(T));
  return static_cast<const T*>(x.const_data_ptr());
}

template <typename T>
T* mutable_elements(const at::Tensor& x) {
  assert(x.is_contiguous() && x.element_size() == sizeof(T));
  return static_cast<T*>(x.mutable_data_ptr());
}

inline std::size_t size_of(const at::Tensor& x, std::int64_t dimension) {
  return static_cast<std::size_t>(x.size(dimension));
}

}  // namespace reprtune
