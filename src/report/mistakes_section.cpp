#include <reprtune/report/field.h>
#include <reprtune/report/html.h>
#include <reprtune/report/html_table.h>
#include <reprtune/report/mistakes_section.h>

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kShownRows = 50;

std::string text_of(const Json& row, const char* key) { return html_user_text(text_field(row, key)); }

std::string label_of(const Json& row, const char* key) {
  const std::string label = text_field(row, key);
  return label.empty() ? "(no label)" : html_user_text(label, 60);
}

std::string line_of(const Json& row, const char* key) {
  return html_count(count_field(row, key).value_or(0));
}

/// "1 row", "1,234 rows".
std::string rows_text(std::size_t count) { return html_count(count) + (count == 1 ? " row" : " rows"); }

std::string introduction(const Json& run, const Json& mistakes) {
  const std::size_t count = count_field(mistakes, "count").value_or(0);
  const std::size_t doubtful = count_field(mistakes, "doubtful").value_or(0);
  std::string out = "<p>" + rows_text(count);
  if (const auto rows = count_field(field(run, "metrics"), "rows")) out += " of " + html_count(*rows);
  out += count == 1 ? " is" : " are";
  out += " predicted otherwise than labelled.";
  if (doubtful > 0) {
    out +=
        " Of " + html_count(doubtful) +
        " the model is so sure that the label itself is to be doubted: these come first, marked, and all of "
        "them are in <code>run/label_issues.csv</code>. Correct what is wrong in the file and finetune "
        "again.";
  }
  if (list_field(mistakes, "first").size() > kShownRows)
    out += " Shown are the first " + html_count(kShownRows) + ", the most confident of either kind first.";
  return out + "</p>\n";
}

bool is_doubtful(const Json& row) {
  const Json& doubtful = field(row, "doubtful");
  return doubtful.is_boolean() && doubtful.get<bool>();
}

std::string mistakes_table(const Json& run) {
  const Json& mistakes = field(field(run, "predictions"), "mistakes");
  const Json& rows = list_field(mistakes, "first");
  std::vector<HtmlColumn> columns = {
      {"line", HtmlColumn::Kind::number}, {"text", HtmlColumn::Kind::passage}, {"label"}, {"the model says"}};
  const bool has_probabilities = !has_label_sets(run);  // a set of labels has none of its own
  if (has_probabilities) columns.push_back({"probability", HtmlColumn::Kind::number});
  HtmlTable table("Rows predicted otherwise than labelled", columns, HtmlTable::Narrow::stack);
  for (std::size_t i = 0; i < std::min(rows.size(), kShownRows); ++i) {
    const Json& row = rows[i];
    const std::string doubt = is_doubtful(row) ? " <span class=\"doubt\">check the label</span>" : "";
    std::vector<std::string> cells = {line_of(row, "line"), text_of(row, "text"),
                                      label_of(row, "label") + doubt, label_of(row, "predicted")};
    if (has_probabilities) cells.push_back(html_number(number_field(row, "probability"), 3));
    table.add_row(cells);
  }
  if (table.size() == 0) return {};
  return introduction(run, mistakes) + table.html();
}

std::string near_duplicates(const Json& run) {
  const Json& list = field(field(run, "label_review"), "near_duplicates");
  const Json& rows = list_field(list, "first");
  HtmlTable table("Near-duplicates with different labels",
                  {{"line", HtmlColumn::Kind::number},
                   {"text", HtmlColumn::Kind::passage},
                   {"label"},
                   {"other line", HtmlColumn::Kind::number},
                   {"other text", HtmlColumn::Kind::passage},
                   {"other label"}},
                  HtmlTable::Narrow::stack);
  for (std::size_t i = 0; i < std::min(rows.size(), kShownRows); ++i) {
    table.add_row({line_of(rows[i], "line"), text_of(rows[i], "text"), label_of(rows[i], "label"),
                   line_of(rows[i], "other_line"), text_of(rows[i], "other_text"),
                   label_of(rows[i], "other_label")});
  }
  if (table.size() == 0) return {};
  const std::size_t count = count_field(list, "count").value_or(table.size());
  return "<h3>Nearly the same text, another label (" +
         (count > table.size() ? "the first " + html_count(table.size()) + " of " : "") + html_count(count) +
         ")</h3>\n" + table.html();
}

}  // namespace

std::string mistakes_section(const Json& run) {
  return html_section("mistakes", "Mistakes, and labels to check",
                      mistakes_table(run) + near_duplicates(run));
}

}  // namespace reprtune
