#include <reprtune/eval/tsne.h>
#include <reprtune/io/random.h>

#include <cmath>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

constexpr std::size_t kDimension = 11;  // no multiple of the lanes that sums are kept in

/// `groups` clouds of `size` rows, ten apart, one after the other.
std::vector<float> clouds(std::size_t groups, std::size_t size) {
  Random random(7);
  std::vector<float> rows;
  for (std::size_t group = 0; group < groups; ++group) {
    for (std::size_t i = 0; i < size * kDimension; ++i) {
      const double centre = i % kDimension == group ? 10 : 0;
      rows.push_back(static_cast<float>(centre + random.uniform()));
    }
  }
  return rows;
}

double distance(const std::vector<float>& plane, std::size_t a, std::size_t b) {
  return std::hypot(static_cast<double>(plane[2 * a] - plane[2 * b]),
                    static_cast<double>(plane[2 * a + 1] - plane[2 * b + 1]));
}

TEST(Tsne, NeighboursStayNeighbours) {
  const std::vector<float> plane = tsne(clouds(4, 25), kDimension);
  ASSERT_EQ(plane.size(), 200u);
  for (std::size_t row = 0; row < 100; ++row) {
    std::size_t nearest = row == 0 ? 1 : 0;
    for (std::size_t other = 0; other < 100; ++other) {
      if (other != row && distance(plane, row, other) < distance(plane, row, nearest)) nearest = other;
    }
    EXPECT_EQ(nearest / 25, row / 25) << row;
  }
}

TEST(Tsne, SameRowsSamePicture) {
  EXPECT_EQ(tsne(clouds(3, 10), kDimension), tsne(clouds(3, 10), kDimension));
}

TEST(Tsne, FewOrEqualRowsHaveAPlace) {
  EXPECT_TRUE(tsne({}, 3).empty());
  EXPECT_EQ(tsne(std::vector<float>{1, 2, 3}, 3), (std::vector<float>{0, 0}));
  for (const auto& rows : {std::vector<float>(30, 1.0F), std::vector<float>{0, 0, 0, 1, 1, 1, 2, 2, 2}}) {
    for (const float place : tsne(rows, 3)) EXPECT_TRUE(std::isfinite(place));
  }
}

TEST(Tsne, ADuplicateLiesWithItsTwin) {
  std::vector<float> rows = clouds(3, 20);
  std::copy_n(rows.begin(), kDimension, rows.end() - kDimension);  // the last row is the first once more
  const std::vector<float> plane = tsne(rows, kDimension);
  for (std::size_t other = 1; other < 59; ++other)
    EXPECT_LE(distance(plane, 0, 59), distance(plane, 0, other)) << other;
}

TEST(Tsne, TellsHowFarItIs) {
  std::vector<WorkProgress> told;
  const std::vector<float> rows = {0, 1, 2, 3, 4, 5, 6, 8};
  EXPECT_EQ(tsne(rows, 2, [&](const WorkProgress& progress) { told.push_back(progress); }), tsne(rows, 2));
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.front().done, 1U);
  EXPECT_EQ(told.back().done, told.back().total);
}

}  // namespace
}  // namespace reprtune
