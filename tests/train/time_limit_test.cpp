#include <reprtune/train/time_limit.h>

#include <string>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(TimeLimit, IsReadAndWritten) {
  const std::pair<std::string, double> cases[] = {{"none", 0},          {"90s", 90},     {"10m", 600},
                                                  {"1h30m", 5'400},     {"1d", 86'400},  {"1.5h", 5'400},
                                                  {"1d2h3m4s", 93'784}, {"0.25s", 0.25}, {"0h5m", 300}};
  for (const auto& [text, seconds] : cases) {
    const auto limit = parse_time_limit(text);
    ASSERT_TRUE(limit.has_value()) << text;
    EXPECT_DOUBLE_EQ(limit->seconds, seconds) << text;
    EXPECT_DOUBLE_EQ(parse_time_limit(time_limit_text(*limit))->seconds, seconds) << text;
  }
  EXPECT_EQ(time_limit_text({90}), "1m30s");
  EXPECT_EQ(time_limit_text({5'400}), "1h30m");
  EXPECT_EQ(time_limit_text({0.25}), "0.25s");
  EXPECT_EQ(time_limit_text({}), "none");
}

TEST(TimeLimit, RefusesWhatIsNoDuration) {
  for (const char* text : {"", "10", "m", "0s", "-5m", "30m1h", "5m5m", "1h 30m", "10min", "nan", "infs",
                           "1e3s", "99999999d", "1hs", "s5"})
    EXPECT_FALSE(parse_time_limit(text).has_value()) << text;
}

}  // namespace
}  // namespace reprtune
