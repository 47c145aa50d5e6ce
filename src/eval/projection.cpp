#include <reprtune/eval/projection.h>
#include <reprtune/io/random.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace reprtune {
namespace {

constexpr std::size_t kBlock = 8;  // two directions wanted and six more, which make the two converge sooner
constexpr int kMaxIterations = 200;
constexpr double kTolerance = 1e-10;  // relative change of the two largest variances

using Block = std::vector<std::array<double, kBlock>>;  // [B or H][kBlock], a column is a direction
using Small = std::array<std::array<double, kBlock>, kBlock>;

std::vector<double> mean_of(std::span<const float> rows, std::size_t dimension) {
  std::vector<double> mean(dimension, 0);
  const std::size_t count = rows.size() / dimension;
  for (std::size_t i = 0; i < rows.size(); ++i) mean[i % dimension] += static_cast<double>(rows[i]);
  for (double& m : mean) m /= static_cast<double>(count);
  return mean;
}

std::vector<float> centred(std::span<const float> rows, const std::vector<double>& mean) {
  std::vector<float> result(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    result[i] = static_cast<float>(static_cast<double>(rows[i]) - mean[i % mean.size()]);
  }
  return result;
}

// rows [B, H] times directions [H, kBlock].
Block project(std::span<const float> rows, const Block& directions) {
  const std::size_t dimension = directions.size();
  Block result(rows.size() / dimension, std::array<double, kBlock>{});
  for (std::size_t b = 0; b < result.size(); ++b) {
    const float* row = rows.data() + b * dimension;
    for (std::size_t h = 0; h < dimension; ++h) {
      const double value = static_cast<double>(row[h]);
      for (std::size_t k = 0; k < kBlock; ++k) result[b][k] += value * directions[h][k];
    }
  }
  return result;
}

// Transposed rows [H, B] times scores [B, kBlock].
Block project_back(std::span<const float> rows, const Block& scores, std::size_t dimension) {
  Block result(dimension, std::array<double, kBlock>{});
  for (std::size_t b = 0; b < scores.size(); ++b) {
    const float* row = rows.data() + b * dimension;
    for (std::size_t h = 0; h < dimension; ++h) {
      const double value = static_cast<double>(row[h]);
      for (std::size_t k = 0; k < kBlock; ++k) result[h][k] += value * scores[b][k];
    }
  }
  return result;
}

double dot(const Block& block, std::size_t a, std::size_t b) {
  double sum = 0;
  for (const auto& row : block) sum += row[a] * row[b];
  return sum;
}

// Gram-Schmidt, twice for each column against rounding; a column that depends on those before it becomes 0.
void orthonormalise(Block& block) {
  for (std::size_t k = 0; k < kBlock; ++k) {
    const double before = dot(block, k, k);
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t j = 0; j < k; ++j) {
        const double share = dot(block, k, j);
        for (auto& row : block) row[k] -= share * row[j];
      }
    }
    const double left = dot(block, k, k);
    const double scale = left > before * 1e-24 && left > 0 ? 1 / std::sqrt(left) : 0;
    for (auto& row : block) row[k] *= scale;
  }
}

Small covariance(const Block& scores) {
  Small result{};
  for (const auto& row : scores) {
    for (std::size_t i = 0; i < kBlock; ++i) {
      for (std::size_t j = 0; j < kBlock; ++j) result[i][j] += row[i] * row[j];
    }
  }
  return result;
}

struct Eigenvectors {
  std::array<double, kBlock> values{};
  Small vectors{};  // columns
};

void rotate(Small& matrix, Small& vectors, std::size_t p, std::size_t q) {
  if (matrix[p][q] == 0) return;
  const double theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
  const double t = std::copysign(1.0, theta) / (std::abs(theta) + std::hypot(theta, 1.0));
  const double c = 1 / std::hypot(t, 1.0), s = t * c;
  for (std::size_t k = 0; k < kBlock; ++k) {
    const double mp = matrix[k][p], mq = matrix[k][q];
    matrix[k][p] = c * mp - s * mq;
    matrix[k][q] = s * mp + c * mq;
  }
  for (std::size_t k = 0; k < kBlock; ++k) {
    const double mp = matrix[p][k], mq = matrix[q][k];
    matrix[p][k] = c * mp - s * mq;
    matrix[q][k] = s * mp + c * mq;
    const double vp = vectors[k][p], vq = vectors[k][q];
    vectors[k][p] = c * vp - s * vq;
    vectors[k][q] = s * vp + c * vq;
  }
}

