#include <reprtune/report/comparison_section.h>
#include <reprtune/report/field.h>
#include <reprtune/report/html.h>

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostMethods = 20;

std::optional<double> element(const Json& list, std::size_t place) {
  if (place >= list.size() || !list[place].is_number()) return std::nullopt;
  return list[place].get<double>();
}

std::string cells(const Json& method, const std::string& key) {
  const Json& interval = list_field(method, (key + "_interval").c_str());
  return "<td class=\"n\">" + html_number(number_field(method, key.c_str()), 3) + "</td><td class=\"n\">" +
         html_number(element(interval, 0), 3) + " to " + html_number(element(interval, 1), 3) + "</td>";
}

}  // namespace

std::string comparison_section(const Json& run) {
  const Json& methods = list_field(field(run, "comparison"), "methods");
  if (methods.empty()) return {};
  std::string out = "<table>" +
                    html_table_head({{"method"},
                                     {"accuracy", HtmlColumn::Kind::number},
                                     {"95 % interval", HtmlColumn::Kind::number},
                                     {"macro-F1", HtmlColumn::Kind::number},
                                     {"95 % interval", HtmlColumn::Kind::number}}) +
                    "<tbody>\n";
  for (std::size_t i = 0; i < std::min(methods.size(), kMostMethods); ++i) {
    out += "<tr><th scope=\"row\">" + html_user_text(text_field(methods[i], "name"), 60) + "</th>" +
           cells(methods[i], "accuracy") + cells(methods[i], "macro_f1") + "</tr>\n";
  }
  return html_section("comparison", "Beside simpler methods",
                      "<p>All on the same rows, which none of them was trained on. The intervals say how far "
                      "the scores may be off because there are only so many rows (Wilson's for accuracy, the "
                      "bootstrap's for macro-F1).</p>\n" +
                          html_scroll_box("Scores of the methods", out + "</tbody></table>\n"));
}

}  // namespace reprtune
