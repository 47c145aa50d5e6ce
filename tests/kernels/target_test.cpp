#include <reprtune/io/error.h>
#include <reprtune/kernels/target.h>

#include <gtest/gtest.h>

namespace reprtune::kernels {
namespace {

TEST(TargetTest, TheBestIsChosenUntilAnotherIs) {
  const auto targets = supported_targets();
  ASSERT_FALSE(targets.empty());
  EXPECT_EQ(chosen_target(), targets.front());
  for (const auto& target : targets) {
    choose_target(target);
    EXPECT_EQ(chosen_target(), target);
  }
  choose_target(targets.front());
}

TEST(TargetTest, APortableOneIsAlwaysThere) { EXPECT_EQ(supported_targets().back(), "SCALAR"); }

TEST(TargetTest, AnUnknownOneIsRefusedByName) {
  const auto before = chosen_target();
  try {
    choose_target("AVX9");
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_NE(std::string(error.what()).find("AVX9"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("SCALAR"), std::string::npos);
  }
  EXPECT_EQ(chosen_target(), before);
}

}  // namespace
}  // namespace reprtune::kernels
