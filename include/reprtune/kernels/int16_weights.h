#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace reprtune::kernels {

/// Two neighbouring inputs, whose products one instruction multiplies and adds.
struct Int16Pair {
  std::int16_t first = 0, second = 0;
};

/// Rows of a matrix of which there are more elsewhere: [rows, width], one after the other.
struct MatrixPiece {
  const float* elements = nullptr;
  std::size_t rows = 0;
};

/// The second factor of a product in 16 bits, each output with a scale of its own, laid out for
/// int16_product(): panels of 16 outputs, which stand together for each pair of inputs.
class Int16Weights {
 public:
  static constexpr std::size_t kPanel = 16;             ///< outputs; one cache line of pairs
  static constexpr std::size_t kDepth = 384;            ///< inputs whose products are summed in 32 bits
  static constexpr std::int32_t kLargestWeight = 2047;  ///< leaves the inputs about as many bits

  Int16Weights() = default;
  Int16Weights(const float* weight, const float* bias, std::size_t out, std::size_t in) {
    set_rows(weight, bias, out, in);
  }

  /// Of y = x W^T + b: weight W [out, in], bias b [out]. The memory of what was there before is used.
  void set_rows(const float* weight, const float* bias, std::size_t out, std::size_t in);
  /// Of y = x M: matrix M [in, out], the rows of all the pieces. Each piece begins with a new pair: behind
  /// one with an odd number of rows, the last one apart, stands one row more, of zeros.
  void set_columns(std::span<const MatrixPiece> pieces, std::size_t out);
  void set_columns(const float* matrix, std::size_t in, std::size_t out) {
    const MatrixPiece all{matrix, in};
    set_columns({&all, 1}, out);
  }

  std::size_t out() const { return out_; }
  std::size_t in() const { return in_; }
  std::size_t pairs() const { return (in_ + 1) / 2; }
  std::size_t panels() const { return (out_ + kPanel - 1) / kPanel; }

  /// [pairs, 16], aligned to a cache line. Zero beyond out and in, as are scales and bias beyond out.
  const Int16Pair* panel(std::size_t index) const { return lines_[index * pairs()].pairs; }
  const float* scales(std::size_t panel) const { return scales_.data() + panel * kPanel; }
  const float* bias(std::size_t panel) const { return bias_.data() + panel * kPanel; }

  /// How large the rounded inputs may be so that no sum of products over kDepth of them leaves 32 bits.
  std::int32_t largest_input() const { return largest_input_; }

 private:
  struct alignas(kPanel * sizeof(Int16Pair)) Line {
    Int16Pair pairs[kPanel];
  };

  void resize(std::size_t out, std::size_t in);
  void limit_inputs();

  std::size_t out_ = 0, in_ = 0;
  std::vector<Line> lines_;           // [panels, pairs]
  std::vector<float> scales_, bias_;  // [panels, 16]
  std::int32_t largest_input_ = 0;
};

}  // namespace reprtune::kernels
