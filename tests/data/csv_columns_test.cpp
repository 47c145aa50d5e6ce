#include <reprtune/data/csv_columns.h>

#include "../model/error_of.h"
#include "named_columns.h"

#include <optional>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

using Cells = std::vector<std::string>;

CsvColumns columns(const Cells& cells, LabelColumn label = LabelColumn::required,
                   const InputOptions& options = {}) {
  return choose_csv_columns(cells, options, label, "rows.csv");
}

TEST(CsvColumnsTest, AHeaderNamesTheColumnsWhateverTheirOrderAndCase) {
  const CsvColumns found = columns({"id", " Label ", "TEXT"});
  EXPECT_TRUE(found.header);
  EXPECT_EQ(found.text, 2u);
  EXPECT_EQ(found.label, 1u);
  EXPECT_EQ(found.count, 3u);
  EXPECT_TRUE(columns({"review", "category"}).header);
}

TEST(CsvColumnsTest, WithoutAHeaderTextComesFirst) {
  const CsvColumns found = columns({"My order was late", "0"});
  EXPECT_FALSE(found.header);
  EXPECT_EQ(found.text, 0u);
  EXPECT_EQ(found.label, 1u);
  // One usual name alone may be a text like any other where a label is required.
  EXPECT_FALSE(columns({"message", "0"}).header);
  EXPECT_TRUE(columns({"message"}, LabelColumn::optional).header);
}

TEST(CsvColumnsTest, ALabelColumnMayBeAbsentWhereItIsOptional) {
  EXPECT_EQ(columns({"only a text"}, LabelColumn::optional).label, std::nullopt);
  EXPECT_EQ(columns({"id", "text"}, LabelColumn::optional).label, std::nullopt);
  const std::string message = error_of(ErrorKind::data, [] { columns({"a text; billing"}); });
  EXPECT_EQ(message, "rows.csv: expected a text and a label column, found 1 column (is the delimiter ';'?)");
}

TEST(CsvColumnsTest, OptionsTakeNamesAndNumbersFromOne) {
  const CsvColumns by_name = columns({"q", "a"}, LabelColumn::required, named_columns("a", "q"));
  EXPECT_TRUE(by_name.header);
  EXPECT_EQ(by_name.text, 1u);
  EXPECT_EQ(by_name.label, 0u);
  EXPECT_EQ(columns({"x", "y", "z"}, LabelColumn::required, named_columns("3", "1")).text, 2u);
  // The label was asked for in the first column: the text is the next.
  EXPECT_EQ(columns({"x", "y"}, LabelColumn::required, named_columns("", "1")).text, 1u);
}

TEST(CsvColumnsTest, WhatNamesDoNotTellIsAsked) {
  const auto problem = [](const Cells& cells, LabelColumn label = LabelColumn::required,
                          const InputOptions& options = {}) {
    return error_of(ErrorKind::data, [&] { columns(cells, label, options); });
  };
  const std::string both = " (--text-column and --label-column name them; --header no, if this is a row)";
  EXPECT_EQ(problem({"ticket_id", "customer", "created"}),
            "rows.csv: expected a text column, found ticket_id, customer, created" + both);
  EXPECT_EQ(problem({"ticket_id", "customer", "created"}, LabelColumn::optional),
            "rows.csv: expected a text column, found ticket_id, customer, created (--text-column names it; "
            "--header "
            "no, if this is a row)");
  EXPECT_EQ(problem({"id", "customer_message", "label"}),
            "rows.csv: expected a text column, found id, customer_message, label (say which one with "
            "--text-column)");
  EXPECT_EQ(problem({"text", "id", "kind"}),
            "rows.csv: expected a label column, found text, id, kind (say which one with --label-column)");
  InputOptions with_header;
  with_header.header = HeaderMode::yes;
  EXPECT_NE(problem({"id", "customer_message"}, LabelColumn::optional, with_header), "");
  EXPECT_EQ(columns({"foo", "bar"}, LabelColumn::required, with_header).text, 0u);
  // Rows, by what a name does not hold.
  EXPECT_EQ(columns({"Where is it?", "LOC", "x"}).text, 0u);
  EXPECT_EQ(columns({"10000", "billing", "late"}).text, 0u);
  EXPECT_EQ(columns({"yes", "yes", "no"}).text, 0u);
  EXPECT_EQ(
      problem({"sep=;"}, LabelColumn::optional),
      "rows.csv: expected a header or a row, found the line 'sep=;' of a spreadsheet (delete it, and give "
      "--delimiter ';')");
  EXPECT_NE(problem({"sep=", ""}), "");
}

