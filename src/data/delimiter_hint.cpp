#include <reprtune/data/delimiter_hint.h>

namespace reprtune {

std::string delimiter_hint(std::string_view text) {
  for (const char delimiter : kUsualDelimiters) {
    if (text.find(delimiter) == std::string_view::npos) continue;
    return delimiter == '\t' ? " (is the delimiter a tab?)"
                             : std::string(" (is the delimiter '") + delimiter + "'?)";
  }
  return "";
}

}  // namespace reprtune
