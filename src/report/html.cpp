#include <reprtune/data/display_text.h>
#include <reprtune/data/fixed_number.h>
#include <reprtune/data/grouped_number.h>
#include <reprtune/io/json_text.h>
#include <reprtune/report/html.h>

#include <nlohmann/json.hpp>

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
  for (const char c : html_text(text, max_characters)) {
    out += c;
    if (c == '_' || c == '/') out += "<wbr>";
  }
  return out + "</bdi>";
}

std::string html_number(std::optional<double> value, int digits) {
  if (!value) return "\u2013";
  return fixed_number(*value, digits);
}

std::string html_percent(std::optional<double> share) {
  if (!share) return html_number(share, 1);
  return html_number(*share * 100, 1) + "\u00a0%";
}

std::string html_count(std::size_t count) { return grouped_number(count); }

std::string html_section(std::string_view id, std::string_view heading, const std::string& body) {
  if (body.empty()) return {};
  std::string out = "<section id=\"";
  out.append(id).append("\">\n<h2>").append(heading).append("</h2>\n").append(body).append("</section>\n");
  return out;
}

std::string html_data(std::string_view id, const nlohmann::ordered_json& data) {
  std::string out = "<script type=\"application/json\" id=\"";
  out.append(id).append("\">");
  for (const char c : json_text(data)) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out + "</script>\n";
}

}  // namespace reprtune
