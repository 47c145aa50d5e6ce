// How products with packed weights are cut into pieces that fit registers and caches. Compiled once for each
// target.

#if defined(REPRTUNE_KERNELS_PANEL_PRODUCT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef REPRTUNE_KERNELS_PANEL_PRODUCT_INL_H_
#undef REPRTUNE_KERNELS_PANEL_PRODUCT_INL_H_
#else
#define REPRTUNE_KERNELS_PANEL_PRODUCT_INL_H_
#endif

#include <reprtune/kernels/update.h>

#include "activation-inl.h"

#include <algorithm>
#include <cstddef>
#include <type_traits>

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

// The scheme is that of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008):
// sums stay in registers, a panel of weights in the first cache, a block of rows in the second. Weights and
// rows are made of 4-byte items: an input in float32, or a pair of inputs in 16 bits.

/// Outputs of a panel: one cache line for each item.
inline constexpr std::size_t kPanel = 16;
inline constexpr std::size_t kLanes = hn::MaxLanes(FloatTag());
/// A tile is so many vectors of outputs, of one panel or of two, and twice as many rows where there are 32
/// registers: its sums, the vectors of weights and that of x fit into them.
inline constexpr std::size_t kTileVectors = 2;
inline constexpr std::size_t kTileRows = kLanes == kPanel ? 12 : 6;

/// Panels that so many vectors of outputs lie in.
constexpr std::size_t panels_of(std::size_t vectors) { return (vectors * kLanes + kPanel - 1) / kPanel; }
/// Panels that are gone through together.
inline constexpr std::size_t kTilePanels = panels_of(kTileVectors);
/// Rows that meet each panel while it is in the cache: half as many to one and a half times as many.
inline constexpr std::size_t kBlockRows = 48;
inline constexpr std::size_t kMostBlockRows = kBlockRows + kBlockRows / 2;

/// The rows of a tile, and its share of the cache lines of the next panel.
struct TileCut {
  std::size_t first, rows;
  std::size_t first_line, lines;  ///< for each 16 items
};

/// Rows of a block cut into tiles of nearly equal height.
class TileCuts {
 public:
  explicit HWY_INLINE TileCuts(std::size_t rows) : rows_(rows), size_((rows + kTileRows - 1) / kTileRows) {
    for (std::size_t i = 0; i < size_; ++i) {
      const std::size_t first = rows * i / size_, line = kPanel * i / size_;
      cuts_[i] = {first, rows * (i + 1) / size_ - first, line, kPanel * (i + 1) / size_ - line};
    }
  }

  std::size_t rows() const { return rows_; }
  const TileCut* begin() const { return cuts_; }
  const TileCut* end() const { return cuts_ + size_; }

 private:
  std::size_t rows_, size_;
  TileCut cuts_[(kMostBlockRows + kTileRows - 1) / kTileRows];
};

/// The rows of a tile side by side, item by item.
template <typename Item>
struct TileRows {
  const Item* items = nullptr;
  std::size_t step = 0;           ///< from one item of a row to the next one
  const float* scales = nullptr;  ///< of the rows, where they have some
};

/// Rows of x. Those of each tile lie side by side, or all do.
template <typename Item>
struct BlockRows {
  const Item* items = nullptr;
  std::size_t row_items = 0;      ///< of each row, where the tiles lie one after the other, or
  std::size_t width = 0;          ///< of all rows, where they lie side by side
  const float* scales = nullptr;  ///< [rows], where they have some

  HWY_INLINE TileRows<Item> tile(std::size_t first, std::size_t count, std::size_t first_item) const {
    const float* const own = scales != nullptr ? scales + first : nullptr;
    if (width != 0) return {items + first_item * width + first, width, own};
    return {items + first * row_items + first_item * count, count, own};
  }
};

/// Lays `count` rows side by side, item by item: to [items, count] = from [count, items].
template <typename Item>
void lay_side_by_side(const Item* from, std::size_t count, std::size_t items, Item* to) {
  static_assert(sizeof(Item) == sizeof(std::int32_t));
  std::size_t row = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::FixedTag<std::int32_t, 4> d;
  const hn::Repartition<std::int64_t, decltype(d)> d64;
  const auto load_four = [&](std::size_t i, std::size_t item) {
    return hn::LoadU(d, reinterpret_cast<const std::int32_t*>(from + i * items + item));
  };
  const std::size_t whole = items / 4 * 4;
  for (; row + 4 <= count; row += 4) {
    for (std::size_t item = 0; item < whole; item += 4) {
      const auto a = load_four(row, item), b = load_four(row + 1, item);
      const auto c = load_four(row + 2, item), e = load_four(row + 3, item);
      const auto ab = hn::BitCast(d64, hn::InterleaveLower(d, a, b));
      const auto ce = hn::BitCast(d64, hn::InterleaveLower(d, c, e));
      const auto upper_ab = hn::BitCast(d64, hn::InterleaveUpper(d, a, b));
      const auto upper_ce = hn::BitCast(d64, hn::InterleaveUpper(d, c, e));
      const auto store_four = [&](std::size_t i, auto four) {
        hn::StoreU(hn::BitCast(d, four), d, reinterpret_cast<std::int32_t*>(to + (item + i) * count + row));
      };
      store_four(0, hn::InterleaveLower(d64, ab, ce));
      store_four(1, hn::InterleaveUpper(d64, ab, ce));
      store_four(2, hn::InterleaveLower(d64, upper_ab, upper_ce));
      store_four(3, hn::InterleaveUpper(d64, upper_ab, upper_ce));
    }
    for (std::size_t item = whole; item < items; ++item)
      for (std::size_t i = row; i < row + 4; ++i) to[item * count + i] = from[i * items + item];
  }
#endif
  for (; row < count; ++row)
    for (std::size_t item = 0; item < items; ++item) to[item * count + row] = from[row * items + item];
}

