#include <reprtune/ui/metrics_tail.h>

#include "temporary_folder.h"

namespace reprtune::ui {
namespace {

TEST(MetricsTail, ReadsOnWhereItWas) {
  const TemporaryFolder place;
  const auto file = place.path() / "metrics.jsonl";
  EXPECT_EQ(read_metrics_tail(file, "1", "").lines, "[]");
  place.write("metrics.jsonl", "{\"step\":1}\n{\"step\":2}\n{\"st");
  const MetricsTail first = read_metrics_tail(file, "1", "");
  EXPECT_EQ(first.lines, R"([{"step":1},{"step":2}])");
  EXPECT_TRUE(first.is_new);
  EXPECT_EQ(read_metrics_tail(file, "1", first.cursor).lines, "[]");
  place.write("metrics.jsonl", "{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n");
  const MetricsTail second = read_metrics_tail(file, "1", first.cursor);
  EXPECT_EQ(second.lines, R"([{"step":3}])");
  EXPECT_FALSE(second.is_new);
}

TEST(MetricsTail, BeginsAnewWithANewFile) {
  const TemporaryFolder place;
  const auto file = place.path() / "metrics.jsonl";
  place.write("metrics.jsonl", "{\"step\":1}\nno json\n[1]\n{\"step\":2}\n");
  const std::string cursor = read_metrics_tail(file, "1", "").cursor;
  const MetricsTail other = read_metrics_tail(file, "2", cursor);
  EXPECT_EQ(other.lines, R"([{"step":1},{"step":2}])");
  EXPECT_TRUE(other.is_new);
  place.write("metrics.jsonl", "{\"step\":9}\n");  // shorter than what was read
  EXPECT_TRUE(read_metrics_tail(file, "1", cursor).is_new);
  for (const char* wrong : {"1-", "1-x", "1--5", "1-99999999999999999999", "x"})
    EXPECT_EQ(read_metrics_tail(file, "1", wrong).lines, R"([{"step":9}])") << wrong;
}

}  // namespace
}  // namespace reprtune::ui
