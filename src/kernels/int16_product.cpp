#include <reprtune/kernels/int16_product.h>

#include "product_instructions.h"
#include "scratch.h"

#include <cstring>

// Highway compiles the rest once for each target; the order of the includes matters.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "int16_product.cpp"
#include <hwy/foreach_target.h>
#include "int16_rounding-inl.h"
#include "panel_product-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

static_assert(kPanel == Int16Weights::kPanel);

#if HWY_TARGET == HWY_SCALAR

/// One sum of products of pairs.
struct PairSums {
  std::int32_t sum;

  using Pairs = Int16Pair;
  HWY_INLINE void clear() { sum = 0; }
  static Pairs load(const Int16Pair* from) { return *from; }
  static Pairs repeat(Int16Pair pair) { return pair; }
  HWY_INLINE void add(Pairs x, Pairs y) { sum += x.first * y.first + x.second * y.second; }
  HWY_INLINE void store(std::int32_t* to) const { *to = sum; }
};

#else

/// A vector of sums of products of pairs.
struct PairSums {
  using Tag32 = hn::RebindToSigned<FloatTag>;
  using Tag16 = hn::Repartition<std::int16_t, Tag32>;
  using Pairs = hn::Vec<Tag16>;
  hn::Vec<Tag32> even, odd;  // where no instruction adds neighbours; else all are in the first

  HWY_INLINE void clear() { even = odd = hn::Zero(Tag32()); }
  static HWY_INLINE Pairs load(const Int16Pair* from) {
    return hn::BitCast(Tag16(), hn::LoadU(Tag32(), reinterpret_cast<const std::int32_t*>(from)));
  }
  static HWY_INLINE Pairs repeat(const Int16Pair& pair) {
    std::int32_t bits = 0;
    std::memcpy(&bits, &pair, sizeof bits);
    return hn::BitCast(Tag16(), hn::Set(Tag32(), bits));
  }
  HWY_INLINE void add(Pairs x, Pairs y) { even = hn::ReorderWidenMulAccumulate(Tag32(), x, y, even, odd); }
  HWY_INLINE void store(std::int32_t* to) const {
    hn::StoreU(hn::RearrangeToOddPlusEven(even, odd), Tag32(), to);
  }
};

#endif

#if HWY_TARGET == HWY_AVX3

/// The same with one instruction that multiplies and adds. Highway has it only for processors that have more
/// besides, and its intrinsic only for functions compiled for them.
struct VnniPairSums : PairSums {
  HWY_INLINE void add(Pairs x, Pairs y) {
    asm("vpdpwssd %2, %1, %0" : "+v"(even.raw) : "v"(x.raw), "v"(y.raw));
  }
};

#endif

/// See panel_product-inl.h: an item is a pair of inputs.
template <typename Sums>
struct Int16Kernel {
  using Item = Int16Pair;
  using Weights = Int16Weights;
  static constexpr std::size_t kDepth = Int16Weights::kDepth / 2;

  static std::size_t items(const Weights& weights) { return weights.pairs(); }
  static const float* scales(const Weights& weights, std::size_t panel) { return weights.scales(panel); }

  /// y += x W^T for kRows rows and kVectors vectors of outputs. Unless the loops over them are unrolled,
  /// compilers keep the sums in memory.
  template <std::size_t kRows, std::size_t kVectors>
  static HWY_NOINLINE void add_products(const Tile<Int16Kernel>& tile) {
    const std::size_t vector_stride = tile.vector_stride();
    Sums sums[kRows][kVectors];
    HWY_UNROLL(16)
    for (std::size_t row = 0; row < kRows; ++row) {
      HWY_UNROLL(2)
      for (std::size_t v = 0; v < kVectors; ++v) sums[row][v].clear();
    }
    const Int16Pair* x = tile.x.items;
    const Int16Pair* panel = tile.panel;
    const Int16Pair* next_panel = tile.next_panel;
    for (std::size_t i = 0; i < tile.depth;
         ++i, x += tile.x.step, panel += kPanel, next_panel += tile.next_step) {
      tile.template prefetch_beside<kVectors>(next_panel);
      typename Sums::Pairs weights[kVectors];
      HWY_UNROLL(2)
      for (std::size_t v = 0; v < kVectors; ++v) weights[v] = Sums::load(panel + v * vector_stride);
      HWY_UNROLL(16)
      for (std::size_t row = 0; row < kRows; ++row) {
        const auto pairs = Sums::repeat(x[row]);
        HWY_UNROLL(2)
        for (std::size_t v = 0; v < kVectors; ++v) sums[row][v].add(pairs, weights[v]);
      }
    }
    std::int32_t totals[kRows * kVectors * kLanes];
    HWY_UNROLL(16)
    for (std::size_t row = 0; row < kRows; ++row) {
      HWY_UNROLL(2)
      for (std::size_t v = 0; v < kVectors; ++v) sums[row][v].store(totals + (row * kVectors + v) * kLanes);
    }
    add_scaled(tile, totals, kRows, kVectors * kLanes);
  }

