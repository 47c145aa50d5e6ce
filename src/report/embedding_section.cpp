#include <reprtune/report/embedding_section.h>
#include <reprtune/report/field.h>
#include <reprtune/report/html.h>
#include <reprtune/report/scatter_plot.h>

#include <nlohmann/json.hpp>

namespace reprtune {

std::string embedding_section(const nlohmann::ordered_json& run) {
  const std::string plots = scatter_plots(field(run, "scatter"));
  if (plots.empty()) return {};
  return html_section(
      "embeddings", "Embeddings before and after",
      "<p>Each mark is a held-out row, placed by its embedding: rows that the model finds similar lie close "
      "together. Point at a mark to read its text, or choose a picture and go through the rows with the "
      "arrow "
      "keys: left and right through all of them, up and down through those predicted wrong.</p>\n" +
          plots);
}

}  // namespace reprtune
