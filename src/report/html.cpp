#include <reprtune/data/display_text.h>
#include <reprtune/report/html.h>

#include <cstdio>

namespace reprtune {

std::string html_text(std::string_view text, std::size_t max_characters) {
  std::string out;
  for (const char c : display_text(text, max_characters)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string html_user_text(std::string_view text, std::size_t max_characters) {
  std::string out = "<bdi>";
  out.append(html_text(text, max_characters)).append("</bdi>");
  return out;
}

std::string html_number(std::optional<double> value, int digits) {
  if (!value) return "\u2013";
  char buffer[400];  // the longest double has 309 digits before the point
  std::snprintf(buffer, sizeof buffer, "%.*f", digits, *value);
  return buffer;
}

std::string html_percent(std::optional<double> share) {
  if (!share) return html_number(share, 1);
  return html_number(*share * 100, 1) + "\u00a0%";
}

std::string html_count(std::size_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t place = digits.size(); place > 3; place -= 3) digits.insert(place - 3, 1, ',');
  return digits;
}

std::string html_section(std::string_view id, std::string_view heading, const std::string& body) {
  if (body.empty()) return {};
  std::string out = "<section id=\"";
  out.append(id).append("\">\n<h2>").append(heading).append("</h2>\n").append(body).append("</section>\n");
  return out;
}

std::string html_table_head(std::initializer_list<HtmlColumn> columns) {
  std::string out = "<thead><tr>";
  for (const HtmlColumn& column : columns) {
    out += column.kind == HtmlColumn::Kind::bar      ? "<th aria-hidden=\"true\">"
           : column.kind == HtmlColumn::Kind::number ? "<th scope=\"col\" class=\"n\">"
                                                     : "<th scope=\"col\">";
    out.append(column.name).append("</th>");
  }
  return out += "</tr></thead>";
}

std::string html_scroll_box(std::string_view name, const std::string& content, bool tall) {
  std::string out = tall ? "<div class=\"scroll tall\"" : "<div class=\"scroll\"";
  out.append(" role=\"region\" tabindex=\"0\" aria-label=\"").append(name).append("\">\n");
  return out.append(content).append("</div>\n");
}

}  // namespace reprtune
