#include <reprtune/eval/projection.h>
#include <reprtune/eval/tsne.h>
#include <reprtune/io/random.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numeric>

namespace reprtune {
namespace {

constexpr double kPerplexity = 30;
constexpr int kEarlyIterations = 250, kIterations = 750;
constexpr float kEarlyExaggeration = 12;
constexpr std::size_t kLanes = 8;  // sums are kept apart so that the compiler may use vector instructions

using Lanes = std::array<float, kLanes>;

float sum(const Lanes& lanes) { return std::accumulate(lanes.begin(), lanes.end(), 0.0F); }

struct Edge {
  std::size_t other = 0;
  float affinity = 0;
};
using Graph = std::vector<std::vector<Edge>>;  // [B]: the rows that pull at each row

float squared_distance(const float* a, const float* b, std::size_t dimension) {
  Lanes lanes{};
  std::size_t h = 0;
  for (; h + kLanes <= dimension; h += kLanes) {
    for (std::size_t k = 0; k < kLanes; ++k) lanes[k] += (a[h + k] - b[h + k]) * (a[h + k] - b[h + k]);
  }
  float rest = 0;
  for (; h < dimension; ++h) rest += (a[h] - b[h]) * (a[h] - b[h]);
  return sum(lanes) + rest;
}

/// The nearest `count` rows with their squared distances, nearest first.
std::vector<Edge> nearest_rows(std::span<const float> rows, std::size_t dimension, std::size_t row,
                               std::size_t count) {
  std::vector<Edge> all;
  for (std::size_t other = 0; other < rows.size() / dimension; ++other) {
    if (other == row) continue;
    all.push_back({other, squared_distance(&rows[row * dimension], &rows[other * dimension], dimension)});
  }
  const auto nearer = [](const Edge& a, const Edge& b) {
    return a.affinity != b.affinity ? a.affinity < b.affinity : a.other < b.other;
  };
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count), all.end(), nearer);
  all.resize(count);
  return all;
}

/// Gaussian weights exp(-beta * distance) of the neighbours, adding up to 1.
std::vector<double> gaussian_weights(const std::vector<Edge>& distances, double beta) {
  std::vector<double> weights;
  for (const Edge& edge : distances) {
    // Less the nearest one's, so that not all are 0.
    const double farther = static_cast<double>(edge.affinity) - static_cast<double>(distances[0].affinity);
    weights.push_back(std::exp(-beta * farther));
  }
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= total;
  return weights;
}

/// In nats.
double entropy(const std::vector<double>& weights) {
  double result = 0;
  for (const double weight : weights) {
    if (weight > 0) result -= weight * std::log(weight);
  }
  return result;
}

/// The weights whose entropy is that of `perplexity` equal ones, by bisection.
std::vector<double> weights_of(const std::vector<Edge>& distances, double perplexity) {
  double beta = 1, low = 0, high = INFINITY;
  std::vector<double> weights = gaussian_weights(distances, beta);
  for (int i = 0; i < 64; ++i) {
    const double excess = entropy(weights) - std::log(perplexity);
    if (std::abs(excess) < 1e-5) break;
    (excess > 0 ? low : high) = beta;
    beta = std::isinf(high) ? beta * 2 : (low + high) / 2;
    weights = gaussian_weights(distances, beta);
  }
  return weights;
}

/// Symmetric affinities: each row's weights pull at both ends.
Graph affinities(std::span<const float> rows, std::size_t dimension) {
  const std::size_t count = rows.size() / dimension;
  const double perplexity = std::min(kPerplexity, static_cast<double>(count - 1) / 3);
  const auto neighbours = std::min(count - 1, static_cast<std::size_t>(3 * kPerplexity));
  Graph graph(count);
  for (std::size_t row = 0; row < count; ++row) {
    const std::vector<Edge> nearest = nearest_rows(rows, dimension, row, neighbours);
    const std::vector<double> weights = weights_of(nearest, std::max(1.0, perplexity));
    for (std::size_t i = 0; i < nearest.size(); ++i) {
      const auto half = static_cast<float>(weights[i] / (2 * static_cast<double>(count)));
      graph[row].push_back({nearest[i].other, half});
      graph[nearest[i].other].push_back({row, half});
    }
  }
  return graph;
}

struct Plane {
  std::vector<float> x, y;  // [B], filled up to a multiple of kLanes with places far away
};

