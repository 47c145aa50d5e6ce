#include <reprtune/data/csv_lexer.h>

#include <algorithm>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

std::string lexed(std::string_view csv, std::size_t piece = std::string::npos, char delimiter = ',') {
  CsvLexer lexer(delimiter);
  std::string out;
  for (std::size_t at = 0; at < csv.size(); at += std::min(piece, csv.size()))
    out += lexer.lex(csv.substr(at, piece));
  return out += lexer.finish();
}

TEST(CsvLexerTest, EveryRecordEndsInALineFeedAndEveryDelimiterInAMark) {
  for (const char* csv : {"a,b\nc,d\n", "a,b\r\nc,d\r\n", "a,b\rc,d\r", "a,b\nc,d"})
    EXPECT_EQ(lexed(csv),
              "a\xFF"
              "b\nc\xFF"
              "d\n")
        << csv;
  EXPECT_EQ(lexed("a;b,c\n", std::string::npos, ';'),
            "a\xFF"
            "b,c\n");
  EXPECT_EQ(lexed(""), "");
}

TEST(CsvLexerTest, QuotesAreResolvedAndWhatTheyHideIsMarked) {
  EXPECT_EQ(lexed("\"a,b\",c\n"),
            "\xFC"
            "a,b\xFF"
            "c\n");
  EXPECT_EQ(lexed("\"say \"\"no\"\"\"\n"),
            "\xFC"
            "say \"no\"\n");
  EXPECT_EQ(lexed("\"a\r\nb\"\n"),
            "\xFC"
            "a\xF9\xF8"
            "b\n");
  EXPECT_EQ(lexed("a\"b\n"), "a\"b\n");  // inside a field a quote is a character
}

TEST(CsvLexerTest, WhatALineReaderWouldTripOverIsMarked) {
  EXPECT_EQ(lexed(std::string_view("a\0b\n", 4)),
            "a\xFA"
            "b\n");
  EXPECT_EQ(lexed("a\xFF"
                  "b\n"),
            "a\xFB"
            "b\n");
  EXPECT_NE(lexed("\"a\" b\n").find(CsvMark::after_quote), std::string::npos);
  EXPECT_TRUE(lexed("\"never closed\nb,c\n").find("\xFEu") != std::string::npos);
}

TEST(CsvLexerTest, APieceMayEndAnywhere) {
  const std::string csv = "\"a\"\"b\r\n\",\xC3\xA9\r\nx,\" y\" z\r,\n\"open";
  const std::string whole = lexed(csv);
  for (std::size_t piece = 1; piece < csv.size(); ++piece) EXPECT_EQ(lexed(csv, piece), whole) << piece;
}

}  // namespace
}  // namespace reprtune
