#pragma once

#include <cstddef>
#include <vector>

namespace reprtune::kernels {

/// The matrix W and the bias b of y = x W^T + b laid out for float32_product(): panels of 16 outputs, which
/// stand together for each input.
class Float32Weights {
 public:
  static constexpr std::size_t kPanel = 16;  ///< outputs; one cache line

  /// weight: [out, in]; bias: [out].
  Float32Weights(const float* weight, const float* bias, std::size_t out, std::size_t in);

  std::size_t out() const { return out_; }
  std::size_t in() const { return in_; }
  std::size_t panels() const { return (out_ + kPanel - 1) / kPanel; }

  /// [in, 16], aligned to a cache line. Zero beyond out, as is the bias.
  const float* panel(std::size_t index) const { return lines_[index * in_].values; }
  const float* bias(std::size_t panel) const { return bias_[panel].values; }

 private:
  struct alignas(kPanel * sizeof(float)) Line {
    float values[kPanel];
  };

  std::size_t out_, in_;
  std::vector<Line> lines_;  // [panels, in]
  std::vector<Line> bias_;   // [panels]
};

}  // namespace reprtune::kernels
