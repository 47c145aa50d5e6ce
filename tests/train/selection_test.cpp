#include <reprtune/train/selection.h>

#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(Selection, TakesRowsAndItemsInTheOrderOfThePlaces) {
  const std::vector<std::size_t> places = {2, 0, 2};
  EXPECT_TRUE(at::equal(select(at::arange(6, at::kFloat).reshape({3, 2}), places),
                        at::tensor({4.0F, 5.0F, 0.0F, 1.0F, 4.0F, 5.0F}).reshape({3, 2})));
  EXPECT_EQ(select(std::vector<std::string>{"a", "b", "c"}, places),
            (std::vector<std::string>{"c", "a", "c"}));
}

TEST(Selection, OfNoPlacesIsEmpty) {
  const at::Tensor none = select(at::ones({3, 2}), {});
  EXPECT_EQ(none.sizes(), (std::vector<std::int64_t>{0, 2}));
}

}  // namespace
}  // namespace reprtune
