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

  /// y += x W^T for kRows rows and kTileVectors vectors of outputs. Unless the loops over them are unrolled,
  /// compilers keep the sums in memory.
  template <std::size_t kRows>
  static HWY_NOINLINE void add_products(const Tile<float>& tile) {
    const FloatTag d;
    const std::size_t lanes = lane_count();
    Floats sums[kRows][kTileVectors];
    HWY_UNROLL(16)
    for (std::size_t row = 0; row < kRows; ++row) {
      HWY_UNROLL(2)
      for (std::size_t v = 0; v < kTileVectors; ++v)
        sums[row][v] = load((tile.bias != nullptr ? tile.bias : tile.y + row * tile.y_stride) + v * lanes);
    }
    const float* x = tile.x.items;
    const float* panel = tile.panel;
    const float* next_panel = tile.next_panel;
    for (std::size_t i = 0; i < tile.depth;
         ++i, x += tile.x.step, panel += kPanel, next_panel += tile.next_step) {
      hwy::Prefetch(next_panel);
      Floats weights[kTileVectors];
      HWY_UNROLL(2)
      for (std::size_t v = 0; v < kTileVectors; ++v) weights[v] = load(panel + v * lanes);
      HWY_UNROLL(16)
      for (std::size_t row = 0; row < kRows; ++row) {
        const Floats value = hn::Set(d, x[row * tile.x.stride]);
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
};

void multiply_float32(const Float32Weights& weights, const float* x, std::size_t rows,
                      std::optional<Activation> activation, float* y) {
  float* const last_panel = scratch(kMostBlockRows * kPanel);
  with_activation(activation, [&](const auto& function) {
    for_each_block(rows, [&](std::size_t first, std::size_t count) {
      const Rows<float> block{x + first * weights.in(), weights.in()};
      multiply_block<Float32Kernel>(weights, block, count, function, last_panel, y + first * weights.out());
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
