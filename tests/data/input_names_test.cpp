#include <reprtune/data/input_names.h>
#include <reprtune/io/error.h>

#include <string>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(InputNamesTest, EveryNameIsReadBack) {
  for (const auto format : {InputFormat::csv, InputFormat::tsv, InputFormat::jsonl, InputFormat::txt}) {
    EXPECT_EQ(parse_input_format(input_format_name(format)), format);
  }
  for (const auto mode : {HeaderMode::automatic, HeaderMode::yes, HeaderMode::no}) {
    EXPECT_EQ(parse_header_mode(header_mode_name(mode)), mode);
  }
  for (const auto step : {Cleaning::html, Cleaning::urls, Cleaning::symbols, Cleaning::whitespace}) {
    EXPECT_EQ(parse_cleaning_list(cleaning_name(step)), std::vector<Cleaning>{step});
  }
  EXPECT_EQ(header_mode_name(HeaderMode::automatic), "auto");
}

TEST(InputNamesTest, ReadsLists) {
  EXPECT_EQ(parse_cleaning_list("urls,html"), (std::vector<Cleaning>{Cleaning::urls, Cleaning::html}));
  EXPECT_TRUE(parse_cleaning_list("").empty());
  EXPECT_EQ(cleaning_list({Cleaning::urls, Cleaning::html}), "urls,html");
  EXPECT_EQ(cleaning_list({}), "none");
  EXPECT_TRUE(parse_cleaning_list(cleaning_list({})).empty());
}

TEST(InputNamesTest, AnUnknownNameListsTheNames) {
  try {
    parse_input_format("xml");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_STREQ(error.what(), "input format: expected one of csv, tsv, jsonl, txt, found 'xml'");
  }
  EXPECT_THROW(parse_header_mode(""), Error);
  EXPECT_THROW(parse_cleaning_list("html,,urls"), Error);
  EXPECT_THROW(parse_cleaning_list("none,urls"), Error);
}

TEST(InputNamesTest, FormatsGoByExtension) {
  EXPECT_EQ(input_format_of("a/b.csv"), InputFormat::csv);
  EXPECT_EQ(input_format_of("b.TSV"), InputFormat::tsv);
  EXPECT_EQ(input_format_of("b.jsonl.gz"), InputFormat::jsonl);
  EXPECT_EQ(input_format_of("b.csv.txt"), InputFormat::txt);
  EXPECT_EQ(input_format_of("-"), InputFormat::txt);
  EXPECT_THROW(input_format_of("b.json"), Error);
  EXPECT_THROW(input_format_of("b"), Error);
  EXPECT_THROW(input_format_of("b.gz"), Error);
}

}  // namespace
}  // namespace reprtune
