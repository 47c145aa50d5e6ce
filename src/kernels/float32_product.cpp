#include <reprtune/kernels/float32_product.h>

#include "scratch.h"

#include <algorithm>

// Highway compiles the rest once for each target; the order of the includes matters.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "float32_product.cpp"
#include <hwy/foreach_target.h>
#include "activation-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

// The scheme is that of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008):
// sums stay in registers, a panel of weights in the first cache, a block of rows in the second.

inline constexpr std::size_t kPanel = Float32Weights::kPanel;
/// A tile is 12 vectors of sums: with two of weights and one of x they fit into 16 registers.
inline constexpr std::size_t kTileVectors = hn::MaxLanes(FloatTag()) == kPanel ? 1 : 2;
inline constexpr std::size_t kTileRows = 12 / kTileVectors;
/// Inputs whose products are summed in one go: so much of a panel takes 24 KiB.
inline constexpr std::size_t kDepth = 384;
/// Rows that meet each panel while it is in the cache: half as many to one and a half times as many.
inline constexpr std::size_t kBlockRows = 48;

/// Rows of x and y, and outputs of a panel, for the inputs of one go.
struct Tile {
  const float* x = nullptr;
  std::size_t x_stride = 0;
  const float* panel = nullptr;
  std::size_t depth = 0;
  const float* bias = nullptr;  ///< what the sums start with; null: with what y holds
  float* y = nullptr;
  std::size_t y_stride = 0;
  const float* next_panel = nullptr;  ///< of as many inputs, to be in the cache when this one is done with
  std::size_t next_step = 0;          ///< from what is asked for beside one input to what beside the next one
};

/// y += x W^T for kRows rows and kTileVectors vectors of outputs. Unless the loops over them are unrolled,
/// compilers keep the sums in memory.
template <std::size_t kRows>
HWY_NOINLINE void add_products(const Tile& tile) {
  const FloatTag d;
  const std::size_t lanes = lane_count();
  Floats sums[kRows][kTileVectors];
  HWY_UNROLL(16)
  for (std::size_t row = 0; row < kRows; ++row) {
    HWY_UNROLL(2)
    for (std::size_t v = 0; v < kTileVectors; ++v)
      sums[row][v] = load((tile.bias != nullptr ? tile.bias : tile.y + row * tile.y_stride) + v * lanes);
  }
  const float* x = tile.x;
  const float* panel = tile.panel;
  const float* next_panel = tile.next_panel;
  for (std::size_t i = 0; i < tile.depth; ++i, ++x, panel += kPanel, next_panel += tile.next_step) {
    hwy::Prefetch(next_panel);
    Floats weights[kTileVectors];
    HWY_UNROLL(2)
    for (std::size_t v = 0; v < kTileVectors; ++v) weights[v] = load(panel + v * lanes);
    HWY_UNROLL(16)
    for (std::size_t row = 0; row < kRows; ++row) {
      const Floats value = hn::Set(d, x[row * tile.x_stride]);
      HWY_UNROLL(2)
      for (std::size_t v = 0; v < kTileVectors; ++v)
        sums[row][v] = hn::MulAdd(value, weights[v], sums[row][v]);
    }
  }
  HWY_UNROLL(16)
  for (std::size_t row = 0; row < kRows; ++row) {
    HWY_UNROLL(2)
    for (std::size_t v = 0; v < kTileVectors; ++v)
      store(sums[row][v], tile.y + row * tile.y_stride + v * lanes);
  }
}

/// The same for any number of rows up to kRows.
template <std::size_t kRows = kTileRows>
HWY_INLINE void add_products_of(std::size_t rows, const Tile& tile) {
  if (rows == kRows) return add_products<kRows>(tile);
  if constexpr (kRows > 1) add_products_of<kRows - 1>(rows, tile);
}

