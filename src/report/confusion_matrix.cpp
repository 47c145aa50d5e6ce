#include <reprtune/data/display_text.h>
#include <reprtune/eval/metrics.h>
#include <reprtune/report/confusion_matrix.h>
#include <reprtune/report/field.h>
#include <reprtune/report/html.h>
#include <reprtune/report/html_table.h>

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

constexpr std::size_t kTableClasses = 25;
constexpr std::size_t kNamedColumns = 7;  // more columns than this are headed by their number
constexpr std::size_t kConfusedPairs = 20;
constexpr std::size_t kHeatMapCells = 5000;
constexpr std::size_t kCellsWithRows = 5000;
constexpr std::size_t kRowsOfCell = 10;

using Counts = std::vector<std::vector<std::size_t>>;

std::size_t row_total(const std::vector<std::size_t>& row) {
  std::size_t total = 0;
  for (const std::size_t count : row) total += count;
  return total;
}

Confusion confusion_of(const Counts& counts) {
  Confusion confusion;
  for (std::size_t truth = 0; truth < counts.size(); ++truth) {
    for (std::size_t predicted = 0; predicted < counts[truth].size(); ++predicted)
      if (counts[truth][predicted] > 0) confusion[{truth, predicted}] = counts[truth][predicted];
  }
  return confusion;
}

// "r4" or "w2": right or wrong, and how deep the colour, by the share of the true class.
std::string heat(bool right, std::size_t count, std::size_t total) {
  const double share = static_cast<double>(count) / static_cast<double>(total);
  int level = 0;
  for (const double bound : {0.05, 0.15, 0.35, 0.6, 0.85}) level += share > bound ? 1 : 0;
  return (right ? "r" : "w") + std::to_string(level);
}

// By which the script finds the rows of a cell.
std::string cell_key(std::size_t truth, std::size_t predicted) {
  return std::to_string(truth) + "-" + std::to_string(predicted);
}

std::string cell_button(std::size_t truth, std::size_t predicted, const std::string& title,
                        const std::string& content) {
  return "<button type=\"button\" data-cell=\"" + cell_key(truth, predicted) + "\" title=\"" + title + "\">" +
         content + "</button>";
}

std::string cell_title(const std::vector<std::string>& labels, std::size_t truth, std::size_t predicted,
                       std::size_t count, std::size_t total) {
  std::string out = html_text(labels[truth], 60);
  if (truth == predicted) {
    out += " predicted right: ";
  } else {
    out.append(" predicted as ").append(html_text(labels[predicted], 60)).append(": ");
  }
  return out.append(html_count(count)).append(" of ").append(html_count(total));
}

std::string table_head(const std::vector<std::string>& labels, bool named) {
  std::string out = "<thead><tr><th scope=\"col\">true class \u2193 &nbsp; predicted \u2192</th>";
  for (std::size_t c = 0; c < labels.size(); ++c) {
    out.append("<th scope=\"col\" title=\"").append(html_text(labels[c], 60)).append("\">");
    out.append(named ? html_user_text(labels[c], 14) : std::to_string(c + 1)).append("</th>");
  }
  return out + "</tr></thead>\n";
}

std::string table(const Counts& counts, const std::vector<std::string>& labels) {
  const bool named = labels.size() <= kNamedColumns;
  std::string out = "<table class=\"confusion\"><caption class=\"unseen\">Confusion matrix</caption>\n" +
                    table_head(labels, named) + "<tbody>\n";
  for (std::size_t truth = 0; truth < labels.size(); ++truth) {
    out += "<tr><th scope=\"row\">";
    if (!named) out.append("<span class=\"index\">").append(std::to_string(truth + 1)).append("</span> ");
    out.append(html_user_text(labels[truth], 40)).append("</th>");
    const std::size_t total = row_total(counts[truth]);
    for (std::size_t predicted = 0; predicted < labels.size(); ++predicted) {
      const std::size_t count = counts[truth][predicted];
      if (count == 0) {
        out += "<td class=\"none\">0</td>";
        continue;
      }
      out.append("<td class=\"").append(heat(truth == predicted, count, total)).append("\">");
      out += cell_button(truth, predicted, cell_title(labels, truth, predicted, count, total),
                         html_count(count));
      out += "</td>";
    }
    out += "</tr>\n";
  }
  return html_scroll_box("Confusion matrix", out + "</tbody></table>\n");
}

