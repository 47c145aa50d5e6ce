#include <reprtune/infer/near_duplicates.h>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(NearDuplicates, OnlyThoseWithDifferentLabels) {
  const at::Tensor vectors =
      at::tensor({1.0F, 0.0F, 0.0F, 1.0F, 2.0F, 0.1F, 0.1F, 3.0F, -1.0F, 0.0F}).view({5, 2});
  // Rows 0 and 2 point one way, 1 and 3 another.
  const auto found = near_duplicates(vectors, std::vector<std::size_t>{0, 1, 1, 1, 0});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].first, 0u);
  EXPECT_EQ(found[0].second, 2u);
  EXPECT_NEAR(found[0].cosine, 0.99875, 1e-5);
  EXPECT_TRUE(near_duplicates(vectors, std::vector<std::size_t>(5, 1)).empty());
  EXPECT_TRUE(near_duplicates(at::zeros({0, 2}), {}).empty());
}

TEST(NearDuplicates, AcrossBlocksEachRowHasItsNearest) {
  at::manual_seed(1);
  at::Tensor vectors = at::randn({700, 64});
  std::vector<std::size_t> labels(700, 0);
  for (const auto& [copy, of] : {std::pair(600, 10), {650, 300}, {699, 698}}) {
    vectors[copy] = vectors[of] * 1.5;
    labels[static_cast<std::size_t>(copy)] = 1;
  }
  const auto found = near_duplicates(vectors, labels);
  ASSERT_EQ(found.size(), 3u);
  for (const NearDuplicate& pair : found) EXPECT_NEAR(pair.cosine, 1, 1e-5);
}

}  // namespace
}  // namespace reprtune
