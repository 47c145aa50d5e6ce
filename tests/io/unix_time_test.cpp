#include <reprtune/io/unix_time.h>

#include <ctime>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(UnixTime, CountsSecondsAsTheSystemDoes) {
  const std::time_t before = std::time(nullptr);
  const double now = unix_time();
  EXPECT_GE(now, static_cast<double>(before) - 1);
  EXPECT_LE(now, static_cast<double>(std::time(nullptr)) + 1);
}

}  // namespace
}  // namespace reprtune
