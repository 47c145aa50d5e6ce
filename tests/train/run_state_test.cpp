#include <reprtune/train/run_state.h>

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(RunState, EachHasANameOfItsOwn) {
  using enum RunState;
  std::set<std::string> names;
  for (const RunState state : {preparing, training, validating, calibrating, done, failed, interrupted})
    names.insert(run_state_name(state));
  EXPECT_EQ(names.size(), 7u);
  EXPECT_FALSE(names.contains(""));
}

}  // namespace
}  // namespace reprtune
