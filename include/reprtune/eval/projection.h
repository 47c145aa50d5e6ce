#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace reprtune {

/// The rows seen in the plane in which they vary most (principal component analysis): [B, H] row-major -> [B,
/// 2] row-major, first component first. Deterministic; each axis points the way that makes its largest
/// loading positive, so that a picture does not flip from run to run. Axes along which nothing varies are 0.
/// Subspace iteration with Rayleigh-Ritz (Halko, Martinsson and Tropp, "Finding structure with randomness",
/// SIAM Review 2011, algorithm 4.4), accumulated in double precision: time O(B * H) per iteration, memory O(B
/// * H).
std::vector<float> project_to_plane(std::span<const float> rows, std::size_t dimension);

/// The plane itself: a point in it and two directions of length 1, all [H].
struct PrincipalPlane {
  std::vector<double> mean, first, second;

  /// Where rows [B, H] row-major fall in it, those that it was fitted to and others. // [B, 2] row-major
  std::vector<float> places(std::span<const float> rows) const;
};

/// The plane of project_to_plane(), for rows that are not at hand yet.
PrincipalPlane fit_plane(std::span<const float> rows, std::size_t dimension);

}  // namespace reprtune
