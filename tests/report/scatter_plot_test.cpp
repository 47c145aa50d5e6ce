#include <reprtune/report/scatter_plot.h>

#include "example_run.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

TEST(ScatterPlot, KeepsTheShapeOfTheCloud) {
  // Twice as wide as high: 14..386 across, 107..293 upwards.
  const Json scatter = {
      {"labels", {"a"}},
      {"points",
       {{{"text", "t"}, {"label", "a"}, {"predicted", "a"}, {"before", {0, 0}}, {"after", {0, 0}}},
        {{"text", "u"}, {"label", "a"}, {"predicted", "b"}, {"before", {4, 2}}, {"after", {4, 2}}}}}};
  const std::string html = scatter_plots(scatter);
  EXPECT_NE(html.find("class=\"pt pt0\" transform=\"translate(14.0 293.0)\""), std::string::npos) << html;
  EXPECT_NE(html.find("class=\"pt pt0 wrong\" transform=\"translate(386.0 107.0)\""), std::string::npos);
  EXPECT_NE(html.find("{\"rows\":[[\"t\",\"a\",\"a\"],[\"u\",\"a\",\"b\"]],\"places\":{\"pca\":[[14.0,293.0,"
                      "14.0,293.0],"),
            std::string::npos);
}

TEST(ScatterPlot, HasTheViewsThatEveryPointHasAPlaceIn) {
  Json scatter = example_run(3)["scatter"];
  EXPECT_NE(scatter_plots(scatter).find("value=\"tsne\""), std::string::npos);
  EXPECT_NE(scatter_plots(scatter).find("\"tsne\":[["), std::string::npos);
  scatter["points"][1].erase("after_tsne");
  EXPECT_EQ(scatter_plots(scatter).find("tsne"), std::string::npos);
}

TEST(ScatterPlot, BeyondTwelveClassesTheRareAreGrey) {
  EXPECT_EQ(scatter_plots(example_run(12)["scatter"]).find("all other classes"), std::string::npos);
  Json scatter = example_run(13)["scatter"];
  for (int i = 0; i < 60; ++i)
    scatter["points"].push_back(scatter["points"][12]);  // class12 becomes the most frequent
  const std::string html = scatter_plots(scatter);
  EXPECT_NE(html.find("all other classes"), std::string::npos);
  EXPECT_NE(html.find("<bdi>class12</bdi>"), std::string::npos);
  EXPECT_EQ(html.find("<bdi>class11</bdi>"), std::string::npos);          // the last of the equally rare
  EXPECT_NE(html.find("<option value=\"class11\">"), std::string::npos);  // can be looked at alone
  EXPECT_LT(html.find("pt ptx"), html.find("pt pt0"));                    // grey ones are drawn first
}

TEST(ScatterPlot, LeavesOutPointsWithoutAPlace) {
  const Json scatter = {
      {"labels", {"a"}},
      {"points",
       {{{"text", "t"}, {"label", "a"}, {"predicted", "a"}, {"before", {nullptr, 0}}, {"after", {0, 0}}},
        {{"text", "u"}, {"label", "a"}, {"predicted", "a"}, {"after", {0, 0}}}}}};
  EXPECT_EQ(scatter_plots(scatter), "");
  EXPECT_EQ(scatter_plots(nullptr), "");
}

}  // namespace
}  // namespace reprtune
