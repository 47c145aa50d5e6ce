#include <reprtune/model/activation_rows.h>

#include <algorithm>
#include <bit>

#include <ATen/ATen.h>

namespace reprtune {

std::int64_t activation_rows(std::int64_t N, std::int64_t sizes_per_octave) {
  if (sizes_per_octave == 0 || N < 2) return N;
  const auto octave = static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(N - 1)));
  const std::int64_t granule = std::max<std::int64_t>(octave / sizes_per_octave, 8);
  return (N + granule - 1) / granule * granule;
}

at::Tensor activations(std::int64_t N, std::int64_t rows, std::int64_t columns, at::ScalarType type) {
  const at::Tensor x = at::empty({rows, columns}, type);
  x.narrow(0, N, rows - N).zero_();
  return x;
}

}  // namespace reprtune
