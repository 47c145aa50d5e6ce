#include <reprtune/io/json_text.h>
#include <reprtune/report/field.h>
#include <reprtune/report/html.h>
#include <reprtune/report/html_table.h>
#include <reprtune/report/shell_words.h>
#include <reprtune/report/usage_section.h>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

std::string value_text(const Json& value) {
  if (value.is_string()) return html_user_text(value.get<std::string>());
  if (value.is_null()) return "\u2013";
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  return html_text(json_text(value));
}

std::string settings(const Json& run) {
  const Json& options = field(run, "options");
  if (!options.is_object() || options.empty()) return {};
  HtmlTable table("Settings of the run", {{"setting", HtmlColumn::Kind::heading}, {"value"}});
  for (const auto& [name, value] : options.items()) table.add_row({html_text(name, 60), value_text(value)});
  return html_section("settings", "Settings", table.html());
}

std::string command(const std::string& line, const std::string& meaning) {
  return "<dt><code>" + line + "</code></dt><dd>" + meaning + "</dd>\n";
}

}  // namespace

std::string usage_section(const Json& run) {
  const std::string folder = text_field(run, "model");
  const std::string model = folder.empty() ? "MODEL" : html_text(shell_word(folder), 300);
  std::string out = "<dl class=\"commands\">\n";
  out += command("reprtune classify " + model + " new.csv &gt; labels.csv",
                 "a label and its probability for each row");
  out += command("reprtune embed " + model + " new.csv -o vectors.npy",
                 "an embedding for each row, for search and clustering");
  out += command("reprtune evaluate " + model + " test.csv", "the scores above, on rows of your own");
  out +=
      "</dl>\n<p>In Python the folder loads unchanged with <code>SentenceTransformer(...)</code>; its "
      "README.md says "
      "how to classify there.</p>\n";
  return settings(run) + html_section("use", "How to use the model", out);
}

}  // namespace reprtune
