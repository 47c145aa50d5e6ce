#include <reprtune/kernels/int8_product.h>

#include "product_instructions.h"
#include "scratch.h"
#include "vnni_tile.h"

#include <algorithm>
#include <cstring>

// Highway compiles the rest once for each target; the order of the includes matters.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "int8_product.cpp"
#include <hwy/foreach_target.h>
#include "activation-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

inline constexpr std::size_t kPanel = Int8Weights::kPanel;
/// Rows that are rounded at once and meet each panel while it is in the cache.
inline constexpr std::size_t kBlockRows = 4 * kTileRows;

/// Rows in 8 bits: x ~ scale value + shift.
struct Block {
  std::uint8_t* values = nullptr;  // [kBlockRows, stride]
  std::size_t stride = 0;
  float* scales = nullptr;  // [kBlockRows]
  float* shifts = nullptr;  // [kBlockRows]
};

#if HWY_TARGET == HWY_SCALAR

HWY_INLINE void portable_tile(const std::uint8_t* x, std::size_t stride, std::size_t rows,
                              const std::int8_t* panel, std::size_t quads, std::int32_t* sums) {
  std::fill(sums, sums + rows * kPanel, 0);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t quad = 0; quad < quads; ++quad) {
      for (std::size_t i = 0; i < kPanel * 4; ++i)
        sums[row * kPanel + i / 4] += x[row * stride + quad * 4 + i % 4] * panel[quad * kPanel * 4 + i];
    }
  }
}

#else

/// kRows rows of sums for the outputs of one vector.
template <std::size_t kRows>
HWY_INLINE void sum_products(const std::uint8_t* x, std::size_t stride, const std::int8_t* panel,
                             std::size_t quads, std::int32_t* sums) {
  const hn::ScalableTag<std::int32_t> d32;
  const hn::Repartition<std::int16_t, decltype(d32)> d16;
  const hn::RebindToUnsigned<decltype(d16)> du16;
  using Sums = hn::Vec<decltype(d32)>;
  Sums even_sums[kRows], odd_sums[kRows];
  for (Sums& sum : even_sums) sum = hn::Zero(d32);
  for (Sums& sum : odd_sums) sum = hn::Zero(d32);
  const auto low = hn::Set(du16, 0xff);
  for (std::size_t quad = 0; quad < quads; ++quad, panel += kPanel * 4) {
    // Bytes 0 and 2 of each output as 16-bit numbers, then bytes 1 and 3.
    const auto weights = hn::BitCast(d16, hn::LoadU(d32, reinterpret_cast<const std::int32_t*>(panel)));
    const auto even_weights = hn::ShiftRight<8>(hn::ShiftLeft<8>(weights));
    const auto odd_weights = hn::ShiftRight<8>(weights);
    for (std::size_t row = 0; row < kRows; ++row) {
      std::int32_t bits = 0;
      std::memcpy(&bits, x + row * stride + quad * 4, sizeof bits);
      const auto bytes = hn::BitCast(du16, hn::Set(d32, bits));
      const auto even = hn::BitCast(d16, hn::And(bytes, low));
      const auto odd = hn::BitCast(d16, hn::ShiftRight<8>(bytes));
      even_sums[row] = hn::ReorderWidenMulAccumulate(d32, even, even_weights, even_sums[row], odd_sums[row]);
      even_sums[row] = hn::ReorderWidenMulAccumulate(d32, odd, odd_weights, even_sums[row], odd_sums[row]);
    }
  }
  for (std::size_t row = 0; row < kRows; ++row)
    hn::StoreU(hn::RearrangeToOddPlusEven(even_sums[row], odd_sums[row]), d32, sums + row * kPanel);
}