// Cyclic Jacobi eigenvalue method (Golub and Van Loan, "Matrix Computations", section 8.5).
Eigenvectors symmetric_eigenvectors(Small matrix) {
  Eigenvectors result;
  for (std::size_t k = 0; k < kBlock; ++k) result.vectors[k][k] = 1;
  for (int sweep = 0; sweep < 12; ++sweep) {
    for (std::size_t p = 0; p < kBlock; ++p) {
      for (std::size_t q = p + 1; q < kBlock; ++q) rotate(matrix, result.vectors, p, q);
    }
  }
  for (std::size_t k = 0; k < kBlock; ++k) result.values[k] = matrix[k][k];
  return result;
}

// The columns of the two largest values, largest first.
std::array<std::size_t, 2> two_largest(const std::array<double, kBlock>& values) {
  std::array<std::size_t, kBlock> order{};
  for (std::size_t k = 0; k < kBlock; ++k) order[k] = k;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  return {order[0], order[1]};
}

// +1 or -1: the sign of the largest loading of direction `vector` (in the block's own coordinates).
double loading_sign(const Block& directions, const Small& vectors, std::size_t column) {
  double largest = 0;
  for (const auto& direction : directions) {
    double loading = 0;
    for (std::size_t k = 0; k < kBlock; ++k) loading += direction[k] * vectors[k][column];
    if (std::abs(loading) > std::abs(largest) * (1 + 1e-6))
      largest = loading;  // of nearly equal ones, the first
  }
  return largest < 0 ? -1 : 1;
}

// The directions in which centred rows vary most, within a block of orthonormal ones.
struct Components {
  Block directions;  // [H]
  Block scores;      // [B], the rows along them
  Eigenvectors eigen;
  std::array<std::size_t, 2> top{};
  std::array<double, 2> sign{};
};

Components find_components(std::span<const float> centred_rows, std::size_t dimension) {
  Components found;
  auto& [directions, scores, eigen, top, sign] = found;
  directions.resize(dimension);
  Random random(1);
  for (auto& direction : directions) {
    for (double& value : direction) value = random.uniform() - 0.5;
  }
  orthonormalise(directions);

  scores = project(centred_rows, directions);
  eigen = symmetric_eigenvectors(covariance(scores));
  top = two_largest(eigen.values);
  for (int i = 0; i < kMaxIterations; ++i) {
    const double first = eigen.values[top[0]], second = eigen.values[top[1]];
    directions = project_back(centred_rows, scores, dimension);
    orthonormalise(directions);
    scores = project(centred_rows, directions);
    eigen = symmetric_eigenvectors(covariance(scores));
    top = two_largest(eigen.values);
    const double change = std::abs(eigen.values[top[0]] - first) + std::abs(eigen.values[top[1]] - second);
    if (change <= kTolerance * eigen.values[top[0]]) break;
  }
  for (std::size_t axis = 0; axis < 2; ++axis)
    sign[axis] = loading_sign(directions, eigen.vectors, top[axis]);
  return found;
}

// A row of a block, in the coordinates of the block, along an axis of the plane.
double along_axis(const std::array<double, kBlock>& row, const Components& components, std::size_t axis) {
  double place = 0;
  for (std::size_t k = 0; k < kBlock; ++k)
    place += row[k] * components.eigen.vectors[k][components.top[axis]];
  return components.sign[axis] * place;
}

}  // namespace

std::vector<float> project_to_plane(std::span<const float> rows, std::size_t dimension) {
  assert(dimension > 0 && rows.size() % dimension == 0);
  const Components components = find_components(centred(rows, mean_of(rows, dimension)), dimension);
  std::vector<float> plane;
  plane.reserve(components.scores.size() * 2);
  for (const auto& score : components.scores)
    for (std::size_t axis = 0; axis < 2; ++axis)
      plane.push_back(static_cast<float>(along_axis(score, components, axis)));
  return plane;
}

PrincipalPlane fit_plane(std::span<const float> rows, std::size_t dimension) {
  assert(dimension > 0 && rows.size() % dimension == 0);
  PrincipalPlane plane;
  plane.mean = mean_of(rows, dimension);
  const Components components = find_components(centred(rows, plane.mean), dimension);
  for (const auto& direction : components.directions) {
    plane.first.push_back(along_axis(direction, components, 0));
    plane.second.push_back(along_axis(direction, components, 1));
  }
  return plane;
}

std::vector<float> PrincipalPlane::places(std::span<const float> rows) const {
  assert(rows.size() % mean.size() == 0);
  std::vector<float> result;
  for (std::size_t begin = 0; begin < rows.size(); begin += mean.size()) {
    double x = 0, y = 0;
    for (std::size_t h = 0; h < mean.size(); ++h) {
      const double value = static_cast<double>(rows[begin + h]) - mean[h];
      x += value * first[h];
      y += value * second[h];
    }
    result.push_back(static_cast<float>(x));
    result.push_back(static_cast<float>(y));
  }
  return result;
}

}  // namespace reprtune
