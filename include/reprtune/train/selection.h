#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// The rows of vectors [B, H] at these places, in their order. // [places, H]
at::Tensor select(const at::Tensor& vectors, std::span<const std::size_t> places);

/// The items at these places, in their order.
template <typename Item>
std::vector<Item> select(const std::vector<Item>& items, std::span<const std::size_t> places) {
  std::vector<Item> result;
  result.reserve(places.size());
  for (const std::size_t place : places) result.push_back(items[place]);
  return result;
}

}  // namespace reprtune
