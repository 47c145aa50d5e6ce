#include <reprtune/kernels/float32_product.h>

#include "scratch.h"

// Highway compiles the rest once for each target; the order of the includes matters.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "float32_product.cpp"
#include <hwy/foreach_target.h>
#include "panel_product-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

static_assert(kPanel == Float32Weights::kPanel);

/// See panel_product-inl.h: an item is an input.
struct Float32Kernel {
  using Item = float;
  using Weights = Float32Weights;
  /// Inputs whose products are summed in one go: so much of a panel takes 24 KiB.
  static constexpr std::size_t kDepth = 384;

  static std::size_t items(const Weights& weights) { return weights.in(); }
  static const float* scales(const Weights&, std::size_t) { return nullptr; }

  /// y += x W^T for kRows rows and kVectors vectors of outputs. Unless the loops over them are unrolled,
  /// compilers keep the sums in memory.
  template <std::size_t kRows, std::size_t kVectors>
  static HWY_NOINLINE void add_products(const Tile<Float32Kernel>& tile) {
    const FloatTag d;
    const std::size_t vector_stride = tile.vector_stride();
    Floats sums[kRows][kVectors];
    HWY_UNROLL(16)
    for (std::size_t row = 0; row < kRows; ++row) {
      HWY_UNROLL(2)
      for (std::size_t v = 0; v < kVectors; ++v)
        sums[row][v] = load((tile.bias != nullptr ? tile.bias : tile.y + row * tile.y_stride) + v * kLanes);
    }
    const float* x = tile.x.items;
    const float* panel = tile.panel;
    const float* next_panel = tile.next_panel;
    for (std::size_t i = 0; i < tile.depth;
         ++i, x += tile.x.step, panel += kPanel, next_panel += tile.next_step) {
      tile.template prefetch_beside<kVectors>(next_panel);
      Floats weights[kVectors];
      HWY_UNROLL(2)
      for (std::size_t v = 0; v < kVectors; ++v) weights[v] = load(panel + v * vector_stride);
      HWY_UNROLL(16)
      for (std::size_t row = 0; row < kRows; ++row) {
        const Floats value = hn::Set(d, x[row]);
        HWY_UNROLL(2)
        for (std::size_t v = 0; v < kVectors; ++v) sums[row][v] = hn::MulAdd(value, weights[v], sums[row][v]);
      }
    }
    HWY_UNROLL(16)
    for (std::size_t row = 0; row < kRows; ++row) {
      HWY_UNROLL(2)
      for (std::size_t v = 0; v < kVectors; ++v)
        store(sums[row][v], tile.y + row * tile.y_stride + v * kLanes);
    }
  }
};

void multiply_float32(const Float32Weights& weights, const float* x, std::size_t rows,
                      std::optional<Activation> activation, float* y) {
  const std::size_t in = weights.in();
  float* const last_panels = scratch(kMostBlockRows * (kTilePanels * kPanel + in));
  float* const block = last_panels + kMostBlockRows * kTilePanels * kPanel;
  with_activation(activation, [&](const auto& function) {
    for_each_block(rows, [&](std::size_t first, std::size_t count) {
      const TileCuts cuts(count);
      for (const TileCut& cut : cuts)
        lay_side_by_side(x + (first + cut.first) * in, cut.rows, in, block + cut.first * in);
      multiply_block<Float32Kernel>(weights, {block, in, 0, nullptr}, cuts, function, Update::replace,
                                    last_panels, y + first * weights.out());
    });
  });
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
