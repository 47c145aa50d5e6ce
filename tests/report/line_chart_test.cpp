#include <reprtune/report/line_chart.h>
#include <reprtune/report/sparkline.h>

#include <cmath>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(LineChart, ThinningAveragesNeighbours) {
  const std::vector<ChartPoint> points = {{1, 2}, {3, 4}, {5, 10}, {7, 20}};
  const std::vector<ChartPoint> two = thinned(points, 2);
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two[0].x, 2);
  EXPECT_EQ(two[0].y, 3);
  EXPECT_EQ(two[1].x, 6);
  EXPECT_EQ(two[1].y, 15);
  EXPECT_EQ(thinned(points, 4).size(), 4u);
  EXPECT_EQ(thinned(points, 3).size(), 3u);
}

LineChart chart_of(std::vector<ChartPoint> points) {
  LineChart chart;
  chart.title = "a < b";
  chart.x_name = "step";
  chart.series = {{"loss", std::move(points)}};
  return chart;
}

TEST(LineChart, PlacesPointsOnThePaper) {
  // x from 0 to 10 on 66..448, y from 0 to 1 on 226..14 (upwards).
  const std::string svg = line_chart(chart_of({{0, 0}, {5, 1}, {10, 0.5}}));
  EXPECT_NE(svg.find("points=\"66.0,226.0 257.0,14.0 448.0,120.0\""), std::string::npos) << svg;
  EXPECT_NE(svg.find("a &lt; b"), std::string::npos);
  EXPECT_NE(svg.find("<title>step 5\nloss: 1</title>"), std::string::npos);
}

TEST(LineChart, SaysItsFirstAndLastValues) {
  EXPECT_NE(
      line_chart(chart_of({{0, 0}, {5, 1}, {10, 0.5}})).find("loss: 0 at step 0, 0.5 at step 10.</desc>"),
      std::string::npos);
}

TEST(LineChart, AnAxisOfSharesHasFractions) {
  LineChart chart = chart_of({{0, 0}, {1, 1}});
  EXPECT_EQ(line_chart(chart).find(">0.2</text>\n<text class=\"tick\" text-anchor=\"middle\""),
            std::string::npos);
  chart.whole_x = false;
  EXPECT_NE(line_chart(chart).find("x=\"142.4\" y=\"243.0\">0.2</text>"), std::string::npos)
      << line_chart(chart);
}

TEST(LineChart, ALevelIsALineAcross) {
  LineChart chart = chart_of({{0, 0}, {10, 1}});
  chart.levels = {{"majority", 0.5}};
  const std::string svg = line_chart(chart);
  EXPECT_NE(svg.find("d=\"M66.0 120.0H448.0\""), std::string::npos) << svg;
  EXPECT_NE(svg.find(">majority</text>"), std::string::npos);
}

TEST(LineChart, FlatAndSingleValuesGiveFinitePlaces) {
  for (const double value : {0.0, 3.0, -2.0, 1e-9, 1e12}) {
    for (const std::string& svg :
         {line_chart(chart_of({{1, value}})), line_chart(chart_of({{1, value}, {2, value}}))}) {
      EXPECT_FALSE(svg.empty());
      EXPECT_EQ(svg.find("nan"), std::string::npos) << value;
      EXPECT_EQ(svg.find("inf"), std::string::npos) << value;
    }
  }
  EXPECT_EQ(line_chart(chart_of({})), "");
}

TEST(Sparkline, RisesFromLowestToHighest) {
  EXPECT_EQ(sparkline({0, 1, 2, 3, 4, 5, 6, 7}, 20), "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588");
  EXPECT_EQ(sparkline({5, 5}, 20), "\u2581\u2581");
  EXPECT_EQ(sparkline({1, 1, 9, 9}, 2), "\u2581\u2588");
  EXPECT_EQ(sparkline({}, 20), "");
}

}  // namespace
}  // namespace reprtune
