#include <reprtune/report/confusion_matrix.h>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

std::vector<std::string> names(std::size_t count) {
  std::vector<std::string> labels;
  for (std::size_t c = 0; c < count; ++c) labels.push_back("name" + std::to_string(c));
  return labels;
}

std::vector<std::vector<std::size_t>> diagonal(std::size_t count) {
  std::vector<std::vector<std::size_t>> counts(count, std::vector<std::size_t>(count, 0));
  for (std::size_t c = 0; c < count; ++c) counts[c][c] = 8;
  return counts;
}

TEST(ConfusionMatrix, FewClassesAreATableOfNumbers) {
  auto counts = diagonal(3);
  counts[1][2] = 1234;
  const std::string html = confusion_matrix(counts, names(3));
  EXPECT_NE(html.find("<table"), std::string::npos);
  EXPECT_EQ(html.find("<svg"), std::string::npos);
  EXPECT_NE(html.find("title=\"name1 predicted as name2: 1,234 of 1,242\">1,234</td>"), std::string::npos);
  EXPECT_NE(html.find("class=\"r5\" title=\"name0 predicted right: 8 of 8\">8</td>"), std::string::npos);
  EXPECT_NE(html.find("class=\"r0\" title=\"name1 predicted right: 8 of 1,242\""), std::string::npos);
}

TEST(ConfusionMatrix, ManyClassesAreAHeatMapAndAList) {
  auto counts = diagonal(26);
  counts[3][20] = 2;
  const std::string html = confusion_matrix(counts, names(26));
  EXPECT_NE(html.find("<svg"), std::string::npos);
  EXPECT_NE(html.find("<rect class=\"w2\" x=\"20\" y=\"3\""), std::string::npos);
  EXPECT_NE(html.find("2 of 10"), std::string::npos);
  EXPECT_NE(confusion_matrix(diagonal(26), names(26)).find("No row was predicted as another class"),
            std::string::npos);
}

TEST(ConfusionMatrix, SwitchesAfterTwentyFive) {
  EXPECT_EQ(confusion_matrix(diagonal(25), names(25)).find("<svg"), std::string::npos);
  EXPECT_EQ(confusion_matrix({}, {}), "");
}

}  // namespace
}  // namespace reprtune