/// y [rows, 16] += x W^T for one panel, in tiles of nearly equal height. Each of them asks for its share of
/// the next panel: with few rows there is no time to wait for the memory between two panels.
HWY_INLINE void add_panel(std::size_t rows, Tile block) {
  const std::size_t tiles = (rows + kTileRows - 1) / kTileRows;
  for (std::size_t output = 0; output < kPanel; output += kTileVectors * lane_count()) {
    for (std::size_t i = 0; i < tiles; ++i) {
      const std::size_t first = rows * i / tiles;
      Tile tile = block;
      tile.x += first * block.x_stride;
      tile.panel += output;
      if (tile.bias != nullptr) tile.bias += output;
      tile.y += first * block.y_stride + output;
      const std::size_t next = kPanel * i / tiles;
      tile.next_panel += next * block.depth;
      tile.next_step = kPanel * (i + 1) / tiles - next;
      add_products_of(rows * (i + 1) / tiles - first, tile);
    }
  }
}

template <typename Function>
HWY_INLINE void activate_panel(std::size_t rows, std::size_t stride, const Function& function, float* y) {
  for (std::size_t row = 0; row < rows; ++row, y += stride)
    for (std::size_t i = 0; i < kPanel; i += lane_count()) store(function(load(y + i)), y + i);
}

/// y [rows, out] = function(x W^T + b) for the rows of one block.
template <typename Function>
HWY_INLINE void multiply_block(const Float32Weights& weights, const float* x, std::size_t rows,
                               const Function& function, float* y) {
  const std::size_t in = weights.in(), out = weights.out();
  float* const last_panel = scratch(rows * kPanel);  // where it is not whole
  for (std::size_t first = 0; first < in; first += kDepth) {
    for (std::size_t panel = 0; panel < weights.panels(); ++panel) {
      const std::size_t outputs = std::min(kPanel, out - panel * kPanel);
      Tile block{x + first, in, weights.panel(panel) + first * kPanel, std::min(kDepth, in - first)};
      if (first == 0) block.bias = weights.bias(panel);
      block.next_panel = panel + 1 < weights.panels() ? weights.panel(panel + 1) + first * kPanel
                         : first + block.depth < in   ? weights.panel(0) + (first + block.depth) * kPanel
                                                      : block.panel;
      block.y = outputs == kPanel ? y + panel * kPanel : last_panel;
      block.y_stride = outputs == kPanel ? out : kPanel;
      add_panel(rows, block);
      if (first + block.depth < in) continue;
      activate_panel(rows, block.y_stride, function, block.y);
      if (outputs == kPanel) continue;
      for (std::size_t row = 0; row < rows; ++row)
        std::copy_n(last_panel + row * kPanel, outputs, y + row * out + panel * kPanel);
    }
  }
}

/// Cuts the rows into blocks of nearly equal size: each of them passes over all the weights.
template <typename Function>
void multiply_blocks(const Float32Weights& weights, const float* x, std::size_t rows,
                     const Function& function, float* y) {
  const std::size_t tiles = (rows + kTileRows - 1) / kTileRows;
  const std::size_t blocks = (rows + kBlockRows / 2) / kBlockRows;
  for (std::size_t i = 0, first = 0; first < rows; ++i) {
    const std::size_t end = i + 1 < blocks ? tiles * (i + 1) / blocks * kTileRows : rows;
    multiply_block(weights, x + first * weights.in(), end - first, function, y + first * weights.out());
    first = end;
  }
}

void multiply_float32(const Float32Weights& weights, const float* x, std::size_t rows,
                      std::optional<Activation> activation, float* y) {
  if (!activation) return multiply_blocks(weights, x, rows, Identity(), y);
  switch (*activation) {
    case Activation::gelu:
      return multiply_blocks(weights, x, rows, Gelu(), y);
    case Activation::gelu_tanh:
      return multiply_blocks(weights, x, rows, GeluTanh(), y);
    case Activation::relu:
      return multiply_blocks(weights, x, rows, Relu(), y);
  }
}

bool multiplies_fast() { return HWY_TARGET == HWY_AVX2; }

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace reprtune::kernels {

HWY_EXPORT(multiply_float32);
HWY_EXPORT(multiplies_fast);

void float32_product(const Float32Weights& weights, const float* x, std::size_t rows,
                     std::optional<Activation> activation, float* y) {
  HWY_DYNAMIC_DISPATCH(multiply_float32)(weights, x, rows, activation, y);
}

bool has_fast_float32_product() { return HWY_DYNAMIC_DISPATCH(multiplies_fast)(); }

}  // namespace reprtune::kernels
#endif  // HWY_ONCE
