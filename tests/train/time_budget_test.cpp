#include <reprtune/train/time_budget.h>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(TimeBudget, TrainingHasWhatTheRestLeaves) {
  double now = 20;
  TimeBudget budget({100}, [&] { return now; });
  budget.begin_training(20, 30);
  EXPECT_EQ(budget.gone(), 0);
  now = 45;
  EXPECT_DOUBLE_EQ(budget.gone(), 0.5);
  EXPECT_FALSE(budget.is_over());
  now = 70;
  EXPECT_TRUE(budget.is_over());
  now = 1e9;
  EXPECT_EQ(budget.gone(), 1);
}

TEST(TimeBudget, WithoutALimitNothingIsGone) {
  TimeBudget budget({}, [] { return 1e9; });
  budget.begin_training(0, 5);
  EXPECT_EQ(budget.gone(), 0);
}

TEST(TimeBudget, ALimitThatIsTooShortIsOverAtOnce) {
  TimeBudget budget({10}, [] { return 4.0; });
  budget.begin_training(4, 6);
  EXPECT_TRUE(budget.is_over());
}

}  // namespace
}  // namespace reprtune