/// vnni_tile() where the instruction is missing.
void portable_tile(const std::uint8_t* x, std::size_t stride, std::size_t rows, const std::int8_t* panel,
                   std::size_t quads, std::int32_t* sums) {
  for (std::size_t i = 0; i < kPanel; i += lane_count()) {
    std::size_t row = 0;
    for (; row + 4 <= rows; row += 4)
      sum_products<4>(x + row * stride, stride, panel + i * 4, quads, sums + row * kPanel + i);
    for (; row < rows; ++row)
      sum_products<1>(x + row * stride, stride, panel + i * 4, quads, sums + row * kPanel + i);
  }
}

#endif

/// Rounds one row of x, times the input factors if there are any; `row` is room for it in float32, and it
/// and `values` are whole vectors long.
template <bool kFactors>
HWY_INLINE void round_row(const BFloat16* x, const float* factors, std::size_t size, float* row,
                          std::uint8_t* values, float& scale, float& shift) {
  const FloatTag d;
  const hn::Rebind<std::uint8_t, FloatTag> d8;
  const std::size_t lanes = lane_count();
  const std::size_t whole = size / lanes * lanes;
  Floats least = hn::Set(d, hwy::HighestValue<float>()), most = hn::Set(d, hwy::LowestValue<float>());
  for (std::size_t i = 0; i < whole; i += lanes) {
    Floats value = load(x + i);
    if (kFactors) value = hn::Mul(value, load(factors + i));
    hn::Store(value, d, row + i);
    least = hn::Min(least, value);
    most = hn::Max(most, value);
  }
  if (whole != size) {
    Floats value = load_first(x + whole, size - whole);
    if (kFactors) value = hn::Mul(value, load_first(factors + whole, size - whole));
    hn::Store(value, d, row + whole);
    const auto inside = hn::FirstN(d, size - whole);
    least = hn::IfThenElse(inside, hn::Min(least, value), least);
    most = hn::IfThenElse(inside, hn::Max(most, value), most);
  }
  shift = hn::GetLane(hn::MinOfLanes(d, least));
  const float range = hn::GetLane(hn::MaxOfLanes(d, most)) - shift;
  scale = range / 255;
  const Floats inverse = hn::Set(d, scale > 0 ? 1 / scale : 0);
  const Floats start = hn::Set(d, shift);
  for (std::size_t i = 0; i < size; i += lanes) {
    const auto rounded = hn::NearestInt(hn::Mul(hn::Sub(hn::Load(d, row + i), start), inverse));
    hn::StoreU(hn::DemoteTo(d8, rounded), d8, values + i);
  }
}

/// y [rows, out] = function(scale_x scale_w sums + shift_x sum(W) + b) for the outputs of one panel.
template <typename Function>
HWY_INLINE void finish_tile(const Int8Weights& weights, std::size_t panel, const std::int32_t* sums,
                            const float* scales, const float* shifts, std::size_t rows,
                            const Function& function, BFloat16* y) {
  const FloatTag d;
  const hn::RebindToSigned<FloatTag> d32_signed;
  const hn::RebindToUnsigned<FloatTag> d32;
  const std::size_t lanes = lane_count();
  const auto upper = hn::Set(d32, 0xffff0000U);
  for (std::size_t i = 0; i < kPanel / 2; i += lanes) {
    const std::size_t first = panel * kPanel + 2 * i;
    if (first >= weights.out()) return;
    const std::size_t count = std::min(2 * lanes, weights.out() - first);
    const bool whole = count == 2 * lanes && weights.out() % 2 == 0;  // and so aligned
    const std::size_t odd = i + kPanel / 2;
    const Floats even_scales = load(weights.scales(panel) + i),
                 odd_scales = load(weights.scales(panel) + odd);
    const Floats even_sums = load(weights.sums(panel) + i), odd_sums = load(weights.sums(panel) + odd);
    const Floats even_bias = load(weights.bias(panel) + i), odd_bias = load(weights.bias(panel) + odd);
    for (std::size_t row = 0; row < rows; ++row) {
      const Floats scale = hn::Set(d, scales[row]), shift = hn::Set(d, shifts[row]);
      const auto value = [&](std::size_t place, Floats weight_scales, Floats weight_sums, Floats bias) {
        const Floats sum = hn::ConvertTo(d, hn::Load(d32_signed, sums + row * kPanel + place));
        const Floats shifted = hn::MulAdd(shift, weight_sums, bias);
        return rounded_bits(function(hn::MulAdd(hn::Mul(sum, scale), weight_scales, shifted)));
      };
      const auto even_bits = value(i, even_scales, even_sums, even_bias);
      const auto odd_bits = value(odd, odd_scales, odd_sums, odd_bias);
      const auto pairs = hn::Or(hn::ShiftRight<16>(even_bits), hn::And(odd_bits, upper));
      BFloat16* const to = y + row * weights.out() + first;
      if (whole) {
        hn::StoreU(pairs, d32, reinterpret_cast<std::uint32_t*>(to));
      } else {
        std::uint32_t all[HWY_MAX_BYTES / sizeof(std::uint32_t)];
        hn::StoreU(pairs, d32, all);
        std::memcpy(to, all, count * sizeof(BFloat16));
      }
    }
  }
}

