#include <reprtune/data/utf8.h>

#include <cstdint>
#include <cstring>

namespace reprtune {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080u;

std::size_t skip_ascii(std::string_view text, std::size_t at) {
  while (at + 8 <= text.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    if ((word & kHighBits) != 0) break;
    at += 8;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

/// Length of the well-formed sequence at `at`, 0 when there is none (Unicode 15, table 3-7).
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : static_cast<unsigned char>(0);
  };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned char first = byte(0);
  const unsigned char second = byte(1);
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return continues(1) ? 2 : 0;
  if (first < 0xF0) {
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return 0;
    return continues(1) && continues(2) ? 3 : 0;
  }
  if (first > 0xF4 || (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return 0;
  return continues(1) && continues(2) && continues(3) ? 4 : 0;
}

}  // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  for (std::size_t at = skip_ascii(text, 0); at < text.size(); at = skip_ascii(text, at)) {
    const std::size_t length = sequence_length(text, at);
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

CodePoint decode_utf8(std::string_view text, std::size_t at) {
  const std::size_t length = sequence_length(text, at);
  const unsigned first = static_cast<unsigned char>(text[at]);
  if (length == 0) return {U'\uFFFD', 1};
  if (length == 1) return {static_cast<char32_t>(first), 1};
  unsigned value = first & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i)
    value = (value << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3Fu);
  return {static_cast<char32_t>(value), length};
}

std::string encode_utf8(char32_t code_point) {
  const auto value = static_cast<std::uint32_t>(code_point);
  if (value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return "\xEF\xBF\xBD";
  const auto tail = [&](unsigned shift) { return static_cast<char>(0x80u | ((value >> shift) & 0x3Fu)); };
  if (value < 0x80) return {static_cast<char>(value)};
  if (value < 0x800) return {static_cast<char>(0xC0u | (value >> 6)), tail(0)};
  if (value < 0x10000) return {static_cast<char>(0xE0u | (value >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xF0u | (value >> 18)), tail(12), tail(6), tail(0)};
}

}  // namespace reprtune
