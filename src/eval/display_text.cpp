#include <reprtune/eval/display_text.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace reprtune {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kEllipsis = 0x2026;

struct Range {
  char32_t first;
  char32_t last;
};

constexpr std::array kZeroWidth = {Range{0x0300, 0x036F}, Range{0x0483, 0x0489},   Range{0x0591, 0x05BD},
                                   Range{0x0610, 0x061A}, Range{0x064B, 0x065F},   Range{0x06D6, 0x06DC},
                                   Range{0x093C, 0x093C}, Range{0x0941, 0x0948},   Range{0x094D, 0x094D},
                                   Range{0x0E31, 0x0E31}, Range{0x0E34, 0x0E3A},   Range{0x0E47, 0x0E4E},
                                   Range{0x1AB0, 0x1AFF}, Range{0x1DC0, 0x1DFF},   Range{0x200B, 0x200D},
                                   Range{0x20D0, 0x20FF}, Range{0xFE00, 0xFE0F},   Range{0xFE20, 0xFE2F},
                                   Range{0xFEFF, 0xFEFF}, Range{0x1F3FB, 0x1F3FF}, Range{0xE0100, 0xE01EF}};

constexpr std::array kWide = {
    Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x23E9, 0x23EC},   Range{0x25FD, 0x25FE},
    Range{0x2614, 0x2615},   Range{0x2648, 0x2653},   Range{0x26A1, 0x26A1},   Range{0x26BD, 0x26BE},
    Range{0x26D4, 0x26D4},   Range{0x2705, 0x2705},   Range{0x270A, 0x270B},   Range{0x2728, 0x2728},
    Range{0x274C, 0x274C},   Range{0x2753, 0x2755},   Range{0x2795, 0x2797},   Range{0x2B50, 0x2B50},
    Range{0x2E80, 0x303E},   Range{0x3041, 0x33FF},   Range{0x3400, 0x4DBF},   Range{0x4E00, 0x9FFF},
    Range{0xA000, 0xA4CF},   Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},
    Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},   Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF},
    Range{0x1F900, 0x1F9FF}, Range{0x1FA70, 0x1FAFF}, Range{0x20000, 0x3FFFD}};

template <std::size_t Count>
bool contains(const std::array<Range, Count>& ranges, char32_t point) {
  const auto found = std::lower_bound(ranges.begin(), ranges.end(), point,
                                      [](Range range, char32_t p) { return range.last < p; });
  return found != ranges.end() && found->first <= point;
}

std::size_t point_width(char32_t point) {
  if (contains(kZeroWidth, point)) return 0;
  return contains(kWide, point) ? 2 : 1;
}

bool is_space(char32_t point) {
  return (point >= 0x09 && point <= 0x0D) || point == 0x85 || point == 0x2028 || point == 0x2029;
}

bool is_unsafe(char32_t point) {
  const bool control = point < 0x20 || (point >= 0x7F && point <= 0x9F);
  const bool direction = point == 0x061C || point == 0x200E || point == 0x200F ||
                         (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
  return control || direction;
}

char32_t shown(char32_t point) {
  if (is_space(point)) return U' ';
  return is_unsafe(point) ? kReplacement : point;
}

void append_utf8(char32_t point, std::string& out) {
  const auto put = [&out](char32_t byte) {
    out.push_back(static_cast<char>(static_cast<unsigned char>(byte)));
  };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | (point >> 6));
    put(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    put(0xE0 | (point >> 12));
    put(0x80 | ((point >> 6) & 0x3F));
    put(0x80 | (point & 0x3F));
  } else {
    put(0xF0 | (point >> 18));
    put(0x80 | ((point >> 12) & 0x3F));
    put(0x80 | ((point >> 6) & 0x3F));
    put(0x80 | (point & 0x3F));
  }
}

// The code point that begins at `position`, which is moved past it; a malformed byte gives U+FFFD.
char32_t next_code_point(std::string_view text, std::size_t& position) {
  const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(position++);
  if (first < 0x80) return first;
  const std::size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  if (first < 0xC2 || first > 0xF4 || position + more > text.size()) return kReplacement;
  char32_t point = first & (0x3Fu >> more);
  for (std::size_t i = 0; i < more; ++i) {
    if ((byte(position + i) & 0xC0) != 0x80) return kReplacement;
    point = (point << 6) | (byte(position + i) & 0x3Fu);
  }
  constexpr std::array<char32_t, 4> kSmallest = {0, 0x80, 0x800, 0x10000};  // a longer spelling is malformed
  if (point < kSmallest[more] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
    return kReplacement;
  position += more;
  return point;
}

}  // namespace

std::string display_text(std::string_view text, std::size_t max_characters) {
  std::string out;
  std::size_t kept = 0;  // bytes of `out` that leave room for the ellipsis
  std::size_t characters = 0;
  for (std::size_t position = 0; position < text.size(); ++characters) {
    if (characters == max_characters) {
      out.resize(kept);
      if (max_characters > 0) append_utf8(kEllipsis, out);
      return out;
    }
    if (characters + 1 == max_characters) kept = out.size();
    append_utf8(shown(next_code_point(text, position)), out);
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t position = 0; position < text.size();)
    width += point_width(next_code_point(text, position));
  return width;
}

std::string display_cell(std::string_view text, std::size_t width) {
  std::string safe = display_text(text, std::numeric_limits<std::size_t>::max());
  std::size_t columns = display_width(safe);
  if (columns > width) {
    std::size_t end = 0;
    columns = 0;
    for (std::size_t position = 0; position < safe.size();) {
      const std::size_t wanted = columns + point_width(next_code_point(safe, position));
      if (wanted + 1 > width) break;
      columns = wanted;
      end = position;
    }
    safe.resize(end);
    if (width > 0) {
      append_utf8(kEllipsis, safe);
      ++columns;
    }
  }
  safe.append(width - columns, ' ');
  return safe;
}

}  // namespace reprtune