TEST(CsvColumnsTest, TwoNamesThatNobodyKnowsMayBeAHeader) {
  EXPECT_TRUE(columns({"email_body", "squad"}).looks_like_header);
  EXPECT_FALSE(columns({"email_body", "squad"}).header);
  for (const Cells& rows :
       {Cells{"late parcel", "billing"}, {"late", "late"}, {"late", "7"}, {"late"}, {"late!", "x"}})
    EXPECT_FALSE(columns(rows, LabelColumn::optional).looks_like_header) << rows[0];
  EXPECT_FALSE(columns({"text", "label"}).looks_like_header);
}

TEST(CsvColumnsTest, ColumnsThatAreNotThereAreNamed) {
  const auto problem = [](const Cells& cells, const InputOptions& options, ErrorKind kind = ErrorKind::data) {
    return error_of(kind, [&] { columns(cells, LabelColumn::required, options); });
  };
  EXPECT_EQ(problem({"text", "label"}, named_columns("body", "")),
            "rows.csv: expected a column 'body', found text, label");
  EXPECT_EQ(problem({"x", "y"}, named_columns("", "3")),
            "rows.csv: expected a label column 3, found 2 columns");
  EXPECT_EQ(problem({"x", "y"}, named_columns("0", "")),
            "rows.csv: expected a text column 0, found 2 columns (columns count from 1)");
  EXPECT_EQ(problem({"x", "y"}, named_columns("2", "2"), ErrorKind::usage),
            "rows.csv: the text and the label cannot both be column 2");
  EXPECT_EQ(
      problem({"x", "y"}, named_columns("body", "", HeaderMode::no), ErrorKind::usage),
      "rows.csv: the text column 'body' is a name, but the file is read without a header (give its number)");
}

TEST(CsvColumnsTest, ANameOfTwoColumnsDoesNotSayWhichOne) {
  const auto problem = [](const Cells& cells, const InputOptions& options = {}) {
    return error_of(ErrorKind::data, [&] { columns(cells, LabelColumn::required, options); });
  };
  EXPECT_EQ(
      problem({"text", "Text ", "label"}),
      "rows.csv: expected one column 'text', found text, Text , label (say which one by its number with "
      "--text-column)");
  EXPECT_EQ(
      problem({"text", "label", "label"}),
      "rows.csv: expected one column 'label', found text, label, label (say which one by its number with "
      "--label-column)");
  EXPECT_NE(problem({"a", "a", "b"}, named_columns("a", "b")).find("one column 'a'"), std::string::npos);
  EXPECT_EQ(columns({"text", "text", "label"}, LabelColumn::required, named_columns("2", "")).text, 1u);
  EXPECT_EQ(columns({"text", "Text", "label"}, LabelColumn::required, named_columns("Text", "")).text, 1u);
  EXPECT_EQ(columns({"id", "id", "text", "label"}).text, 2u);
  EXPECT_EQ(columns({"text", "label", "label"}, LabelColumn::optional).text, 0u)
      << "nobody asks for the label";
}

TEST(CsvColumnsTest, AHeaderOfAnotherDelimiterIsNoText) {
  const auto problem = [](const std::string& cell, const InputOptions& options = {}) {
    return error_of(ErrorKind::data, [&] { columns({cell}, LabelColumn::optional, options); });
  };
  EXPECT_EQ(problem("text;label"),
            "rows.csv: expected a text column, found only 'text;label' (is the delimiter ';'?)");
  EXPECT_EQ(problem("id|Text"),
            "rows.csv: expected a text column, found only 'id|Text' (is the delimiter '|'?)");
  EXPECT_NE(problem("review\tsentiment").find("(is the delimiter a tab?)"), std::string::npos);
  EXPECT_NE(problem("text,label", named_columns("", "", HeaderMode::yes)).find("','"), std::string::npos);
  EXPECT_EQ(problem("id;body", named_columns("body", "")),
            "rows.csv: expected a column 'body', found id;body (is the delimiter ';'?)");
  EXPECT_EQ(error_of(ErrorKind::data, [] { columns({"a text| billing"}); }),
            "rows.csv: expected a text and a label column, found 1 column (is the delimiter '|'?)");
}

TEST(CsvColumnsTest, ATextMayContainAnyDelimiter) {
  for (const char* text : {"late; my order", "text; call me", "message;thanks", "a|b", "text"})
    EXPECT_EQ(columns({text}, LabelColumn::optional).count, 1u) << text;
  EXPECT_EQ(columns({"text;label"}, LabelColumn::optional, named_columns("", "", HeaderMode::no)).count, 1u);
}

TEST(CsvColumnsTest, TheDelimiterOfAHeader) {
  EXPECT_EQ(header_delimiter("id,text,label"), ',');
  EXPECT_EQ(header_delimiter("\"\",\"text\",\"label\""), ',');
  EXPECT_EQ(header_delimiter("Category ; Review"), ';');
  EXPECT_EQ(header_delimiter("text"), std::nullopt);
  EXPECT_EQ(header_delimiter("my text, and a label"), std::nullopt);
  EXPECT_EQ(header_delimiter(""), std::nullopt);
}

}  // namespace
}  // namespace reprtune