std::string square(const std::string& level, std::size_t column, std::size_t row, const std::string& title) {
  char buffer[160];
  std::snprintf(buffer, sizeof buffer,
                "\" x=\"%zu\" y=\"%zu\" width=\"1\" height=\"1\" data-cell=\"%zu-%zu\"><title>", column, row,
                row, column);
  std::string out = "<rect class=\"";
  return out.append(level).append(buffer).append(title).append("</title></rect>\n");
}

// One unit per class; only cells with rows in them are drawn.
std::string heat_map(const Counts& counts, const std::vector<std::string>& labels) {
  const std::string side = std::to_string(labels.size());
  std::string out = "<figure>\n<figcaption>Every class: true down, predicted across</figcaption>\n";
  out.append("<svg class=\"heatmap\" role=\"img\" viewBox=\"0 0 ")
      .append(side)
      .append(" ")
      .append(side)
      .append("\">");
  out += "<title>Confusion matrix of " + side + " classes</title>";
  out +=
      "<desc>Cells on the diagonal are right predictions; the table beside it lists the largest of the "
      "others.</desc>\n";
  out.append("<rect class=\"none\" width=\"")
      .append(side)
      .append("\" height=\"")
      .append(side)
      .append("\"/>\n");
  for (std::size_t c = 0; c < labels.size() && c < kHeatMapCells; ++c) {
    const std::size_t count = counts[c][c], total = row_total(counts[c]);
    if (count > 0) out += square(heat(true, count, total), c, c, cell_title(labels, c, c, count, total));
  }
  for (const ConfusedPair& pair : most_confused(confusion_of(counts), kHeatMapCells)) {
    const std::size_t total = row_total(counts[pair.truth]);
    out += square(heat(false, pair.rows, total), pair.predicted, pair.truth,
                  cell_title(labels, pair.truth, pair.predicted, pair.rows, total));
  }
  return out + "</svg>\n</figure>\n";
}

std::string confused_table(const Counts& counts, const std::vector<std::string>& labels) {
  HtmlTable table("Classes confused most often",
                  {{"true", HtmlColumn::Kind::heading}, {"predicted"}, {"rows", HtmlColumn::Kind::number}});
  for (const ConfusedPair& pair : most_confused(confusion_of(counts), kConfusedPairs)) {
    const std::size_t total = row_total(counts[pair.truth]);
    table.add_row({html_user_text(labels[pair.truth], 60), html_user_text(labels[pair.predicted], 60),
                   cell_button(pair.truth, pair.predicted,
                               cell_title(labels, pair.truth, pair.predicted, pair.rows, total),
                               html_count(pair.rows) + " of " + html_count(total))});
  }
  if (table.size() == 0) return "<p>No row was predicted as another class.</p>\n";
  return "<div>\n<p class=\"figure-name\">Confused most often</p>\n" + table.html() + "</div>\n";
}

}  // namespace

std::string confusion_matrix(const Counts& counts, const std::vector<std::string>& labels) {
  if (labels.empty()) return {};
  if (labels.size() <= kTableClasses) return table(counts, labels);
  return "<div class=\"pair\">\n" + heat_map(counts, labels) + confused_table(counts, labels) + "</div>\n";
}

std::string confusion_rows(const nlohmann::ordered_json& examples, const std::vector<std::string>& labels) {
  using Json = nlohmann::ordered_json;
  Json cells = Json::object();
  for (std::size_t i = 0; i < std::min(examples.size(), kCellsWithRows); ++i) {
    const auto truth = count_field(examples[i], "label"), predicted = count_field(examples[i], "predicted");
    if (!truth || !predicted || *truth >= labels.size() || *predicted >= labels.size()) continue;
    const Json& first = list_field(examples[i], "first");
    Json rows = Json::array();
    for (std::size_t r = 0; r < std::min(first.size(), kRowsOfCell); ++r) {
      rows.push_back({count_field(first[r], "line").value_or(0),
                      display_text(text_field(first[r], "text"), kShownCharacters),
                      html_number(number_field(first[r], "probability"), 3)});
    }
    cells[cell_key(*truth, *predicted)] = {{"rows", count_field(examples[i], "rows").value_or(0)},
                                           {"first", std::move(rows)}};
  }
  if (cells.empty()) return {};
  Json names = Json::array();
  for (const std::string& label : labels) names.push_back(display_text(label, 60));
  return "<div id=\"confusion-rows\" class=\"panel\" role=\"status\" hidden></div>\n" +
         html_data("confusion-data", {{"labels", std::move(names)}, {"cells", std::move(cells)}});
}

}  // namespace reprtune
