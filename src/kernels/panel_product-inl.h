// How products with packed weights are cut into pieces that fit registers and caches. Compiled once for each
// target.

#if defined(REPRTUNE_KERNELS_PANEL_PRODUCT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef REPRTUNE_KERNELS_PANEL_PRODUCT_INL_H_
#undef REPRTUNE_KERNELS_PANEL_PRODUCT_INL_H_
#else
#define REPRTUNE_KERNELS_PANEL_PRODUCT_INL_H_
#endif

#include "activation-inl.h"

#include <algorithm>
#include <cstddef>

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

// The scheme is that of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008):
// sums stay in registers, a panel of weights in the first cache, a block of rows in the second. Weights and
// rows are made of 4-byte items: an input in float32, or a pair of inputs in 16 bits.

/// Outputs of a panel: one cache line for each item.
inline constexpr std::size_t kPanel = 16;
/// A tile is 12 vectors of sums: with two of weights and those of x they fit into 16 registers.
inline constexpr std::size_t kTileVectors = hn::MaxLanes(FloatTag()) == kPanel ? 1 : 2;
inline constexpr std::size_t kTileRows = 12 / kTileVectors;
/// Rows that meet each panel while it is in the cache: half as many to one and a half times as many.
inline constexpr std::size_t kBlockRows = 48;
inline constexpr std::size_t kMostBlockRows = kBlockRows + kBlockRows / 2;

/// Rows of x, each with its scale unless scales are null.
template <typename Item>
struct Rows {
  const Item* items = nullptr;
  std::size_t stride = 0;  ///< from an item of one row to that of the next row
  std::size_t step = 1;    ///< from an item to the next of its row
  const float* scales = nullptr;
};

/// Rows of x and y, and outputs of a panel, for the items of one go.
template <typename Item>
struct Tile {
  Rows<Item> x;
  const Item* panel = nullptr;
  std::size_t depth = 0;                ///< items
  const float* panel_scales = nullptr;  ///< of the outputs, where the rows have scales
  const float* bias = nullptr;          ///< what the sums start with; null: with what y holds
  float* y = nullptr;
  std::size_t y_stride = 0;
  const Item* next_panel = nullptr;  ///< of as many items, to be in the cache when this one is done with
  std::size_t next_step = 0;         ///< from what is asked for beside one item to what beside the next one
};

/// Kernel::add_products() for any number of rows up to kRows.
template <typename Kernel, std::size_t kRows = kTileRows>
HWY_INLINE void add_products_of(std::size_t rows, const Tile<typename Kernel::Item>& tile) {
  if (rows == kRows) return Kernel::template add_products<kRows>(tile);
  if constexpr (kRows > 1) add_products_of<Kernel, kRows - 1>(rows, tile);
}

/// y [rows, 16] += x W^T for one panel, in tiles of nearly equal height. Each of them asks for its share of
/// the next panel: with few rows there is no time to wait for the memory between two panels.
template <typename Kernel>
HWY_INLINE void add_panel(std::size_t rows, const Tile<typename Kernel::Item>& block) {
  const std::size_t tiles = (rows + kTileRows - 1) / kTileRows;
  for (std::size_t output = 0; output < kPanel; output += kTileVectors * lane_count()) {
    for (std::size_t i = 0; i < tiles; ++i) {
      const std::size_t first = rows * i / tiles;
      auto tile = block;
      tile.x.items += first * block.x.stride;
      if (tile.x.scales != nullptr) tile.x.scales += first;
      tile.panel += output;
      if (tile.panel_scales != nullptr) tile.panel_scales += output;
      if (tile.bias != nullptr) tile.bias += output;
      tile.y += first * block.y_stride + output;
      const std::size_t next = kPanel * i / tiles;
      tile.next_panel += next * block.depth;
      tile.next_step = kPanel * (i + 1) / tiles - next;
      add_products_of<Kernel>(rows * (i + 1) / tiles - first, tile);
    }
  }
}

template <typename Function>
HWY_INLINE void activate_panel(std::size_t rows, std::size_t stride, const Function& function, float* y) {
  for (std::size_t row = 0; row < rows; ++row, y += stride)
    for (std::size_t i = 0; i < kPanel; i += lane_count()) store(function(load(y + i)), y + i);
}

/// y [rows, out] = function(x W^T + b) for the rows of one block. `last_panel` is room for [rows, 16], used
/// where out is not whole panels.
template <typename Kernel, typename Function>
HWY_INLINE void multiply_block(const typename Kernel::Weights& weights, const Rows<typename Kernel::Item>& x,
                               std::size_t rows, const Function& function, float* last_panel, float* y) {
  const std::size_t items = Kernel::items(weights), out = weights.out();
  for (std::size_t first = 0; first < items; first += Kernel::kDepth) {
    for (std::size_t panel = 0; panel < weights.panels(); ++panel) {
      const std::size_t outputs = std::min(kPanel, out - panel * kPanel);
      Tile<typename Kernel::Item> block{x};
      block.x.items += first * x.step;
      block.panel = weights.panel(panel) + first * kPanel;
      block.depth = std::min(Kernel::kDepth, items - first);
      block.panel_scales = Kernel::scales(weights, panel);
      if (first == 0) block.bias = weights.bias(panel);
      block.next_panel = panel + 1 < weights.panels()  ? weights.panel(panel + 1) + first * kPanel
                         : first + block.depth < items ? weights.panel(0) + (first + block.depth) * kPanel
                                                       : block.panel;
      block.y = outputs == kPanel ? y + panel * kPanel : last_panel;
      block.y_stride = outputs == kPanel ? out : kPanel;
      add_panel<Kernel>(rows, block);
      if (first + block.depth < items) continue;
      activate_panel(rows, block.y_stride, function, block.y);
      if (outputs == kPanel) continue;
      for (std::size_t row = 0; row < rows; ++row)
        std::copy_n(last_panel + row * kPanel, outputs, y + row * out + panel * kPanel);
    }
  }
}

/// Cuts rows into blocks of nearly equal size, because each of them passes over all the weights:
/// block(first row, rows).
template <typename Block>
HWY_INLINE void for_each_block(std::size_t rows, const Block& block) {
  const std::size_t tiles = (rows + kTileRows - 1) / kTileRows;
  const std::size_t blocks = (rows + kBlockRows / 2) / kBlockRows;
  for (std::size_t i = 0, first = 0; first < rows; ++i) {
    const std::size_t end = i + 1 < blocks ? tiles * (i + 1) / blocks * kTileRows : rows;
    block(first, end - first);
    first = end;
  }
}

/// Calls multiply(function) with the activation as a function of vectors.
template <typename Multiply>
HWY_INLINE void with_activation(std::optional<Activation> activation, const Multiply& multiply) {
  if (!activation) return multiply(Identity());
  switch (*activation) {
    case Activation::gelu:
      return multiply(Gelu());
    case Activation::gelu_tanh:
      return multiply(GeluTanh());
    case Activation::relu:
      return multiply(Relu());
  }
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // REPRTUNE_KERNELS_PANEL_PRODUCT_INL_H_
