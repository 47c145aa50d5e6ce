#include <reprtune/eval/metrics.h>
#include <reprtune/report/confusion_matrix.h>
#include <reprtune/report/html.h>

#include <algorithm>
#include <cstdio>

namespace reprtune {
namespace {

constexpr std::size_t kTableClasses = 25;
constexpr std::size_t kNamedColumns = 7;  // more columns than this are headed by their number
constexpr std::size_t kConfusedPairs = 20;
constexpr std::size_t kHeatMapCells = 5000;

using Counts = std::vector<std::vector<std::size_t>>;

std::size_t row_total(const std::vector<std::size_t>& row) {
  std::size_t total = 0;
  for (const std::size_t count : row) total += count;
  return total;
}

// "r4" or "w2": right or wrong, and how deep the colour, by the share of the true class.
std::string heat(bool right, std::size_t count, std::size_t total) {
  const double share = static_cast<double>(count) / static_cast<double>(total);
  int level = 0;
  for (const double bound : {0.05, 0.15, 0.35, 0.6, 0.85}) level += share > bound ? 1 : 0;
  return (right ? "r" : "w") + std::to_string(level);
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
  std::string out = "<table class=\"confusion\">" + table_head(labels, named) + "<tbody>\n";
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
      out.append("<td class=\"").append(heat(truth == predicted, count, total)).append("\" title=\"");
      out.append(cell_title(labels, truth, predicted, count, total)).append("\">");
      out.append(html_count(count)).append("</td>");
    }
    out += "</tr>\n";
  }
  return html_scroll_box("Confusion matrix", out + "</tbody></table>\n");
}

std::string square(const std::string& level, std::size_t column, std::size_t row, const std::string& title) {
  char buffer[120];
  std::snprintf(buffer, sizeof buffer, "\" x=\"%zu\" y=\"%zu\" width=\"1\" height=\"1\"><title>", column,
                row);
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
  for (const ConfusedPair& pair : most_confused(counts, kHeatMapCells)) {
    const std::size_t total = row_total(counts[pair.truth]);
    out += square(heat(false, pair.rows, total), pair.predicted, pair.truth,
                  cell_title(labels, pair.truth, pair.predicted, pair.rows, total));
  }
  return out + "</svg>\n</figure>\n";
}

std::string confused_table(const Counts& counts, const std::vector<std::string>& labels) {
  const std::vector<ConfusedPair> pairs = most_confused(counts, kConfusedPairs);
  if (pairs.empty()) return "<p>No row was predicted as another class.</p>\n";
  std::string out = "<table><caption>Confused most often</caption>" +
                    html_table_head({{"true"}, {"predicted"}, {"rows", HtmlColumn::Kind::number}}) +
                    "<tbody>\n";
  for (const ConfusedPair& pair : pairs) {
    out.append("<tr><td>").append(html_user_text(labels[pair.truth], 60)).append("</td><td>");
    out.append(html_user_text(labels[pair.predicted], 60)).append("</td><td class=\"n\">");
    out.append(html_count(pair.rows)).append(" of ").append(html_count(row_total(counts[pair.truth])));
    out += "</td></tr>\n";
  }
  return html_scroll_box("Classes confused most often", out + "</tbody></table>\n");
}

}  // namespace

std::string confusion_matrix(const Counts& counts, const std::vector<std::string>& labels) {
  if (labels.empty()) return {};
  if (labels.size() <= kTableClasses) return table(counts, labels);
  return "<div class=\"pair\">\n" + heat_map(counts, labels) + confused_table(counts, labels) + "</div>\n";
}

}  // namespace reprtune
