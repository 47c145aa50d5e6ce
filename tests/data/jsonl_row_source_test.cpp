#include "row_source.h"
#include "source_rows.h"
#include "string_source.h"

#include <gtest/gtest.h>

namespace reprtune {
namespace {

using Rows = std::vector<std::string>;

Rows rows_of(const std::string& bytes, const InputOptions& options = {},
             LabelColumn label_column = LabelColumn::required) {
  return source_rows(*jsonl_row_source(string_source(bytes, 3), options, label_column));
}

TEST(JsonlRowSourceTest, OneObjectALineEmptyLinesPassedOver) {
  EXPECT_EQ(rows_of("{\"text\": \"a\", \"label\": \"x\"}\n \n{\"label\": [\"y\", \"z\"], \"text\": \"b\"}"),
            (Rows{"1 a [x]", "3 b [y|z]"}));
}

TEST(JsonlRowSourceTest, KeysAreThoseAskedFor) {
  InputOptions options;
  options.text_column = "utterance";
  options.label_column = "intent";
  EXPECT_EQ(rows_of("{\"utterance\": \"a\", \"intent\": \"x\", \"text\": \"no\"}\n", options),
            (Rows{"1 a [x]"}));
}

TEST(JsonlRowSourceTest, WhatIsMissingIsNamed) {
  const Rows rows =
      rows_of("{\"text\": \"a\", \"label\": \"x\"}\n{\"text\": \"b\"}\n{\"label\": \"x\"}\nnot json\n");
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[1], "2 ! expected the key \"label\", found \"text\" (--label-column names another)");
  EXPECT_EQ(rows[2], "3 ! expected the key \"text\", found \"label\" (--text-column names another)");
  EXPECT_TRUE(rows[3].starts_with("4 ! ")) << rows[3];
}

TEST(JsonlRowSourceTest, TheFirstRowSaysWhetherThereAreLabelsAndIsDelivered) {
  for (const bool labelled : {false, true}) {
    const std::string first = labelled ? "{\"text\": \"a\", \"label\": \"x\"}\n" : "{\"text\": \"a\"}\n";
    const auto source = jsonl_row_source(string_source(first), {}, LabelColumn::optional);
    EXPECT_EQ(source->has_labels(), labelled);
    EXPECT_EQ(source_rows(*source), (Rows{labelled ? "1 a [x]" : "1 a"}));
  }
  EXPECT_TRUE(rows_of("").empty());
}

}  // namespace
}  // namespace reprtune
