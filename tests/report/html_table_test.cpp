#include <reprtune/report/html_table.h>

#include "well_formed.h"

#include <gtest/gtest.h>

namespace reprtune {
namespace {

using Kind = HtmlColumn::Kind;

HtmlTable table_of(std::size_t rows, HtmlTable::Narrow narrow) {
  HtmlTable table("Rows per class", {{"class", Kind::heading}, {"rows", Kind::number}, {"", Kind::bar}},
                  narrow);
  for (std::size_t i = 0; i < rows; ++i) table.add_row({"a", "7", "50.0"});
  return table;
}

TEST(HtmlTable, SaysWhatItsColumnsAndRowsAre) {
  HtmlTable table = table_of(1, HtmlTable::Narrow::shrink);
  table.add_foot_row({"all", "7", ""});
  const std::string html = table.html();
  EXPECT_EQ(nesting_error(html).value_or(""), "");
  for (const char* expected :
       {"<caption class=\"unseen\">Rows per class</caption>", "<th scope=\"col\" class=\"n\">rows</th>",
        "<th scope=\"row\">a</th>", "<td class=\"n\" data-name=\"rows\">7</td>",
        "aria-hidden=\"true\"><span style=\"width:50.0%\">", "<tfoot>\n<tr><th scope=\"row\">all</th>",
        "class=\"shrink wide\""}) {
    EXPECT_NE(html.find(expected), std::string::npos) << expected;
  }
}

TEST(HtmlTable, ManyRowsScroll) {
  EXPECT_EQ(table_of(15, HtmlTable::Narrow::stack).html().find("scroll tall"), std::string::npos);
  EXPECT_NE(table_of(16, HtmlTable::Narrow::stack).html().find("scroll tall"), std::string::npos);
  EXPECT_NE(table_of(16, HtmlTable::Narrow::stack).html().find("class=\"stack"), std::string::npos);
}

TEST(HtmlTable, WithoutRowsIsNothing) { EXPECT_EQ(table_of(0, HtmlTable::Narrow::stack).html(), ""); }

}  // namespace
}  // namespace reprtune
