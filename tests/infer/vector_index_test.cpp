#include <reprtune/infer/vector_index.h>

#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

/// Along x, along y, between them, and against x, of several lengths.
VectorIndex four_directions() {
  return VectorIndex(at::tensor({2.0F, 0.0F, 0.0F, 0.5F, 3.0F, 3.0F, -1.0F, 0.0F}).view({4, 2}));
}

std::vector<std::size_t> rows_of(const std::vector<VectorIndex::Neighbour>& neighbours) {
  std::vector<std::size_t> rows;
  for (const auto& neighbour : neighbours) rows.push_back(neighbour.row);
  return rows;
}

TEST(VectorIndex, FindsTheRowsOfTheLargestCosine) {
  const VectorIndex index = four_directions();
  EXPECT_EQ(index.size(), 4U);
  const std::vector<float> query = {10, 1};
  const auto found = index.nearest(query, 3);
  EXPECT_EQ(rows_of(found), (std::vector<std::size_t>{0, 2, 1}));
  EXPECT_NEAR(found[0].cosine, 10 / std::sqrt(101.0), 1e-6);
  EXPECT_NEAR(found[1].cosine, 11 / std::sqrt(202.0), 1e-6);
  EXPECT_EQ(index.nearest(query, 9).size(), 4U);
  EXPECT_NEAR(index.cosine(3, query), -10 / std::sqrt(101.0), 1e-6);
}

TEST(VectorIndex, PutsEqualRowsInTheirOrder) {
  const VectorIndex index(at::ones({5, 3}));
  EXPECT_EQ(rows_of(index.nearest(std::vector<float>{1, 1, 1}, 3)), (std::vector<std::size_t>{0, 1, 2}));
}

TEST(VectorIndex, PlacesANewVectorWhereTheSameRowWouldBe) {
  const VectorIndex index = four_directions();
  const std::vector<float> again =
      index.places(std::vector<float>{0, 7, 4, 0});  // directions of rows 1 and 0
  EXPECT_NEAR(again[0], index.places()[2], 1e-6);
  EXPECT_NEAR(again[1], index.places()[3], 1e-6);
  EXPECT_NEAR(again[2], index.places()[0], 1e-6);
  EXPECT_NEAR(again[3], index.places()[1], 1e-6);
}

}  // namespace
}  // namespace reprtune
