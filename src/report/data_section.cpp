#include <reprtune/report/data_section.h>
#include <reprtune/report/field.h>
#include <reprtune/report/html.h>
#include <reprtune/report/html_table.h>

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kPreviewRows = 10;
constexpr std::size_t kWarnings = 50;

std::string rows_of(const Json& part, const char* role) {
  const auto rows = count_field(part, "rows");
  if (!rows) return {};
  std::string out = html_count(*rows) + " rows to " + role;
  const std::string name = text_field(part, "name");
  if (!name.empty()) out.append(" (").append(html_user_text(name, 80)).append(")");
  return out;
}

std::string sentence(const Json& data) {
  const std::string train = rows_of(field(data, "train"), "train on");
  const std::string validation = rows_of(field(data, "validation"), "validate on");
  const std::size_t classes = list_field(field(data, "train"), "classes").size();
  const auto folds = count_field(data, "folds");
  std::string out = folds ? train + ", in " + html_count(*folds) + " folds"
                          : train + (train.empty() || validation.empty() ? "" : " and ") + validation;
  if (classes > 0) out += (out.empty() ? "" : ", in ") + std::to_string(classes) + " classes";
  if (!out.empty()) out = "<p>" + out + ".</p>\n";
  if (const auto all = count_field(data, "final_fit_rows")) {
    out +=
        "<p>Once the best epoch was found and the validation rows were scored, the model was trained anew on "
        "all " +
        html_count(*all) +
        " rows, for as many epochs. The scores of this page are those of the model before, which had not "
        "seen the "
        "validation rows.</p>\n";
  }

  const Json& tokens = field(data, "tokens");
  const auto middle = count_field(tokens, "p50"), long_ones = count_field(tokens, "p95"),
             longest = count_field(tokens, "max");
  if (middle && long_ones && longest) {
    out += "<p>Half of the texts have at most " + html_count(*middle) +
           " tokens (word pieces), 95 of 100 at most " + html_count(*long_ones) + ", the longest has " +
           html_count(*longest) + ".";
    if (const auto truncated = count_field(data, "truncated")) {
      out += *truncated == 0
                 ? " None was truncated."
                 : std::string(" ").append(html_count(*truncated)) + " were truncated to the model's length.";
    }
    out += "</p>\n";
  }
  return out;
}

std::string warnings(const Json& data) {
  const Json& all = list_field(data, "warnings");
  std::string out;
  for (std::size_t i = 0; i < std::min(all.size(), kWarnings); ++i) {
    const auto line = count_field(all[i], "line");
    out += "<li>" + html_user_text(text_field(all[i], "message"), 500);
    if (line && *line > 0) out += " (line " + html_count(*line) + ")";
    out += "</li>\n";
  }
  if (out.empty()) return {};
  if (all.size() > kWarnings) out += "<li>and " + html_count(all.size() - kWarnings) + " more</li>\n";
  return "<div class=\"note\"><strong>Warnings about the data</strong><ul>\n" + out + "</ul></div>\n";
}

std::string preview(const Json& data) {
  const Json& rows = list_field(data, "preview");
  HtmlTable table("The first rows of the training data", {{"text", HtmlColumn::Kind::passage}, {"label"}},
                  HtmlTable::Narrow::stack);
  for (std::size_t i = 0; i < std::min(rows.size(), kPreviewRows); ++i)
    table.add_row(
        {html_user_text(text_field(rows[i], "text")), html_user_text(text_field(rows[i], "label"), 60)});
  return table.size() == 0 ? "" : "<h3>The first rows</h3>\n" + table.html();
}

std::string class_table(const Json& data) {
  const Json& classes = list_field(field(data, "train"), "classes");
  if (classes.empty()) return {};
  std::map<std::string, std::size_t> validation;
  for (const Json& each : list_field(field(data, "validation"), "classes")) {
    validation[text_field(each, "label")] = count_field(each, "rows").value_or(0);
  }
  std::size_t largest = 1;
  for (const Json& each : classes) largest = std::max(largest, count_field(each, "rows").value_or(0));

  HtmlTable table("Rows per class", {{"class", HtmlColumn::Kind::heading},
                                     {"training rows", HtmlColumn::Kind::number},
                                     {"validation rows", HtmlColumn::Kind::number},
                                     {"", HtmlColumn::Kind::bar}});
  for (const Json& each : classes) {
    const std::string label = text_field(each, "label");
    const std::size_t rows = count_field(each, "rows").value_or(0);
    const double share = 100 * static_cast<double>(rows) / static_cast<double>(largest);
    table.add_row({html_user_text(label, 60), html_count(rows),
                   validation.empty() ? html_number({}, 0) : html_count(validation[label]),
                   html_number(share, 1)});
  }
  return "<h3>Rows per class</h3>\n" + table.html();
}

}  // namespace

std::string data_section(const Json& run) {
  const Json& data = field(run, "data");
  return html_section("data", "Data", sentence(data) + warnings(data) + preview(data) + class_table(data));
}

}  // namespace reprtune
