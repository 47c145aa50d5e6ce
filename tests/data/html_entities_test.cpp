#include <reprtune/data/html_entities.h>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

/// The code point, 0 when there is no reference.
char32_t read(std::string_view html, std::size_t length = 0) {
  const auto entity = parse_html_entity(html);
  if (!entity) return 0;
  EXPECT_EQ(entity->length, length == 0 ? html.size() : length) << html;
  return entity->code_point;
}

TEST(HtmlEntitiesTest, NamesOfHtml4) {
  EXPECT_EQ(read("&amp;"), U'&');
  EXPECT_EQ(read("&lt;"), U'<');
  EXPECT_EQ(read("&eacute;"), U'\u00E9');
  EXPECT_EQ(read("&euro;"), U'\u20AC');
  EXPECT_EQ(read("&thetasym;"), U'\u03D1');  // the longest
  EXPECT_EQ(read("&amp; more", 5), U'&');
}

TEST(HtmlEntitiesTest, NumbersAsBrowsersReadThem) {
  EXPECT_EQ(read("&#39;"), U'\'');
  EXPECT_EQ(read("&#x27;"), U'\'');
  EXPECT_EQ(read("&#X1F600;"), U'\U0001F600');
  EXPECT_EQ(read("&#x10FFFF;"), char32_t{0x10FFFF});
  EXPECT_EQ(read("&#150;"), U'\u2013');  // Windows-1252
}

TEST(HtmlEntitiesTest, WhatIsNoReferenceIsLeftAlone) {
  for (const char* html : {"", "&", "amp;", "&;", "&amp", "&nosuch;", "& amp;", "&#;", "&#x;", "&#0;",
                           "&#xD800;", "&#x110000;", "&#12a;", "&#-5;", "&#99999999999;", "&AMP ;"})
    EXPECT_EQ(read(html), 0u) << html;
}

}  // namespace
}  // namespace reprtune
