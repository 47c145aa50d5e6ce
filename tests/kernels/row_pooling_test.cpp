#include <reprtune/kernels/row_pooling.h>

#include "each_target.h"
#include "random_values.h"

#include <cmath>

namespace reprtune::kernels {
namespace {

class RowPoolingTest : public EachTarget {};

TEST_P(RowPoolingTest, SmallNumbers) {
  const std::vector<float> hidden = {1, 2, 3, 6, 30, 40};  // rows of one and two tokens, H 2
  std::vector<float> vectors(4);
  pool_rows({.mean = true}, hidden.data(), std::vector<std::int64_t>{0, 1, 3},
            std::vector<std::int64_t>{1, 0}, 2, vectors.data());
  EXPECT_EQ(vectors, (std::vector<float>{16.5F, 23, 1, 2}));
  pool_rows({.mean = false}, hidden.data(), std::vector<std::int64_t>{0, 1, 3},
            std::vector<std::int64_t>{0, 1}, 2, vectors.data());
  EXPECT_EQ(vectors, (std::vector<float>{1, 2, 3, 6}));
  pool_rows({.mean = false, .normalize = true}, hidden.data() + 4, std::vector<std::int64_t>{0, 1},
            std::vector<std::int64_t>{0}, 2, vectors.data());
  EXPECT_FLOAT_EQ(vectors[0], 0.6F);
  EXPECT_FLOAT_EQ(vectors[1], 0.8F);
}

template <typename T>
void check(std::size_t H) {
  SCOPED_TRACE("H " + std::to_string(H));
  const std::vector<std::int64_t> offsets = {0, 3, 4, 21}, places = {2, 0, 1};
  const auto hidden = random_values<T>(21 * H, H);
  std::vector<float> vectors(3 * H);
  pool_rows({.mean = true, .normalize = true}, hidden.data(), offsets, places, H, vectors.data());
  for (std::size_t row = 0; row < 3; ++row) {
    std::vector<double> sums(H);
    double squares = 0;
    for (std::size_t i = 0; i < H; ++i) {
      for (auto token = offsets[row]; token < offsets[row + 1]; ++token)
        sums[i] += to_float(hidden[static_cast<std::size_t>(token) * H + i]);
      squares += sums[i] * sums[i];
    }
    for (std::size_t i = 0; i < H; ++i) {
      ASSERT_NEAR(vectors[static_cast<std::size_t>(places[row]) * H + i], sums[i] / std::sqrt(squares), 1e-6)
          << "row " << row << ", element " << i;
    }
  }
}

TEST_P(RowPoolingTest, NormalizedMeansMatchTheDefinition) {
  for (const std::size_t H : {1U, 7U, 16U, 50U, 384U}) {
    check<float>(H);
    check<BFloat16>(H);
  }
}

TEST_P(RowPoolingTest, AZeroVectorStaysZero) {
  const std::vector<float> hidden(20);
  std::vector<float> vectors(20, 1);
  pool_rows({.mean = true, .normalize = true}, hidden.data(), std::vector<std::int64_t>{0, 1},
            std::vector<std::int64_t>{0}, 20, vectors.data());
  EXPECT_EQ(vectors, std::vector<float>(20));
}

INSTANTIATE_TEST_SUITE_P(, RowPoolingTest, testing::ValuesIn(supported_targets()), target_name);

}  // namespace
}  // namespace reprtune::kernels
