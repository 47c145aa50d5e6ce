#pragma once

#include <reprtune/eval/projection.h>

#include <cstddef>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// Some rows' vectors, to find those most like another one and to see it among them. Several threads may use
/// it.
class VectorIndex {
 public:
  struct Neighbour {
    std::size_t row = 0;
    float cosine = 0;
  };

  /// vectors: [N, H] float32 on the CPU, N > 0. Fits the plane: some tenths of a second for thousands.
  explicit VectorIndex(const at::Tensor& vectors);

  std::size_t size() const;
  std::size_t dimension() const;  ///< H

  /// The `count` rows, or all, with the largest cosine with a vector [H], the nearest first; of equal ones
  /// the first.
  std::vector<Neighbour> nearest(std::span<const float> vector, std::size_t count) const;

  /// Of one row with a vector [H].
  float cosine(std::size_t row, std::span<const float> vector) const;

  /// Where the rows lie in the plane in which their directions (vectors of length 1) vary most. // [N, 2]
  const std::vector<float>& places() const { return places_; }
  /// Where other vectors [B, H] fall in the same plane, by the same projection. // [B, 2]
  std::vector<float> places(std::span<const float> vectors) const;

 private:
  at::Tensor unit_;  // [N, H] of length 1
  PrincipalPlane plane_;
  std::vector<float> places_;
};

}  // namespace reprtune
