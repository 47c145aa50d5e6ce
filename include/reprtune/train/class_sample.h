#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace reprtune {

/// The first `share` rows of each class, in their order; classes: [B] of each row, from 0.
std::vector<std::size_t> first_of_each_class(std::span<const std::size_t> classes, std::size_t share);

/// `count` rows, or all, in their order: as many of each class as of any other, as far as it has rows, and of
/// each the first ones.
std::vector<std::size_t> even_rows(std::span<const std::size_t> classes, std::size_t count);

}  // namespace reprtune
