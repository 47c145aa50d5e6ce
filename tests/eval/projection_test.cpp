#include <reprtune/eval/projection.h>
#include <reprtune/io/random.h>

#include <cmath>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

TEST(Projection, AgreesWithScikitLearn) {
  const auto golden =
      nlohmann::json::parse(std::ifstream(REPRTUNE_SOURCE_DIR "/tests/eval/projection_golden.json"));
  const auto expected = golden["plane"].get<std::vector<float>>();
  const std::vector<float> actual =
      project_to_plane(golden["rows"].get<std::vector<float>>(), golden["dimension"]);
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(actual[i], expected[i], 1e-4) << i;
}

TEST(Projection, FindsTheAxesOfACross) {
  // Varies by 3 along the third column and by 1 along the first; the mean (10, 5, 20) is taken off.
  const std::vector<float> rows = {10, 5, 23, 10, 5, 17, 11, 5, 20, 9, 5, 20};
  const std::vector<float> expected = {3, 0, -3, 0, 0, 1, 0, -1};
  const std::vector<float> actual = project_to_plane(rows, 3);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(actual[i], expected[i], 1e-5) << i;
}

TEST(Projection, PointsTheSameWayForMirroredRows) {
  const std::vector<float> rows = {1, 2, 2, 4, 3, 6, 4, 8.5f};
  const std::vector<float> line = project_to_plane(rows, 2);
  EXPECT_LT(line[0], line[2]);  // the largest loading is positive: larger values lie to the right
  EXPECT_LT(line[4], line[6]);
}

TEST(Projection, DegenerateRowsGiveZeros) {
  EXPECT_TRUE(project_to_plane({}, 4).empty());
  EXPECT_EQ(project_to_plane(std::vector<float>{1, 2, 3}, 3), (std::vector<float>{0, 0}));
  EXPECT_EQ(project_to_plane(std::vector<float>{1, 2, 1, 2}, 2), (std::vector<float>{0, 0, 0, 0}));
  const std::vector<float> one_column = project_to_plane(std::vector<float>{1, 2, 6}, 1);
  EXPECT_NEAR(one_column[0], -2, 1e-6);
  EXPECT_NEAR(one_column[4], 3, 1e-6);
  EXPECT_EQ(one_column[5], 0);
}

TEST(Projection, KeepsDistancesOfRowsThatLieInAPlane) {
  // Points of a plane in 64 dimensions, spanned by two orthogonal directions of length 8.
  Random random(5);
  std::vector<float> rows;
  std::vector<double> u, v;
  for (int b = 0; b < 300; ++b) {
    u.push_back(random.uniform() * 2);
    v.push_back(random.uniform());
    for (int h = 0; h < 64; ++h)
      rows.push_back(static_cast<float>(u.back() + (h % 2 ? v.back() : -v.back())));
  }
  const std::vector<float> plane = project_to_plane(rows, 64);
  for (std::size_t b = 1; b < 300; ++b) {
    const double seen = std::hypot(plane[2 * b] - plane[0], plane[2 * b + 1] - plane[1]);
    EXPECT_NEAR(seen, 8 * std::hypot(u[b] - u[0], v[b] - v[0]), 1e-3);
  }
  EXPECT_EQ(plane, project_to_plane(rows, 64));
}

TEST(PrincipalPlane, PlacesItsOwnRowsAsTheProjectionDoesAndOthersByTheSameRule) {
  const std::vector<float> cross = {10, 5, 23, 10, 5, 17, 11, 5, 20, 9, 5, 20};
  const PrincipalPlane plane = fit_plane(cross, 3);
  const std::vector<float> expected = project_to_plane(cross, 3), actual = plane.places(cross);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(actual[i], expected[i], 1e-5) << i;
  // Two along the first axis, one along the second; 40 at right angles to both.
  const std::vector<float> other = plane.places(std::vector<float>{11, 45, 22});
  EXPECT_NEAR(other[0], 2, 1e-5);
  EXPECT_NEAR(other[1], 1, 1e-5);
}

}  // namespace
}  // namespace reprtune