/// Rows of x and y, and outputs of a panel or two, for the items of one go.
template <typename Kernel>
struct Tile {
  using Item = typename Kernel::Item;

  TileRows<Item> x;
  const Item* panel = nullptr;
  std::size_t panel_stride = 0;         ///< items from a panel to the next one
  std::size_t depth = 0;                ///< items
  const float* panel_scales = nullptr;  ///< of the outputs, where the rows have scales
  const float* bias = nullptr;          ///< what the sums start with; null: with what y holds
  float* y = nullptr;
  std::size_t y_stride = 0;
  const Item* next_panel = nullptr;  ///< of as many items, to be in the cache when this one is done with
  std::size_t next_step = 0;         ///< from what is asked for beside one item to what beside the next one

  /// From the weights of a vector of outputs to those of the next vector.
  HWY_INLINE std::size_t vector_stride() const { return kLanes == kPanel ? panel_stride : kLanes; }

  /// Asks for what is to lie beside an item of the panels of kVectors vectors.
  template <std::size_t kVectors>
  HWY_INLINE void prefetch_beside(const Item* next) const {
    hwy::Prefetch(next);
    if constexpr (panels_of(kVectors) == 2) hwy::Prefetch(next + panel_stride);
  }
};

/// Kernel::add_products() for any number of rows up to kRows.
template <typename Kernel, std::size_t kVectors, std::size_t kRows = kTileRows>
HWY_INLINE void add_products_of(std::size_t rows, const Tile<Kernel>& tile) {
  if (rows == kRows) return Kernel::template add_products<kRows, kVectors>(tile);
  if constexpr (kRows > 1) add_products_of<Kernel, kVectors, kRows - 1>(rows, tile);
}

/// y [rows, outputs] += x W^T for up to kTilePanels panels and the items from `first_item` on. Each tile asks
/// for its share of the next panels: with few rows there is no time to wait for the memory between two of
/// them.
template <typename Kernel>
HWY_INLINE void add_panels(const BlockRows<typename Kernel::Item>& x, const TileCuts& cuts,
                           std::size_t first_item, std::size_t outputs, const Tile<Kernel>& block) {
  for (std::size_t output = 0; output < outputs; output += kTileVectors * kLanes) {
    for (const TileCut& cut : cuts) {
      auto tile = block;
      tile.x = x.tile(cut.first, cut.rows, first_item);
      tile.panel += output;
      if (tile.panel_scales != nullptr) tile.panel_scales += output;
      if (tile.bias != nullptr) tile.bias += output;
      tile.y += cut.first * block.y_stride + output;
      tile.next_panel += cut.first_line * block.depth;
      tile.next_step = cut.lines;
      if (outputs - output < kTileVectors * kLanes) {
        add_products_of<Kernel, 1>(cut.rows, tile);
      } else {
        add_products_of<Kernel, kTileVectors>(cut.rows, tile);
      }
    }
  }
}

template <typename Function>
HWY_INLINE void activate_panels(std::size_t rows, std::size_t outputs, std::size_t stride,
                                const Function& function, float* y) {
  for (std::size_t row = 0; row < rows; ++row, y += stride)
    for (std::size_t i = 0; i < outputs; i += kLanes) store(function(load(y + i)), y + i);
}

/// y [rows, out] = function(x W^T + b), or function(y + x W^T), for the rows of one block. `last_panels` is
/// room for [rows, kTilePanels * 16], used where out is not whole panels.
template <typename Kernel, typename Function>
HWY_INLINE void multiply_block(const typename Kernel::Weights& weights,
                               const BlockRows<typename Kernel::Item>& x, const TileCuts& cuts,
                               const Function& function, Update update, float* last_panels, float* y) {
  const std::size_t items = Kernel::items(weights), out = weights.out(), panels = weights.panels();
  const std::size_t last_start = panels - std::min(panels, kTilePanels);
  for (std::size_t first = 0; first < items; first += Kernel::kDepth) {
    for (std::size_t panel = 0; panel < panels; panel += kTilePanels) {
      const std::size_t outputs = std::min(kTilePanels, panels - panel) * kPanel;
      const std::size_t wanted = std::min(outputs, out - panel * kPanel);
      Tile<Kernel> block;
      block.panel = weights.panel(panel) + first * kPanel;
      block.panel_stride = items * kPanel;
      block.depth = std::min(Kernel::kDepth, items - first);
      block.panel_scales = Kernel::scales(weights, panel);
      if (first == 0 && update == Update::replace) block.bias = weights.bias(panel);
      block.next_panel = panel + kTilePanels < panels
                             ? weights.panel(std::min(panel + kTilePanels, last_start)) + first * kPanel
                         : first + block.depth < items ? weights.panel(0) + (first + block.depth) * kPanel
                                                       : block.panel;
      block.y = wanted == outputs ? y + panel * kPanel : last_panels;
      block.y_stride = wanted == outputs ? out : outputs;
      if (first == 0 && update == Update::add && wanted != outputs) {
        for (std::size_t row = 0; row < cuts.rows(); ++row)
          std::copy_n(y + row * out + panel * kPanel, wanted, last_panels + row * outputs);
      }
      add_panels<Kernel>(x, cuts, first, outputs, block);
      if (first + block.depth < items) continue;
      if constexpr (!std::is_same_v<Function, Identity>)
        activate_panels(cuts.rows(), outputs, block.y_stride, function, block.y);
      if (wanted == outputs) continue;
      for (std::size_t row = 0; row < cuts.rows(); ++row)
        std::copy_n(last_panels + row * outputs, wanted, y + row * out + panel * kPanel);
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
