#include <reprtune/io/host_name.h>

#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(HostNameTest, IsTheOneThatTheKernelHas) {
  std::ifstream file("/proc/sys/kernel/hostname");
  std::string expected;
  ASSERT_TRUE(std::getline(file, expected));
  EXPECT_EQ(host_name(), expected);
}

}  // namespace
}  // namespace reprtune
