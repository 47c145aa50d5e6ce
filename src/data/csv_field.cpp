#include <reprtune/data/csv_field.h>

namespace reprtune {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t'; }

}  // namespace

void append_csv_field(std::string_view field, std::string& out) {
  const bool quoted = field.find_first_of(",\"\r\n") != std::string_view::npos ||
                      (!field.empty() && (is_space(field.front()) || is_space(field.back())));
  if (!quoted) {
    out += field;
    return;
  }
  out += '"';
  for (const char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace reprtune
