#include <reprtune/report/reliability_diagram.h>

#include "well_formed.h"

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(ReliabilityDiagram, ADotForEachBinWithRows) {
  const std::string html =
      reliability_diagram({{0, 0.5, 0, {}, {}}, {0.5, 0.75, 1, 0.5, 1.0}, {0.75, 1, 99, 0.9, 0.9}});
  EXPECT_EQ(nesting_error(html).value_or(""), "");
  // The plot reaches from x 66 to 446 and from y 286 up to 14.
  EXPECT_NE(
      html.find("cx=\"256.0\" cy=\"14.0\" r=\"4.1\"><title>1 row: mean probability 0.500, 1.000 right<"),
      std::string::npos)
      << html;
  EXPECT_NE(html.find("cx=\"408.0\" cy=\"41.2\""), std::string::npos) << html;
  EXPECT_EQ(html.find("<circle"), html.rfind("<circle", html.rfind("<circle") - 1));
}

TEST(ReliabilityDiagram, NothingToShow) {
  EXPECT_EQ(reliability_diagram({}), "");
  EXPECT_EQ(reliability_diagram({{0, 1, 0, {}, {}}}), "");
}

}  // namespace
}  // namespace reprtune
