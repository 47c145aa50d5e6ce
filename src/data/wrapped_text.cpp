#include <reprtune/data/display_text.h>
#include <reprtune/data/wrapped_text.h>

#include <algorithm>

namespace reprtune {
namespace {

/// Where the parts of a line begin that are broken off.
std::size_t hanging_indent(std::string_view line, std::size_t width) {
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  const std::size_t gap = line.find("  ", begin);
  if (gap != std::string_view::npos) {
    const std::size_t fact = display_width(line.substr(0, line.find_first_not_of(' ', gap)));
    if (fact <= width / 2) return fact;
  }
  return begin + 2;
}

std::string wrapped_line(std::string_view line, std::size_t width) {
  if (display_width(line) <= width) return std::string(line);
  const std::string indent(hanging_indent(line, width), ' ');
  std::string out, current;
  std::size_t at = 0;
  bool has_word = false;  // of the current line, beyond its indent
  while (at < line.size()) {
    const std::size_t word = std::min(line.find_first_not_of(' ', at), line.size());
    const std::size_t end = std::min(line.find(' ', word), line.size());
    const std::string_view piece = line.substr(at, end - at);  // the word and the spaces before it
    if (has_word && display_width(current) + display_width(piece) > width) {
      out.append(current).append("\n");
      current = indent + std::string(line.substr(word, end - word));
    } else {
      current += piece;
    }
    has_word = true;
    at = end;
  }
  return out + current;
}

}  // namespace

std::string wrapped_text(std::string_view text, std::size_t width) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += wrapped_line(text.substr(at, end - at), width);
    if (end < text.size()) out += '\n';
    at = end + 1;
  }
  return out;
}

}  // namespace reprtune
