#include <reprtune/report/embedding_section.h>
#include <reprtune/report/field.h>
#include <reprtune/report/html.h>
#include <reprtune/report/scatter_plot.h>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMistakes = 30;

std::string mistakes(const Json& scatter) {
  std::string rows;
  std::size_t count = 0;
  for (const Json& point : list_field(scatter, "points")) {
    const std::string label = text_field(point, "label"), predicted = text_field(point, "predicted");
    if (label == predicted || ++count > kMistakes) continue;
    rows += "<tr><td class=\"text\">" + html_user_text(text_field(point, "text")) + "</td><td>" +
            html_user_text(label, 60) + "</td><td>" + html_user_text(predicted, 60) + "</td></tr>\n";
  }
  if (count == 0) return {};
  std::string heading = "Rows predicted wrong";
  if (count > kMistakes) heading += " (the first " + html_count(kMistakes) + " of " + html_count(count) + ")";
  return "<h3>" + heading +
         "</h3>\n<p>Some of these may be wrong labels: correct them in the file and finetune again.</p>\n" +
         html_scroll_box("Rows predicted wrong",
                         "<table>" + html_table_head({{"text"}, {"true"}, {"predicted"}}) + "<tbody>\n" +
                             rows + "</tbody></table>\n",
                         true);
}

}  // namespace

std::string embedding_section(const Json& run) {
  const Json& scatter = field(run, "scatter");
  const std::string plots = scatter_plots(scatter);
  if (plots.empty()) return {};
  return html_section(
      "embeddings", "Embeddings before and after",
      "<p>Each mark is a validation row, placed by its embedding: rows that the model finds similar lie "
      "close together. The two axes are the directions in which the embeddings vary most (PCA); they "
      "have no unit. Point at a mark, or use the arrow keys, to read its text.</p>\n" +
          plots + mistakes(scatter));
}

}  // namespace reprtune
