#include <reprtune/data/cleaning.h>
#include <reprtune/data/html_entities.h>
#include <reprtune/data/utf8.h>
#include <reprtune/io/random.h>

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(CleaningTest, RemovesHtml) {
  EXPECT_EQ(remove_html("one<br/>two"), "one two");
  EXPECT_EQ(remove_html("<p class=\"a>b\">Hello <b>world</b>!</p>"), "Hello world!");
  EXPECT_EQ(remove_html("a<!-- no <b> -->b<SCRIPT>var x = '<p>';</SCRIPT>c<style>p{}</style>d"), "a b c d");
  EXPECT_EQ(remove_html("<!DOCTYPE html>x"), "x");
}

TEST(CleaningTest, LeavesWhatIsNoHtml) {
  for (const char* text : {"a < b and c > d", "<3 you", "<me@example.com>", "x<y", "R&D", "AT&T;", "a & b;",
                           "&nosuchname;", "&#xZZ;", "&#0;", "&#1114112;", "<unclosed", "<!-- unclosed"}) {
    EXPECT_EQ(remove_html(text), text);
    EXPECT_FALSE(contains_html(text)) << text;
  }
}

TEST(CleaningTest, TakesAnEndThatIsFarAwayForNone) {
  const std::string half(40'000, 'x');
  EXPECT_EQ(remove_html("<!--" + std::string(65'529, 'x') + "-->"), "");
  EXPECT_EQ(remove_html("<!--" + std::string(65'530, 'x') + "-->").size(), 65'537U);
  EXPECT_EQ(remove_html("<!--" + half + "<!--" + half + "-->"), "<!--" + half);
  EXPECT_EQ(remove_html("<script>" + half + "<script>" + half + "</script >"), half);
}

TEST(CleaningTest, IsDoneWithMarkupThatNeverEnds) {
  for (const std::string piece : {"<!--", "<script>", "<STYLE><Script>"}) {
    std::string text;
    while (text.size() < 1'000'000) text += piece;
    const bool is_markup = piece != "<!--";
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(remove_html(text), is_markup ? "" : text) << piece;
    EXPECT_EQ(contains_html(text), is_markup) << piece;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20)) << piece;
  }
}

TEST(CleaningTest, DecodesEntitiesOnce) {
  EXPECT_EQ(remove_html("&lt;b&gt; &amp;amp; &quot;&#39;&#x27;&apos; caf&eacute; &#8364;&#128;"),
            "<b> &amp; \"''' café €€");
  EXPECT_EQ(remove_html("a&nbsp;b"), "a\u00A0b");
  EXPECT_EQ(parse_html_entity("&thetasym; and")->length, 10u);
}

TEST(CleaningTest, RemovesUrls) {
  EXPECT_EQ(remove_urls("see https://example.org/a?b=c#d, or www.example.org."), "see , or .");
  EXPECT_EQ(remove_urls("(HTTP://EXAMPLE.ORG)"), "()");
  EXPECT_EQ(remove_urls("www. is an abbreviation, awww.cute too"), "www. is an abbreviation, awww.cute too");
  EXPECT_TRUE(contains_url("at http://x.y"));
  EXPECT_FALSE(contains_url("http and www"));
}

TEST(CleaningTest, RemovesSymbols) {
  EXPECT_EQ(remove_symbols("Great 😀👍🏽! ❤️ →☎"), "Great !  ");
  EXPECT_EQ(remove_symbols("hi😀there"), "hi there");
  EXPECT_EQ(remove_symbols("👨‍👩‍👧 family"), " family");
  EXPECT_EQ(remove_symbols("a\x01"
                           "b\tc\nd\x7F"),
            "a b\tc\nd");
  EXPECT_EQ(remove_symbols("5 € ± 3° © naïve 日本語 می‌خواهم"),
            "5 € ± 3° © naïve 日本語 می‌خواهم");
}

TEST(CleaningTest, CollapsesWhitespace) {
  EXPECT_EQ(collapse_whitespace(" \t a \r\n\u00A0\u3000b  "), "a b");
  EXPECT_EQ(collapse_whitespace(" \n "), "");
}

TEST(CleaningTest, TheOrderOfTheStepsIsFixed) {
  const std::vector<Cleaning> steps = {Cleaning::whitespace, Cleaning::symbols, Cleaning::urls,
                                       Cleaning::html};
  EXPECT_EQ(clean("<a href='x'>http://example.org</a>  ok&nbsp;&#128512;", steps), "ok");
  EXPECT_EQ(clean("<b> as it is", {}), "<b> as it is");
}

TEST(CleaningTest, IsStableAndKeepsUtf8Valid) {
  const std::vector<std::string> pieces = {
      "<", ">", "b", "/",      "&",  ";",  "#",   "x27", "amp",    "http://", "www.",  ".",
      " ", "😀", "é", "\u200D", "\n", "\"", "!--", "--",  "script", "\x01",    "\uFFFD"};
  const std::vector<Cleaning> steps = {Cleaning::urls, Cleaning::symbols, Cleaning::whitespace};
  Random random(7);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (std::uint64_t n = random.below(12); n > 0; --n) text += pieces[random.below(pieces.size())];
    ASSERT_FALSE(find_invalid_utf8(remove_html(text))) << text;
    ASSERT_FALSE(contains_url(remove_urls(remove_urls(text) + " "))) << text;
    const std::string once = collapse_whitespace(remove_symbols(text));
    ASSERT_EQ(collapse_whitespace(remove_symbols(once)), once) << text;
    ASSERT_FALSE(find_invalid_utf8(clean(text, steps))) << text;
  }
}

}  // namespace
}  // namespace reprtune
