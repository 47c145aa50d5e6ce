#include "../model/error_of.h"
#include "row_source.h"
#include "source_rows.h"
#include "string_source.h"

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(TxtRowSourceTest, ALineIsATextAndABlankOneKeepsItsPlace) {
  const auto source =
      txt_row_source(string_source("a, \"b\"\r\n \t\n\n c \n", 2), "rows.txt", LabelColumn::optional);
  EXPECT_FALSE(source->has_labels());
  EXPECT_EQ(source_rows(*source),
            (std::vector<std::string>{"1 a, \"b\"", "2 <blank>", "3 <blank>", "4  c "}));
}

TEST(TxtRowSourceTest, ALineBeyondTheLimitIsABadRow) {
  const std::string long_line((16u << 20) + 1, 'x');
  const auto source = txt_row_source(string_source(long_line + "\nb\n"), "rows.txt", LabelColumn::optional);
  EXPECT_EQ(source_rows(*source), (std::vector<std::string>{"1 ! the line is longer than 16 MiB", "2 b"}));
}

TEST(TxtRowSourceTest, ItHasNoLabelsToGive) {
  const std::string message = error_of(
      ErrorKind::data, [] { txt_row_source(string_source("a\n"), "rows.txt", LabelColumn::required); });
  EXPECT_TRUE(message.starts_with("rows.txt: expected rows with labels")) << message;
}

}  // namespace
}  // namespace reprtune
