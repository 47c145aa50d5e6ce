#include <reprtune/io/error.h>

#include "row_source.h"
#include "source_rows.h"
#include "string_source.h"

#include <gtest/gtest.h>

namespace reprtune {
namespace {

using Rows = std::vector<std::string>;

Rows rows_of(const std::string& bytes, const InputOptions& options = {},
             LabelColumn label_column = LabelColumn::required, char delimiter = ',') {
  return source_rows(*csv_row_source(string_source(bytes, 3), "rows.csv", delimiter, options, label_column));
}

TEST(CsvRowSourceTest, TheHeaderSaysWhichColumnIsWhich) {
  EXPECT_EQ(rows_of("label,id,text\nbilling,7,my card\n"), (Rows{"2 my card [billing]"}));
  EXPECT_EQ(rows_of("my card,billing\n\"a\nb\",parcel\n"), (Rows{"1 my card [billing]", "2 a\nb [parcel]"}));
}

TEST(CsvRowSourceTest, ABrokenRowIsOneAmongOthers) {
  const Rows rows = rows_of("a,1\nb,c,2\nd,3\n");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[1], "2 ! expected 2 columns, found 3 (quote the text if it contains a comma)");
  EXPECT_EQ(rows[2], "3 d [3]");
  const Rows first = rows_of("\"a\" x,1\nb,2\n");
  ASSERT_EQ(first.size(), 2u);
  EXPECT_TRUE(first[0].starts_with("1 ! ")) << first[0];
  EXPECT_EQ(first[1], "2 b [2]");
}

TEST(CsvRowSourceTest, ABrokenHeaderIsAnErrorWhereOneIsNeeded) {
  InputOptions options;
  options.text_column = "text";
  EXPECT_THROW(rows_of("\"text\" x,label\nb,2\n", options), Error);
}

TEST(CsvRowSourceTest, ASeparatorMakesAListOfLabels) {
  InputOptions options;
  options.label_separator = "|";
  EXPECT_EQ(rows_of("a,x | y\nb,\nc,z\n", options), (Rows{"1 a [x|y]", "2 b []", "3 c [z]"}));
}

TEST(CsvRowSourceTest, LabelsMayBeMissingWhereNoneAreAskedFor) {
  const auto source = csv_row_source(string_source("text\na\n"), "rows.csv", '\t', {}, LabelColumn::optional);
  EXPECT_FALSE(source->has_labels());
  EXPECT_EQ(source_rows(*source), (Rows{"2 a"}));
  EXPECT_EQ(rows_of("a\t1\tx\n", {}, LabelColumn::optional, '\t').size(), 1u);
}

}  // namespace
}  // namespace reprtune
