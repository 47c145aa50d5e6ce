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
  EXPECT_NE(html.find("<circle class=\"pt pt0\" cx=\"14.0\" cy=\"293.0\""), std::string::npos) << html;
  EXPECT_NE(html.find("<circle class=\"pt pt0 wrong\" cx=\"386.0\" cy=\"107.0\""), std::string::npos);
  EXPECT_NE(html.find("[14.0,293.0,14.0,293.0,\"t\",\"a\",\"a\"]"), std::string::npos);
}

TEST(ScatterPlot, BeyondTwelveClassesTheRareAreGrey) {
  EXPECT_EQ(scatter_plots(example_run(12)["scatter"]).find("all other classes"), std::string::npos);
  Json scatter = example_run(13)["scatter"];
  for (int i = 0; i < 60; ++i)
    scatter["points"].push_back(scatter["points"][12]);  // class12 becomes the most frequent
  const std::string html = scatter_plots(scatter);
  EXPECT_NE(html.find("all other classes"), std::string::npos);
  EXPECT_NE(html.find("<bdi>class12</bdi>"), std::string::npos);
  EXPECT_EQ(html.find("<bdi>class11</bdi>"), std::string::npos);  // the last of the equally rare
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
