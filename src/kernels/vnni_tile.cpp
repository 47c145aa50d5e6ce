#include "vnni_tile.h"

#include <cstring>

#include <immintrin.h>

// Only use_vnni_products() leads here. g++ 12 gives these instructions to a function that names them.
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vnni")

namespace reprtune::kernels {
namespace {

#define REPRTUNE_INLINE __attribute__((always_inline)) inline

/// In each of 16 lanes: sum += the products of four neighbouring bytes. The intrinsic would be the same, but
/// g++ 12 then copies each sum to another register and to the stack in every step.
REPRTUNE_INLINE void add_products(__m512i bytes, __m512i weights, __m512i& sum) {
  asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(bytes), "v"(weights));
}

/// The sums of kRows rows, 2 vectors each. Members rather than an array: they must stay in registers.
template <std::size_t kRows>
struct TileSums {
  TileSums<kRows - 1> above;
  __m512i left, right;

  REPRTUNE_INLINE void clear() {
    above.clear();
    left = right = _mm512_setzero_si512();
  }

  REPRTUNE_INLINE void add(const std::uint8_t* x, std::size_t stride, __m512i left_weights,
                           __m512i right_weights) {
    above.add(x, stride, left_weights, right_weights);
    std::int32_t quad = 0;
    std::memcpy(&quad, x + (kRows - 1) * stride, sizeof quad);
    const __m512i bytes = _mm512_set1_epi32(quad);
    add_products(bytes, left_weights, left);
    add_products(bytes, right_weights, right);
  }

  REPRTUNE_INLINE void store(std::int32_t* sums) const {
    above.store(sums);
    _mm512_store_si512(sums + (kRows - 1) * 32, left);
    _mm512_store_si512(sums + (kRows - 1) * 32 + 16, right);
  }
};

template <>
struct TileSums<0> {
  REPRTUNE_INLINE void clear() {}
  REPRTUNE_INLINE void add(const std::uint8_t*, std::size_t, __m512i, __m512i) {}
  REPRTUNE_INLINE void store(std::int32_t*) const {}
};

template <std::size_t kRows>
void tile(const std::uint8_t* x, std::size_t stride, const std::int8_t* panel, std::size_t quads,
          std::int32_t* sums) {
  TileSums<kRows> tile;
  tile.clear();
  for (std::size_t quad = 0; quad < quads; ++quad) {
    tile.add(x + quad * 4, stride, _mm512_load_si512(panel + quad * 128),
             _mm512_load_si512(panel + quad * 128 + 64));
  }
  tile.store(sums);
}

#undef REPRTUNE_INLINE

/// The tile of exactly `rows` rows, from kRows down.
template <std::size_t kRows>
void tile_of(const std::uint8_t* x, std::size_t stride, std::size_t rows, const std::int8_t* panel,
             std::size_t quads, std::int32_t* sums) {
  if constexpr (kRows > 1) {
    if (rows < kRows) return tile_of<kRows - 1>(x, stride, rows, panel, quads, sums);
  }
  tile<kRows>(x, stride, panel, quads, sums);
}

}  // namespace

void vnni_tile(const std::uint8_t* x, std::size_t stride, std::size_t rows, const std::int8_t* panel,
               std::size_t quads, std::int32_t* sums) {
  tile_of<kTileRows>(x, stride, rows, panel, quads, sums);
}

}  // namespace reprtune::kernels

#pragma GCC pop_options