/// The principal components, small, with a trace of noise against rows that lie on a line.
Plane starting_places(std::span<const float> rows, std::size_t dimension) {
  const std::vector<float> plane = project_to_plane(rows, dimension);
  const std::size_t count = plane.size() / 2;
  double variance = 0;
  for (std::size_t i = 0; i < count; ++i) variance += static_cast<double>(plane[2 * i] * plane[2 * i]);
  const double spread = std::sqrt(variance / static_cast<double>(count));
  const auto scale = static_cast<float>(spread > 0 ? 1e-4 / spread : 0);
  Random random(1);
  Plane places;
  for (std::size_t i = 0; i < count; ++i) {
    places.x.push_back(plane[2 * i] * scale + static_cast<float>((random.uniform() - 0.5) * 1e-6));
    places.y.push_back(plane[2 * i + 1] * scale + static_cast<float>((random.uniform() - 0.5) * 1e-6));
  }
  const std::size_t padded = (count + kLanes - 1) / kLanes * kLanes;
  places.x.resize(padded, 1e15F);
  places.y.resize(padded, 1e15F);
  return places;
}

/// The force with which all others push one row away, not yet divided by the sum of all weights, and that
/// row's share of the sum.
struct Push {
  float x = 0, y = 0, weight = 0;
};

Push push_of_others(const Plane& places, std::size_t row) {
  Lanes x{}, y{}, weights{};
  const float own_x = places.x[row], own_y = places.y[row];
  for (std::size_t j = 0; j < places.x.size(); j += kLanes) {
    for (std::size_t k = 0; k < kLanes; ++k) {
      const float dx = own_x - places.x[j + k], dy = own_y - places.y[j + k];
      const float weight = 1 / (1 + dx * dx + dy * dy);
      weights[k] += weight;
      x[k] += weight * weight * dx;
      y[k] += weight * weight * dy;
    }
  }
  return {sum(x), sum(y), sum(weights) - 1};  // less its own
}

/// The gradient of the Kullback-Leibler divergence (equation 5 of the paper), affinities times
/// `exaggeration`.
Plane gradient(const Graph& graph, const Plane& places, float exaggeration) {
  const std::size_t count = graph.size();
  std::vector<Push> pushes;
  double total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    pushes.push_back(push_of_others(places, i));
    total += static_cast<double>(pushes.back().weight);
  }
  const auto scale = static_cast<float>(1 / std::max(total, 1e-12));
  Plane result{std::vector<float>(count), std::vector<float>(count)};
  for (std::size_t i = 0; i < count; ++i) {
    float x = 0, y = 0;
    for (const auto& [other, affinity] : graph[i]) {
      const float dx = places.x[i] - places.x[other], dy = places.y[i] - places.y[other];
      const float pull = affinity / (1 + dx * dx + dy * dy);
      x += pull * dx;
      y += pull * dy;
    }
    result.x[i] = 4 * (exaggeration * x - pushes[i].x * scale);
    result.y[i] = 4 * (exaggeration * y - pushes[i].y * scale);
  }
  return result;
}

/// One coordinate's way down: gradient descent with momentum and a gain for each row that grows while the
/// direction stays (Jacobs, "Increased rates of convergence through learning rate adaptation", 1988).
class Descent {
 public:
  explicit Descent(std::size_t count) : step_(count, 0), gain_(count, 1) {}

  void advance(std::vector<float>& places, const std::vector<float>& gradient, float momentum, float rate) {
    for (std::size_t i = 0; i < step_.size(); ++i) {
      const bool turned = (gradient[i] > 0) == (step_[i] > 0);
      gain_[i] = std::max(0.01F, turned ? gain_[i] * 0.8F : gain_[i] + 0.2F);
      step_[i] = momentum * step_[i] - rate * gain_[i] * gradient[i];
      places[i] += step_[i];
    }
  }

 private:
  std::vector<float> step_, gain_;
};

}  // namespace

std::vector<float> tsne(std::span<const float> rows, std::size_t dimension,
                        const ProgressListener& progress) {
  assert(dimension > 0 && rows.size() % dimension == 0);
  const std::size_t count = rows.size() / dimension;
  if (count < 3) return project_to_plane(rows, dimension);
  const Graph graph = affinities(rows, dimension);
  const float rate = std::max(50.0F, static_cast<float>(count) / kEarlyExaggeration / 4);
  Plane places = starting_places(rows, dimension);
  Descent x(count), y(count);
  for (int i = 0; i < kIterations; ++i) {
    const bool early = i < kEarlyIterations;
    const Plane slope = gradient(graph, places, early ? kEarlyExaggeration : 1);
    x.advance(places.x, slope.x, early ? 0.5F : 0.8F, rate);
    y.advance(places.y, slope.y, early ? 0.5F : 0.8F, rate);
    if (progress) {
      progress({"placing the rows for the report (t-SNE)", static_cast<std::uint64_t>(i) + 1, kIterations,
                "step"});
    }
  }
  std::vector<float> result;
  for (std::size_t i = 0; i < count; ++i) result.insert(result.end(), {places.x[i], places.y[i]});
  return result;
}

}  // namespace reprtune
