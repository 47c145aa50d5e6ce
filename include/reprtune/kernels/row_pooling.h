#pragma once

#include <reprtune/kernels/bfloat16.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace reprtune::kernels {

/// How the hidden states of a row become its vector.
struct RowPooling {
  bool mean = true;        ///< the mean of its tokens; else its first token
  bool normalize = false;  ///< then x / max(|x|, 1e-12)
};

/// hidden: [N, H], row r being the tokens offsets[r] to offsets[r + 1]; its vector goes to row places[r] of
/// `vectors` [B, H].
void pool_rows(const RowPooling& pooling, const float* hidden, std::span<const std::int64_t> offsets,
               std::span<const std::int64_t> places, std::size_t H, float* vectors);
void pool_rows(const RowPooling& pooling, const BFloat16* hidden, std::span<const std::int64_t> offsets,
               std::span<const std::int64_t> places, std::size_t H, float* vectors);

}  // namespace reprtune::kernels
