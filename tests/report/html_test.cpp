#include <reprtune/report/duration.h>
#include <reprtune/report/html.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

TEST(Html, EscapesTheFiveCharacters) {
  EXPECT_EQ(html_text("<a href=\"x\">'&'</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  EXPECT_EQ(html_user_text("\xD7\xA9"), "<bdi>\xD7\xA9</bdi>");
  EXPECT_EQ(html_user_text("a_b"), "<bdi>a_<wbr>b</bdi>");
}

TEST(Html, CutsBeforeItEscapes) {
  EXPECT_EQ(html_text("<<<<", 3), "&lt;&lt;\u2026");
  EXPECT_EQ(html_text(std::string(500, 'x')).size(), 199 + std::string("\u2026").size());
}

TEST(Html, WritesNumbers) {
  EXPECT_EQ(html_count(0), "0");
  EXPECT_EQ(html_count(999), "999");
  EXPECT_EQ(html_count(1000), "1,000");
  EXPECT_EQ(html_count(1234567), "1,234,567");
  EXPECT_EQ(html_number(0.12345, 3), "0.123");
  EXPECT_EQ(html_number(std::nullopt, 3), "\u2013");
  EXPECT_EQ(html_percent(0.9245), "92.5\u00a0%");
}

TEST(Html, DataCannotEndItsScript) {
  EXPECT_EQ(html_data("rows", {{"text", "</script>"}}),
            "<script type=\"application/json\" id=\"rows\">{\"text\":\"\\u003c/script>\"}</script>\n");
}

TEST(Html, EmptySectionsAreLeftOut) { EXPECT_EQ(html_section("id", "Heading", ""), ""); }

TEST(Duration, ReadsWell) {
  EXPECT_EQ(duration_text(0.4), "0 s");
  EXPECT_EQ(duration_text(59.4), "59 s");
  EXPECT_EQ(duration_text(185), "3 min 5 s");
  EXPECT_EQ(duration_text(7800), "2 h 10 min");
  EXPECT_EQ(duration_text(-3), "0 s");
}

}  // namespace
}  // namespace reprtune
