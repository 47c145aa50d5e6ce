#include <reprtune/kernels/attention.h>

#include "each_target.h"
#include "random_values.h"

#include <cmath>

namespace reprtune::kernels {
namespace {

struct Shape {
  std::vector<std::int64_t> lengths;
  std::size_t heads, D;
};

std::vector<std::int64_t> offsets_of(const std::vector<std::int64_t>& lengths) {
  std::vector<std::int64_t> offsets = {0};
  for (const auto length : lengths) offsets.push_back(offsets.back() + length);
  return offsets;
}

/// The definition, in double.
template <typename T>
std::vector<double> reference(const std::vector<T>& qkv, const std::vector<std::int64_t>& offsets,
                              std::size_t heads, std::size_t D) {
  const std::size_t H = heads * D;
  const auto at = [&](std::size_t token, std::size_t part, std::size_t i) {
    return static_cast<double>(to_float(qkv[token * 3 * H + part * H + i]));
  };
  std::vector<double> out(qkv.size() / 3);
  for (std::size_t row = 0; row + 1 < offsets.size(); ++row) {
    const auto first = static_cast<std::size_t>(offsets[row]),
               end = static_cast<std::size_t>(offsets[row + 1]);
    for (std::size_t head = 0; head < heads; ++head) {
      for (std::size_t q = first; q < end; ++q) {
        double sum = 0;
        for (std::size_t k = first; k < end; ++k) {
          double score = 0;
          for (std::size_t i = head * D; i < (head + 1) * D; ++i) score += at(q, 0, i) * at(k, 1, i);
          const double weight = std::exp(score / std::sqrt(static_cast<double>(D)));
          sum += weight;
          for (std::size_t i = head * D; i < (head + 1) * D; ++i) out[q * H + i] += weight * at(k, 2, i);
        }
        for (std::size_t i = head * D; i < (head + 1) * D; ++i) out[q * H + i] /= sum;
      }
    }
  }
  return out;
}

template <typename T>
std::vector<T> run(const std::vector<T>& qkv, const std::vector<std::int64_t>& offsets, const Shape& shape) {
  std::vector<T> out(qkv.size() / 3);
  attention(qkv.data(), offsets, shape.heads, shape.D, out.data());
  return out;
}

template <typename T>
void check(const Shape& shape, double scale) {
  SCOPED_TRACE("heads " + std::to_string(shape.heads) + ", D " + std::to_string(shape.D));
  const auto offsets = offsets_of(shape.lengths);
  const auto qkv =
      random_values<T>(static_cast<std::size_t>(offsets.back()) * 3 * shape.heads * shape.D, shape.D, scale);
  const auto expected = reference(qkv, offsets, shape.heads, shape.D);
  const auto found = run(qkv, offsets, shape);
  // In bfloat16 the softmax weights are rounded as well, each by up to 1/512 of itself.
  const double rounded = sizeof(T) == sizeof(float) ? 0 : scale / 512;
  for (std::size_t i = 0; i < expected.size(); ++i)
    ASSERT_NEAR(to_float(found[i]), expected[i], tolerance<T>(expected[i]) * scale + rounded)
        << "element " << i;
}

const std::vector<Shape> kShapes = {
    {{1}, 1, 1},          {{1, 2, 3}, 2, 8},       {{5, 16, 17, 13, 33}, 3, 32},
    {{40, 1, 31}, 2, 64}, {{9, 8, 7, 129}, 1, 16}, {{32, 15}, 2, 48},
    {{11, 20}, 3, 5},     {{300}, 1, 32},
};

class AttentionTest : public EachTarget {};

TEST_P(AttentionTest, MatchesTheDefinition) {
  for (const Shape& shape : kShapes) {
    for (const double scale : {1.0, 3.0}) {
      check<float>(shape, scale);
      check<BFloat16>(shape, scale);
    }
  }
}

TEST_P(AttentionTest, ARowDoesNotSeeTheOthers) {
  const Shape shape{{4, 19, 3}, 2, 32};
  const auto offsets = offsets_of(shape.lengths);
  const std::size_t width = 3 * shape.heads * shape.D;
  const auto qkv = random_values<BFloat16>(26 * width, 1);
  const auto together = run(qkv, offsets, shape);
  const std::vector<BFloat16> middle(qkv.begin() + 4 * static_cast<std::ptrdiff_t>(width),
                                     qkv.begin() + 23 * static_cast<std::ptrdiff_t>(width));
  const auto alone = run(middle, {0, 19}, shape);
  for (std::size_t i = 0; i < alone.size(); ++i)
    ASSERT_EQ(alone[i].bits, together[4 * shape.heads * shape.D + i].bits) << "element " << i;
}

TEST_P(AttentionTest, LargeScoresDoNotOverflow) {
  const Shape shape{{6}, 1, 16};
  const auto qkv = random_values<float>(6 * 3 * 16, 1, 100);
  for (const float value : run(qkv, {0, 6}, shape)) ASSERT_TRUE(std::isfinite(value));
}

INSTANTIATE_TEST_SUITE_P(, AttentionTest, testing::ValuesIn(supported_targets()), target_name);

}  // namespace
}  // namespace reprtune::kernels
