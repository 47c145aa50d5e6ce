#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace reprtune::kernels {

/// The matrix W and the bias b of y = x W^T + b in 8 bits, each row of W with a scale of its own, laid out
/// for int8_product(): panels of 32 outputs, in which 4 neighbouring inputs of one output stand together.
class Int8Weights {
 public:
  static constexpr std::size_t kPanel = 32;  ///< outputs
  static constexpr std::size_t kQuad = 4;    ///< inputs that stand together

  /// weight: [out, in]; bias: [out]. Columns of x are not equally large, but share a scale within a token:
  /// with `divisors` [in], column j of x is divided by divisors[j], and that of W multiplied by it.
  Int8Weights(const float* weight, const float* bias, std::size_t out, std::size_t in,
              std::span<const float> divisors = {});

  std::size_t out() const { return out_; }
  std::size_t in() const { return in_; }
  std::size_t quads() const { return (in_ + kQuad - 1) / kQuad; }
  std::size_t panels() const { return (out_ + kPanel - 1) / kPanel; }

  /// [quads, 32, 4]. Even outputs come first, then the odd ones, so that neighbours meet in the same lane of
  /// two vectors and can be stored as a pair; the same holds for the tables below. Zero beyond out and in.
  const std::int8_t* panel(std::size_t index) const { return lines_[index * quads() * 2].bytes; }
  const float* scales(std::size_t panel) const { return scales_.data() + panel * kPanel; }
  /// The sum of each row of W as rounded, with its scale.
  const float* sums(std::size_t panel) const { return sums_.data() + panel * kPanel; }
  const float* bias(std::size_t panel) const { return bias_.data() + panel * kPanel; }
  /// 1 / divisors [in], or null.
  const float* input_factors() const { return input_factors_.empty() ? nullptr : input_factors_.data(); }

 private:
  struct alignas(64) Line {
    std::int8_t bytes[64];
  };

  void pack_row(const float* weight, std::size_t row, std::span<const float> divisors);

  std::size_t out_, in_;
  std::vector<Line> lines_;
  std::vector<float> scales_, sums_, bias_;  // [panels, 32]
  std::vector<float> input_factors_;
};

}  // namespace reprtune::kernels