  /// y += the sums [rows, outputs] times their scales. Within the function above compilers would prepare for
  /// it in each turn of the loop, and run out of registers.
  static HWY_NOINLINE void add_scaled(const Tile<Int16Kernel>& tile, const std::int32_t* sums,
                                      std::size_t rows, std::size_t outputs) {
    const FloatTag d;
    for (std::size_t row = 0; row < rows; ++row) {
      const Floats scale = hn::Set(d, tile.x.scales[row]);
      for (std::size_t i = 0; i < outputs; i += kLanes) {
        float* const y = tile.y + row * tile.y_stride + i;
        const Floats start = load(tile.bias != nullptr ? tile.bias + i : y);
        const Floats scales = hn::Mul(scale, load(tile.panel_scales + i));
        const Floats sum =
            hn::ConvertTo(d, hn::LoadU(hn::RebindToSigned<FloatTag>(), sums + row * outputs + i));
        store(hn::MulAdd(sum, scales, start), y);
      }
    }
  }
};

template <typename Function>
HWY_INLINE void multiply_block_int16(const Int16Weights& weights, const BlockRows<Int16Pair>& block,
                                     const TileCuts& cuts, const Function& function, Update update,
                                     float* last_panels, float* y) {
#if HWY_TARGET == HWY_AVX3
  if (use_vnni_products())
    return multiply_block<Int16Kernel<VnniPairSums>>(weights, block, cuts, function, update, last_panels, y);
#endif
  multiply_block<Int16Kernel<PairSums>>(weights, block, cuts, function, update, last_panels, y);
}

void multiply_int16(const Int16Weights& weights, const float* x, std::size_t rows,
                    std::optional<Activation> activation, float* y) {
  const std::size_t in = weights.in(), pairs = weights.pairs();
  float* const last_panels = scratch(kMostBlockRows * (kTilePanels * kPanel + 1 + pairs) + kTileRows * pairs);
  float* const scales = last_panels + kMostBlockRows * kTilePanels * kPanel;
  auto* const block = reinterpret_cast<Int16Pair*>(scales + kMostBlockRows);
  Int16Pair* const rounded = block + kMostBlockRows * pairs;
  with_activation(activation, [&](const auto& function) {
    for_each_block(rows, [&](std::size_t first, std::size_t block_rows) {
      const TileCuts cuts(block_rows);
      for (const TileCut& cut : cuts) {
        for (std::size_t i = 0; i < cut.rows; ++i) {
          rounded[i * pairs + pairs - 1] = {};  // an odd number of inputs leaves half of it
          scales[cut.first + i] = round_to_int16(x + (first + cut.first + i) * in, in,
                                                 weights.largest_input(), &rounded[i * pairs].first);
        }
        lay_side_by_side(rounded, cut.rows, pairs, block + cut.first * pairs);
      }
      multiply_block_int16(weights, {block, pairs, 0, scales}, cuts, function, Update::replace, last_panels,
                           y + first * weights.out());
    });
  });
}

void multiply_columns_int16(const Int16Weights& weights, std::span<const MatrixPiece> x, std::size_t rows,
                            Update update, float* y) {
  static_assert(kMostBlockRows <= kMostColumns);
  float* const last_panels =
      scratch(kMostBlockRows * kTilePanels * kPanel + kMostColumns * (1 + weights.pairs()));
  float* const scales = last_panels + kMostBlockRows * kTilePanels * kPanel;
  auto* const rounded = reinterpret_cast<Int16Pair*>(scales + kMostColumns);
  for_each_block(rows, [&](std::size_t first, std::size_t count) {
    const std::size_t step = whole_vectors(count);
    const auto place = [&](std::size_t i, std::size_t column) { return rounded + i * step + column; };
    round_columns_to_int16({x, rows, first, count}, weights.largest_input(), place, scales);
    multiply_block_int16(weights, {rounded, 0, step, scales}, TileCuts(count), Identity(), update,
                         last_panels, y + first * weights.out());
  });
}

bool multiplies_int16_fast() { return HWY_TARGET == HWY_AVX2; }

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace reprtune::kernels {

HWY_EXPORT(multiply_int16);
HWY_EXPORT(multiply_columns_int16);
HWY_EXPORT(multiplies_int16_fast);

void int16_product(const Int16Weights& weights, const float* x, std::size_t rows,
                   std::optional<Activation> activation, float* y) {
  HWY_DYNAMIC_DISPATCH(multiply_int16)(weights, x, rows, activation, y);
}

void int16_product_of_columns(const Int16Weights& weights, std::span<const MatrixPiece> x, std::size_t rows,
                              Update update, float* y) {
  HWY_DYNAMIC_DISPATCH(multiply_columns_int16)(weights, x, rows, update, y);
}

bool has_fast_int16_product() { return use_vnni_products() || HWY_DYNAMIC_DISPATCH(multiplies_int16_fast)(); }

}  // namespace reprtune::kernels
#endif  // HWY_ONCE