template <typename Function>
HWY_INLINE void multiply_rows(const Int8Weights& weights, const BFloat16* x, std::size_t rows, Int8Tile* tile,
                              const Function& function, BFloat16* y) {
  const std::size_t in = weights.in();
  const std::size_t padded = (in + 63) / 64 * 64;
  float* const row_memory = scratch(padded + kBlockRows * (padded / sizeof(float) + 2) + kTileRows * kPanel);
  Block block;
  block.stride = padded;
  block.values = reinterpret_cast<std::uint8_t*>(row_memory + padded);
  auto* const sums =
      reinterpret_cast<std::int32_t*>(row_memory + padded + kBlockRows * padded / sizeof(float));
  block.scales = reinterpret_cast<float*>(sums + kTileRows * kPanel);
  block.shifts = block.scales + kBlockRows;
  for (std::size_t first = 0; first < rows; first += kBlockRows) {
    const std::size_t block_rows = std::min(kBlockRows, rows - first);
    for (std::size_t i = 0; i < block_rows; ++i) {
      const auto round = weights.input_factors() != nullptr ? round_row<true> : round_row<false>;
      round(x + (first + i) * in, weights.input_factors(), in, row_memory, block.values + i * block.stride,
            block.scales[i], block.shifts[i]);
    }
    for (std::size_t panel = 0; panel < weights.panels(); ++panel) {
      for (std::size_t i = 0; i < block_rows; i += kTileRows) {
        const std::size_t tile_rows = std::min(kTileRows, block_rows - i);
        tile(block.values + i * block.stride, block.stride, tile_rows, weights.panel(panel), weights.quads(),
             sums);
        finish_tile(weights, panel, sums, block.scales + i, block.shifts + i, tile_rows, function,
                    y + (first + i) * weights.out());
      }
    }
  }
}

/// `tile` null: the portable one.
void multiply(const Int8Weights& weights, const BFloat16* x, std::size_t rows, Int8Tile* tile,
              std::optional<Activation> activation, BFloat16* y) {
  if (tile == nullptr) tile = portable_tile;
  if (!activation) return multiply_rows(weights, x, rows, tile, Identity(), y);
  switch (*activation) {
    case Activation::gelu:
      return multiply_rows(weights, x, rows, tile, CoarseGelu(), y);
    case Activation::gelu_tanh:
      return multiply_rows(weights, x, rows, tile, GeluTanh(), y);
    case Activation::relu:
      return multiply_rows(weights, x, rows, tile, Relu(), y);
  }
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace reprtune::kernels {

HWY_EXPORT(multiply);

void int8_product(const Int8Weights& weights, const BFloat16* x, std::size_t rows,
                  std::optional<Activation> activation, BFloat16* y) {
  HWY_DYNAMIC_DISPATCH(multiply)
  (weights, x, rows, use_vnni_products() ? &vnni_tile : nullptr, activation, y);
}

bool has_fast_int8_product() { return use_vnni_products(); }

}  // namespace reprtune::kernels
#endif  // HWY_ONCE
