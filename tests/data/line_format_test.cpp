#include <reprtune/data/line_format.h>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(LineFormatTest, KnowsHeadersAndObjects) {
  EXPECT_EQ(input_options_for("id,text,label"), "--input-format csv");
  EXPECT_EQ(input_options_for("\"Text\""), "--input-format csv");
  EXPECT_EQ(input_options_for("text\tlabel"), "--input-format tsv");
  EXPECT_EQ(input_options_for("text;label"), "--input-format csv --delimiter ';'");
  EXPECT_EQ(input_options_for(R"({"text": "my order", "id": 7})"), "--input-format jsonl");
}

TEST(LineFormatTest, TakesTextsForTexts) {
  for (const char* text :
       {"", "my text, your label", "message", "{smile}", "[1, 2]", "7", "\"quoted\"", "\xFF"})
    EXPECT_EQ(input_options_for(text), "") << text;
}

}  // namespace
}  // namespace reprtune
