#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune {

/// What is wrong with the nesting of an HTML document's elements; nothing when every element is closed in
/// order. Content of <script> and <style> is skipped. A small reader for the HTML we write ourselves: lower
/// case, quoted attributes.
inline std::optional<std::string> nesting_error(std::string_view html) {
  static const std::set<std::string> kVoid = {"meta", "br", "wbr"};
  std::vector<std::string> open;
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at)) {
    if (html.substr(at, 2) == "<!") {
      at = html.find('>', at);
      continue;
    }
    const bool closing = html.substr(at, 2) == "</";
    const std::size_t name_start = at + (closing ? 2 : 1);
    const std::string name(html.substr(name_start, html.find_first_of(" />\n", name_start) - name_start));
    bool quoted = false;
    std::size_t end = name_start;
    for (; end < html.size() && (quoted || html[end] != '>'); ++end) quoted = quoted != (html[end] == '"');
    if (end == html.size()) return "unterminated tag <" + name;
    if (closing) {
      if (open.empty() || open.back() != name)
        return "</" + name + "> closes <" + (open.empty() ? "" : open.back()) + ">";
      open.pop_back();
    } else if (html[end - 1] != '/' && kVoid.count(name) == 0) {
      open.push_back(name);
    }
    at = end + 1;
    if (!closing && (name == "script" || name == "style")) at = html.find("</" + name, at);
  }
  if (!open.empty()) return "<" + open.back() + "> is never closed";
  return std::nullopt;
}

}  // namespace reprtune
