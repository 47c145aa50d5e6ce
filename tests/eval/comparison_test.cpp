#include <reprtune/eval/comparison.h>

#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

TEST(Comparison, EveryMethodInOrder) {
  const std::vector<std::size_t> truth = {0, 0, 1, 1};
  const auto json = comparison_json(truth, {{"majority", {0, 0, 0, 0}}, {"model", {0, 0, 1, 1}}}, 2, 1);
  EXPECT_EQ(json["rows"], 4);
  EXPECT_EQ(json["methods"][0]["name"], "majority");
  EXPECT_EQ(json["methods"][0]["accuracy"], 0.5);
  EXPECT_NEAR(json["methods"][0]["macro_f1"], 1.0 / 3, 1e-9);
  EXPECT_EQ(json["methods"][1]["macro_f1_interval"][1], 1);
  EXPECT_EQ(json["methods"][1]["accuracy_interval"][1], 1);
  const auto lines = comparison_lines(json);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[1].find("majority"), 0u);
  EXPECT_NE(lines[1].find("0.5000  [0.1500, 0.8500]"), std::string::npos) << lines[1];
}

}  // namespace
}  // namespace reprtune
