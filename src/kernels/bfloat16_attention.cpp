#include "bfloat16_attention.h"

#include "scratch.h"

#include <cmath>
#include <cstring>

#include <immintrin.h>

// Only use_bfloat16_products() leads here. g++ 12 gives these instructions to a function that names them.
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma,avx2")

namespace reprtune::kernels {
namespace {

// The product instruction adds, in each of 16 float32 lanes, the products of two neighbouring bfloat16. So
// keys and values are laid out in pairs, each pair seen as one 32-bit number:
//   keys   [D / 2, padded tokens]: elements 2i and 2i + 1 of a key,
//   values [padded tokens / 2, D]: one element of tokens 2t and 2t + 1.
constexpr std::size_t kLanes = 16;

struct HeadLayout {
  std::size_t tokens = 0;
  std::size_t padded = 0;  ///< tokens rounded up to whole vectors
  std::size_t D = 0;
  std::size_t stride = 0;  ///< elements from one token of the output to the next; three times as many in qkv
};

struct HeadMemory {
  std::uint32_t* keys = nullptr;     // [D / 2, padded]
  std::uint32_t* values = nullptr;   // [padded / 2, D]
  float* scores = nullptr;           // [8, padded]
  std::uint16_t* weights = nullptr;  // [8, padded] bfloat16
};

/// 16 x 16 numbers of 32 bits: rows become columns.
inline void transpose(__m512i (&rows)[kLanes]) {
  __m512i a[kLanes], b[kLanes];
  for (std::size_t i = 0; i < kLanes; i += 2) {
    a[i] = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
    a[i + 1] = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
  }
  for (std::size_t i = 0; i < kLanes; i += 4) {
    b[i] = _mm512_unpacklo_epi64(a[i], a[i + 2]);
    b[i + 1] = _mm512_unpackhi_epi64(a[i], a[i + 2]);
    b[i + 2] = _mm512_unpacklo_epi64(a[i + 1], a[i + 3]);
    b[i + 3] = _mm512_unpackhi_epi64(a[i + 1], a[i + 3]);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    a[i] = _mm512_shuffle_i32x4(b[i], b[i + 4], 0x88);
    a[i + 4] = _mm512_shuffle_i32x4(b[i], b[i + 4], 0xdd);
    a[i + 8] = _mm512_shuffle_i32x4(b[i + 8], b[i + 12], 0x88);
    a[i + 12] = _mm512_shuffle_i32x4(b[i + 8], b[i + 12], 0xdd);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    rows[i] = _mm512_shuffle_i32x4(a[i], a[i + 8], 0x88);
    rows[i + 8] = _mm512_shuffle_i32x4(a[i], a[i + 8], 0xdd);
    rows[i + 4] = _mm512_shuffle_i32x4(a[i + 4], a[i + 12], 0x88);
    rows[i + 12] = _mm512_shuffle_i32x4(a[i + 4], a[i + 12], 0xdd);
  }
}

void lay_out_keys(const BFloat16* keys, const HeadLayout& head, std::uint32_t* to) {
  const std::size_t pairs = head.D / 2;
  for (std::size_t token = 0; token < head.padded; token += kLanes) {
    for (std::size_t pair = 0; pair < pairs; pair += kLanes) {
      const auto mask = static_cast<__mmask16>(pairs - pair >= kLanes ? 0xffff : 0x00ff);
      __m512i rows[kLanes];
      for (std::size_t i = 0; i < kLanes; ++i) {
        rows[i] = token + i < head.tokens
                      ? _mm512_maskz_loadu_epi32(mask, keys + (token + i) * 3 * head.stride + 2 * pair)
                      : _mm512_setzero_si512();
      }
      transpose(rows);
      for (std::size_t i = 0; i < kLanes && pair + i < pairs; ++i)
        _mm512_store_si512(to + (pair + i) * head.padded + token, rows[i]);
    }
  }
}

void lay_out_values(const BFloat16* values, const HeadLayout& head, std::uint32_t* to) {
  const auto load = [&](std::size_t token, std::size_t i) {
    if (token >= head.tokens) return _mm512_setzero_si512();
    const auto* from = reinterpret_cast<const __m256i*>(values + token * 3 * head.stride + i);
    return _mm512_cvtepu16_epi32(_mm256_loadu_si256(from));
  };
  for (std::size_t token = 0; token < head.padded; token += 2) {
    for (std::size_t i = 0; i < head.D; i += kLanes) {
      const __m512i pair = _mm512_or_si512(load(token, i), _mm512_slli_epi32(load(token + 1, i), 16));
      _mm512_store_si512(to + token / 2 * head.D + i, pair);
    }
  }
}

inline __m512bh as_bfloat16(__m512i bits) { return reinterpret_cast<__m512bh>(bits); }

/// A pair of neighbouring bfloat16 in every lane.
inline __m512bh broadcast_pair(const void* pair) {
  std::int32_t bits = 0;
  std::memcpy(&bits, pair, sizeof bits);
  return as_bfloat16(_mm512_set1_epi32(bits));
}

/// The sums, over `depth` pairs, of a [kRows] with pairs b [depth, kVectors * 16]; strides count elements.
template <std::size_t kRows, std::size_t kVectors>
inline void product_tile(const std::uint16_t* a, std::size_t a_stride, const std::uint32_t* b,
                         std::size_t b_stride, std::size_t depth, __m512 (&sums)[kRows][kVectors]) {
  for (auto& row : sums)
    for (__m512& sum : row) sum = _mm512_setzero_ps();
  for (std::size_t k = 0; k < depth; ++k, b += b_stride) {
    __m512bh columns[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) columns[v] = as_bfloat16(_mm512_load_si512(b + v * kLanes));
    for (std::size_t row = 0; row < kRows; ++row) {
      const __m512bh pair = broadcast_pair(a + row * a_stride + 2 * k);
      for (std::size_t v = 0; v < kVectors; ++v)
        sums[row][v] = _mm512_dpbf16_ps(sums[row][v], columns[v], pair);
    }
  }
}

/// 2^x for x <= 0 to about 2e-7 of its value: with n the integer nearest to x, 2^n times a polynomial in x -
/// n (coefficients of Moshier's Cephes).
inline __m512 power_of_two(__m512 x) {
  x = _mm512_max_ps(x, _mm512_set1_ps(-126.0F));
  const __m512 n = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m512 r = _mm512_sub_ps(x, n);
  __m512 p = _mm512_set1_ps(1.535336188e-4F);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.339887440e-3F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(9.618437357e-3F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.550332471e-2F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(2.402264791e-1F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(6.931472028e-1F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0F));
  return _mm512_scalef_ps(p, n);
}

/// weights = e^((score - largest) / sqrt(D)) in bfloat16, zero behind the last token; gives their sum, as
/// rounded.
inline float softmax_weights(const float* scores, const HeadLayout& head, std::uint16_t* weights) {
  const auto mask = [&](std::size_t i) {
    const std::size_t left = head.tokens - i;
    return static_cast<__mmask16>(left >= kLanes ? 0xffff : (1U << left) - 1);
  };
  const __m512 lowest = _mm512_set1_ps(-INFINITY);
  __m512 maxima = lowest;
  for (std::size_t i = 0; i < head.padded; i += kLanes)
    maxima = _mm512_max_ps(maxima, _mm512_mask_load_ps(lowest, mask(i), scores + i));
  const float scale = 1.44269504F / std::sqrt(static_cast<float>(head.D));  // of a score, in powers of two
  const __m512 scales = _mm512_set1_ps(scale);
  const __m512 largest = _mm512_set1_ps(_mm512_reduce_max_ps(maxima) * scale);
  const auto weight = [&](std::size_t i) {
    return power_of_two(_mm512_fmsub_ps(_mm512_load_ps(scores + i), scales, largest));
  };
  // The product instruction adds up the weights as well: times one.
  const __m512bh ones = as_bfloat16(_mm512_set1_epi16(0x3f80));
  __m512 sum = _mm512_setzero_ps();
  std::size_t i = 0;
  for (; i + 2 * kLanes <= head.padded; i += 2 * kLanes) {
    const __m512bh pair =
        _mm512_cvtne2ps_pbh(_mm512_maskz_mov_ps(mask(i + kLanes), weight(i + kLanes)), weight(i));
    _mm512_storeu_si512(weights + i, reinterpret_cast<__m512i>(pair));
    sum = _mm512_dpbf16_ps(sum, pair, ones);
  }
  if (i < head.padded) {
    const auto rounded =
        reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(_mm512_maskz_mov_ps(mask(i), weight(i))));
    _mm256_store_si256(reinterpret_cast<__m256i*>(weights + i), rounded);
    sum = _mm512_dpbf16_ps(sum, as_bfloat16(_mm512_zextsi256_si512(rounded)), ones);
  }
  return _mm512_reduce_add_ps(sum);
}

template <std::size_t kRows, std::size_t kVectors>
inline void score_tile(const BFloat16* queries, const HeadLayout& head, const HeadMemory& memory,
                       std::size_t token) {
  __m512 sums[kRows][kVectors];
  product_tile(reinterpret_cast<const std::uint16_t*>(queries), 3 * head.stride, memory.keys + token,
               head.padded, head.D / 2, sums);
  for (std::size_t row = 0; row < kRows; ++row)
    for (std::size_t v = 0; v < kVectors; ++v)
      _mm512_store_ps(memory.scores + row * head.padded + token + v * kLanes, sums[row][v]);
}

template <std::size_t kRows, std::size_t kVectors>
inline void result_tile(const float (&sums_of_weights)[kRows], const HeadLayout& head,
                        const HeadMemory& memory, std::size_t i, BFloat16* out) {
  __m512 sums[kRows][kVectors];
  product_tile(memory.weights, head.padded, memory.values + i, head.D, (head.tokens + 1) / 2, sums);
  for (std::size_t row = 0; row < kRows; ++row) {
    const __m512 factor = _mm512_set1_ps(1.0F / sums_of_weights[row]);
    for (std::size_t v = 0; v < kVectors; ++v) {
      auto* to = reinterpret_cast<__m256i*>(out + row * head.stride + i + v * kLanes);
      _mm256_storeu_si256(to,
                          reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(_mm512_mul_ps(sums[row][v], factor))));
    }
  }
}

/// Results of kRows queries.
template <std::size_t kRows>
void attend_queries(const BFloat16* queries, const HeadLayout& head, const HeadMemory& memory,
                    BFloat16* out) {
  std::size_t token = 0;
  for (; token + 2 * kLanes <= head.padded; token += 2 * kLanes)
    score_tile<kRows, 2>(queries, head, memory, token);
  if (token < head.padded) score_tile<kRows, 1>(queries, head, memory, token);
  float sums[kRows];
  for (std::size_t row = 0; row < kRows; ++row)
    sums[row] = softmax_weights(memory.scores + row * head.padded, head, memory.weights + row * head.padded);
  std::size_t i = 0;
  for (; i + 2 * kLanes <= head.D; i += 2 * kLanes) result_tile<kRows, 2>(sums, head, memory, i, out);
  if (i < head.D) result_tile<kRows, 1>(sums, head, memory, i, out);
}

/// One head of one row; qkv points at its first query, out at its first result.
void attend_head(const BFloat16* qkv, const HeadLayout& head, const HeadMemory& memory, BFloat16* out) {
  lay_out_keys(qkv + head.stride, head, memory.keys);
  lay_out_values(qkv + 2 * head.stride, head, memory.values);
  std::size_t query = 0;
  const auto attend = [&]<std::size_t kRows>() {
    for (; query + kRows <= head.tokens; query += kRows)
      attend_queries<kRows>(qkv + query * 3 * head.stride, head, memory, out + query * head.stride);
  };
  attend.template operator()<8>();
  attend.template operator()<4>();
  attend.template operator()<2>();
  attend.template operator()<1>();
}

HeadMemory memory_for(const HeadLayout& head) {
  HeadMemory memory;
  float* const all = scratch(head.D / 2 * head.padded * 2 + 8 * head.padded + 4 * head.padded);
  memory.keys = reinterpret_cast<std::uint32_t*>(all);
  memory.values = memory.keys + head.D / 2 * head.padded;
  memory.scores = all + head.D / 2 * head.padded * 2;
  memory.weights = reinterpret_cast<std::uint16_t*>(memory.scores + 8 * head.padded);
  return memory;
}

}  // namespace

void bfloat16_attention(const BFloat16* qkv, std::span<const std::int64_t> offsets, std::size_t heads,
                        std::size_t head_size, BFloat16* out) {
  HeadLayout head{.D = head_size, .stride = heads * head_size};
  for (std::size_t row = 0; row + 1 < offsets.size(); ++row) {
    const auto first = static_cast<std::size_t>(offsets[row]);
    head.tokens = static_cast<std::size_t>(offsets[row + 1]) - first;
    head.padded = (head.tokens + kLanes - 1) / kLanes * kLanes;
    const HeadMemory memory = memory_for(head);
    for (std::size_t i = 0; i < heads; ++i) {
      attend_head(qkv + first * 3 * head.stride + i * head_size, head, memory,
                  out + first * head.stride + i * head_size);
    }
  }
}

}  // namespace reprtune::kernels

#pragma GCC pop_options
