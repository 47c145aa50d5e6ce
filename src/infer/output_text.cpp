#include <reprtune/data/csv_field.h>
#include <reprtune/data/utf8.h>
#include <reprtune/infer/output_text.h>

#include <charconv>
#include <cstddef>

namespace reprtune {
namespace {

constexpr std::size_t kMaxNumber = 32;  // characters of the longest float or 64-bit integer, with room
constexpr int kProbabilityDigits = 6;

std::string with_valid_utf8(std::string_view text) {
  std::string valid;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint code_point = decode_utf8(text, at);
    valid += encode_utf8(code_point.value);
    at += code_point.length;
  }
  return valid;
}

std::string json_escape(char c) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      constexpr char kDigits[] = "0123456789abcdef";
      return std::string("\\u00") + kDigits[(c >> 4) & 15] + kDigits[c & 15];
  }
}

bool needs_json_escape(char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }

}  // namespace

OutputText& OutputText::add_csv_field(std::string_view field) {
  append_csv_field(field, bytes_);
  return *this;
}

OutputText& OutputText::add_json_string(std::string_view text) {
  if (find_invalid_utf8(text)) return add_json_string(with_valid_utf8(text));
  add('"');
  std::size_t plain = 0;  // start of the run that needs no escape
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!needs_json_escape(text[at])) continue;
    add(text.substr(plain, at - plain)).add(json_escape(text[at]));
    plain = at + 1;
  }
  return add(text.substr(plain)).add('"');
}

OutputText& OutputText::add_number(float value) {
  char digits[kMaxNumber];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return add(std::string_view(digits, static_cast<std::size_t>(end - digits)));
}

OutputText& OutputText::add_integer(long long value) {
  char digits[kMaxNumber];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return add(std::string_view(digits, static_cast<std::size_t>(end - digits)));
}

OutputText& OutputText::add_probability(float value) {
  char digits[kMaxNumber];
  const auto end =
      std::to_chars(digits, digits + sizeof digits, value, std::chars_format::general, kProbabilityDigits)
          .ptr;
  return add(std::string_view(digits, static_cast<std::size_t>(end - digits)));
}

}  // namespace reprtune
