#include <reprtune/kernels/int16_weights.h>

#include "scratch.h"

#include <algorithm>
#include <limits>

// Highway compiles the rest once for each target; the order of the includes matters.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "int16_weights.cpp"
#include <hwy/foreach_target.h>
#include "int16_rounding-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace reprtune::kernels::HWY_NAMESPACE {

static_assert(Int16Weights::kPanel % hn::MaxLanes(FloatTag()) == 0 &&
              kMostColumns % Int16Weights::kPanel == 0);

/// A panel [pairs, 16] of rows of W [rows, in], the other outputs zero; gives the scales.
void round_rows(const float* weight, std::size_t rows, std::size_t in, Int16Pair* panel, float* scales) {
  constexpr std::size_t kPanel = Int16Weights::kPanel;
  const std::size_t pairs = (in + 1) / 2;
  auto* const values = reinterpret_cast<Int16Pair*>(scratch(kPanel * pairs));
  std::fill_n(values, kPanel * pairs, Int16Pair{});
  for (std::size_t row = 0; row < kPanel; ++row) {
    scales[row] = row < rows ? round_to_int16(weight + row * in, in, Int16Weights::kLargestWeight,
                                              &values[row * pairs].first)
                             : 0;
  }
  for (std::size_t i = 0; i < pairs; ++i)
    for (std::size_t row = 0; row < kPanel; ++row) panel[i * kPanel + row] = values[row * pairs + i];
}

/// All panels of the columns of M [in, out], in pieces with so many pairs of rows, and the scales.
void round_columns(std::span<const MatrixPiece> pieces, std::size_t pairs, std::size_t out, Int16Pair* panels,
                   float* scales) {
  constexpr std::size_t kPanel = Int16Weights::kPanel;
  const std::size_t whole = out / kPanel * kPanel;
  if (whole < out) {
    std::fill_n(panels + whole * pairs, kPanel * pairs, Int16Pair{});
    std::fill_n(scales + whole, kPanel, 0.0F);
  }
  for (std::size_t first = 0; first < out; first += kMostColumns) {
    const auto place = [&](std::size_t i, std::size_t column) {
      column += first;
      return panels + (column / kPanel * pairs + i) * kPanel + column % kPanel;
    };
    round_columns_to_int16({pieces, out, first, std::min(kMostColumns, out - first)},
                           Int16Weights::kLargestWeight, place, scales + first);
  }
}

/// The largest sum of the magnitudes of an output over the inputs of one go.
std::int32_t largest_sum(const Int16Pair* panel, std::size_t pairs) {
  constexpr std::size_t kPanel = Int16Weights::kPanel, kDepth = Int16Weights::kDepth / 2;
  const hn::RebindToSigned<FloatTag> d32;
  auto largest = hn::Zero(d32);
  for (std::size_t first = 0; first < pairs; first += kDepth) {
    for (std::size_t output = 0; output < kPanel; output += lane_count()) {
      auto sum = hn::Zero(d32);
      for (std::size_t i = first; i < std::min(first + kDepth, pairs); ++i) {
        const auto pair = hn::LoadU(d32, reinterpret_cast<const std::int32_t*>(panel + i * kPanel + output));
        const auto second = hn::ShiftRight<16>(pair);
        const auto start = hn::ShiftRight<16>(hn::ShiftLeft<16>(pair));
        sum = hn::Add(sum, hn::Add(hn::Abs(start), hn::Abs(second)));
      }
      largest = hn::Max(largest, sum);
    }
  }
  return hn::GetLane(hn::MaxOfLanes(d32, largest));
}

}  // namespace reprtune::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace reprtune::kernels {

HWY_EXPORT(round_rows);
HWY_EXPORT(round_columns);
HWY_EXPORT(largest_sum);

void Int16Weights::resize(std::size_t out, std::size_t in) {
  out_ = out;
  in_ = in;
  lines_.resize(panels() * pairs());
  scales_.resize(panels() * kPanel);
}

void Int16Weights::limit_inputs() {
  std::int32_t largest = 1;
  for (std::size_t i = 0; i < panels(); ++i)
    largest = std::max(largest, HWY_DYNAMIC_DISPATCH(largest_sum)(panel(i), pairs()));
  largest_input_ = std::min<std::int32_t>(std::numeric_limits<std::int16_t>::max(),
                                          std::numeric_limits<std::int32_t>::max() / largest);
}

void Int16Weights::set_rows(const float* weight, const float* bias, std::size_t out, std::size_t in) {
  resize(out, in);
  bias_.assign(panels() * kPanel, 0);
  std::copy_n(bias, out, bias_.begin());
  for (std::size_t i = 0; i < panels(); ++i) {
    const std::size_t row = i * kPanel;
    HWY_DYNAMIC_DISPATCH(round_rows)
    (weight + row * in, std::min(kPanel, out - row), in, lines_[i * pairs()].pairs, &scales_[row]);
  }
  limit_inputs();
}

void Int16Weights::set_columns(std::span<const MatrixPiece> pieces, std::size_t out) {
  std::size_t in = 0;
  for (const MatrixPiece& piece : pieces) in += in % 2 + piece.rows;
  resize(out, in);
  bias_.assign(panels() * kPanel, 0);
  if (out > 0)
    HWY_DYNAMIC_DISPATCH(round_columns)(pieces, pairs(), out, lines_.front().pairs, scales_.data());
  limit_inputs();
}

}  // namespace reprtune::kernels
#endif  // HWY_ONCE
