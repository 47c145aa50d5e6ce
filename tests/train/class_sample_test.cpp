#include <reprtune/train/class_sample.h>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

using Rows = std::vector<std::size_t>;
const Rows kClasses = {0, 0, 0, 1, 0, 2, 1};

TEST(ClassSample, TakesTheFirstRowsOfEachClass) {
  EXPECT_EQ(first_of_each_class(kClasses, 1), (Rows{0, 3, 5}));
  EXPECT_EQ(first_of_each_class(kClasses, 2), (Rows{0, 1, 3, 5, 6}));
  EXPECT_EQ(first_of_each_class({}, 2), Rows{});
}

TEST(ClassSample, IsEvenAsFarAsThereAreRows) {
  EXPECT_EQ(even_rows(kClasses, 2), (Rows{0, 3}));
  EXPECT_EQ(even_rows(kClasses, 5), (Rows{0, 1, 3, 5, 6}));
  EXPECT_EQ(even_rows(kClasses, 6), (Rows{0, 1, 2, 3, 5, 6}));  // the others have no more
  EXPECT_EQ(even_rows(kClasses, 9), (Rows{0, 1, 2, 3, 4, 5, 6}));
}

}  // namespace
}  // namespace reprtune
