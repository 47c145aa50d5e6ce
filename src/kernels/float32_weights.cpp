#include <reprtune/kernels/float32_weights.h>

namespace reprtune::kernels {

Float32Weights::Float32Weights(const float* weight, const float* bias, std::size_t out, std::size_t in)
    : out_(out), in_(in), lines_(panels() * in), bias_(panels()) {
  for (std::size_t row = 0; row < out; ++row) {
    const std::size_t panel = row / kPanel, place = row % kPanel;
    bias_[panel].values[place] = bias[row];
    for (std::size_t i = 0; i < in; ++i) lines_[panel * in + i].values[place] = weight[row * in + i];
  }
}

}  // namespace reprtune::kernels
