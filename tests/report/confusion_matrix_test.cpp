#include <reprtune/report/confusion_matrix.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

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
  EXPECT_NE(html.find("title=\"name1 predicted as name2: 1,234 of 1,242\">1,234</button></td>"),
            std::string::npos);
  EXPECT_NE(html.find("<td class=\"r5\"><button type=\"button\" data-cell=\"0-0\" title=\"name0 predicted "
                      "right: 8 of 8\">8<"),
            std::string::npos);
  EXPECT_NE(html.find("<td class=\"r0\"><button type=\"button\" data-cell=\"1-1\" title=\"name1 predicted "
                      "right: 8 of 1,242\""),
            std::string::npos);
}

TEST(ConfusionMatrix, ManyClassesAreAHeatMapAndAList) {
  auto counts = diagonal(26);
  counts[3][20] = 2;
  const std::string html = confusion_matrix(counts, names(26));
  EXPECT_NE(html.find("<svg"), std::string::npos);
  EXPECT_NE(html.find("<rect class=\"w2\" x=\"20\" y=\"3\""), std::string::npos);
  EXPECT_NE(html.find("height=\"1\" data-cell=\"3-20\""), std::string::npos);
  EXPECT_NE(html.find("2 of 10</button>"), std::string::npos);
  EXPECT_NE(confusion_matrix(diagonal(26), names(26)).find("No row was predicted as another class"),
            std::string::npos);
}

TEST(ConfusionMatrix, SwitchesAfterTwentyFive) {
  EXPECT_EQ(confusion_matrix(diagonal(25), names(25)).find("<svg"), std::string::npos);
  EXPECT_EQ(confusion_matrix({}, {}), "");
}

TEST(ConfusionMatrix, RowsOfACellAreDataForTheScript) {
  const nlohmann::ordered_json examples = {
      {{"label", 1},
       {"predicted", 0},
       {"rows", 7},
       {"first", {{{"line", 3}, {"text", "<b>"}, {"probability", 0.5}}}}},
      {{"label", 9}, {"predicted", 0}, {"rows", 7}}};
  const std::string html = confusion_rows(examples, names(2));
  EXPECT_NE(html.find("\"cells\":{\"1-0\":{\"rows\":7,\"first\":[[3,\"\\u003cb>\",\"0.500\"]]}}"),
            std::string::npos)
      << html;
  EXPECT_EQ(html.find("9-0"), std::string::npos);  // no such class
  EXPECT_EQ(confusion_rows(nullptr, names(2)), "");
}

}  // namespace
}  // namespace reprtune
