#include <reprtune/report/field.h>
#include <reprtune/report/html.h>
#include <reprtune/report/label_section.h>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kShownRows = 50;
constexpr std::size_t kShownPairs = 10;

std::string text_cell(const Json& row, const char* key) {
  return "<td class=\"text\">" + html_user_text(text_field(row, key)) + "</td>";
}

std::string label_cell(const Json& row, const char* key) {
  return "<td>" + html_user_text(text_field(row, key), 60) + "</td>";
}

std::string line_cell(const Json& row, const char* key) {
  return "<td class=\"n\">" + html_count(count_field(row, key).value_or(0)) + "</td>";
}

std::string number_cell(const Json& row, const char* key) {
  return "<td class=\"n\">" + html_number(number_field(row, key), 3) + "</td>";
}

/// "12", "the first 50 of 120".
std::string shown_of(const Json& list) {
  const std::size_t count = count_field(list, "count").value_or(0);
  return count <= kShownRows ? html_count(count)
                             : "the first " + html_count(kShownRows) + " of " + html_count(count);
}

std::string issues(const Json& review) {
  const Json& list = field(review, "issues");
  const Json& rows = list_field(list, "first");
  if (rows.empty()) return {};
  std::string out = "<table>" +
                    html_table_head({{"line", HtmlColumn::Kind::number},
                                     {"text"},
                                     {"label"},
                                     {"the model says"},
                                     {"probability", HtmlColumn::Kind::number}}) +
                    "<tbody>\n";
  for (std::size_t i = 0; i < std::min(rows.size(), kShownRows); ++i) {
    out += "<tr>" + line_cell(rows[i], "line") + text_cell(rows[i], "text") + label_cell(rows[i], "label") +
           label_cell(rows[i], "suggested") + number_cell(rows[i], "probability") + "</tr>\n";
  }
  return "<h3>Labels that the model contradicts (" + shown_of(list) +
         ")</h3>\n<p>The most confident first. Some labels will be wrong, some rows just hard: correct what "
         "is "
         "wrong in the file and finetune again. All of them are in <code>run/label_issues.csv</code>.</p>\n" +
         html_scroll_box("Labels that the model contradicts", out + "</tbody></table>\n", true);
}

std::string near_duplicates(const Json& review) {
  const Json& list = field(review, "near_duplicates");
  const Json& rows = list_field(list, "first");
  if (rows.empty()) return {};
  std::string out = "<table>" +
                    html_table_head({{"line", HtmlColumn::Kind::number},
                                     {"text"},
                                     {"label"},
                                     {"line", HtmlColumn::Kind::number},
                                     {"text"},
                                     {"label"}}) +
                    "<tbody>\n";
  for (std::size_t i = 0; i < std::min(rows.size(), kShownRows); ++i) {
    out += "<tr>" + line_cell(rows[i], "line") + text_cell(rows[i], "text") + label_cell(rows[i], "label") +
           line_cell(rows[i], "other_line") + text_cell(rows[i], "other_text") +
           label_cell(rows[i], "other_label") + "</tr>\n";
  }
  return "<h3>Nearly the same text, another label (" + shown_of(list) + ")</h3>\n" +
         html_scroll_box("Near-duplicates with different labels", out + "</tbody></table>\n", true);
}

std::string confused_pairs(const Json& review) {
  const Json& pairs = list_field(review, "confused");
  if (pairs.empty()) return {};
  std::string out =
      "<table>" +
      html_table_head({{"label"}, {"predicted"}, {"rows", HtmlColumn::Kind::number}, {"for example"}}) +
      "<tbody>\n";
  for (std::size_t i = 0; i < std::min(pairs.size(), kShownPairs); ++i) {
    const Json& examples = list_field(pairs[i], "examples");
    out += "<tr>" + label_cell(pairs[i], "label") + label_cell(pairs[i], "predicted") +
           line_cell(pairs[i], "rows") + text_cell(examples.empty() ? Json() : examples[0], "text") +
           "</tr>\n";
  }
  return "<h3>Classes taken for each other</h3>\n" +
         html_scroll_box("Classes taken for each other", out + "</tbody></table>\n");
}

}  // namespace

std::string label_section(const Json& run) {
  const Json& review = field(run, "label_review");
  return html_section("labels", "Rows to look at",
                      issues(review) + near_duplicates(review) + confused_pairs(review));
}

}  // namespace reprtune
