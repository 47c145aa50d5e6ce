#include <reprtune/report/comparison_section.h>
#include <reprtune/report/field.h>
#include <reprtune/report/html.h>
#include <reprtune/report/html_table.h>

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

std::string interval(const Json& method, const char* key) {
  const Json& interval = list_field(method, key);
  return html_number(element(interval, 0), 3) + " to " + html_number(element(interval, 1), 3);
}

}  // namespace

std::string comparison_section(const Json& run) {
  const Json& methods = list_field(field(run, "comparison"), "methods");
  if (methods.empty()) return {};
  HtmlTable table("Scores of the methods",
                  {{"method", HtmlColumn::Kind::heading},
                   {"accuracy", HtmlColumn::Kind::number},
                   {"its 95 % interval", HtmlColumn::Kind::number},
                   {"macro-F1", HtmlColumn::Kind::number},
                   {"its 95 % interval", HtmlColumn::Kind::number}},
                  HtmlTable::Narrow::stack);
  for (std::size_t i = 0; i < std::min(methods.size(), kMostMethods); ++i) {
    const Json& method = methods[i];
    table.add_row({html_user_text(text_field(method, "name"), 60),
                   html_number(number_field(method, "accuracy"), 3), interval(method, "accuracy_interval"),
                   html_number(number_field(method, "macro_f1"), 3), interval(method, "macro_f1_interval")});
  }
  return html_section("comparison", "Beside simpler methods",
                      "<p>All on the same rows, which none of them was trained on. The intervals say how far "
                      "the scores may be off because there are only so many rows (Wilson's for accuracy, the "
                      "bootstrap's for macro-F1).</p>\n" +
                          table.html());
}

}  // namespace reprtune
