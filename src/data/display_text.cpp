#include <reprtune/data/display_text.h>
#include <reprtune/data/utf8.h>

#include <algorithm>
#include <array>
#include <limits>

namespace reprtune {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr const char* kEllipsis = "\u2026";

struct Range {
  char32_t first;
  char32_t last;
};

constexpr std::array kZeroWidth = {Range{0x0300, 0x036F}, Range{0x0483, 0x0489},   Range{0x0591, 0x05BD},
                                   Range{0x0610, 0x061A}, Range{0x064B, 0x065F},   Range{0x06D6, 0x06DC},
                                   Range{0x093C, 0x093C}, Range{0x0941, 0x0948},   Range{0x094D, 0x094D},
                                   Range{0x0E31, 0x0E31}, Range{0x0E34, 0x0E3A},   Range{0x0E47, 0x0E4E},
                                   Range{0x1AB0, 0x1AFF}, Range{0x1DC0, 0x1DFF},   Range{0x200B, 0x200F},
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
  const bool direction = (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
  return control || direction;
}

char32_t shown(char32_t point) {
  if (is_space(point)) return U' ';
  return is_unsafe(point) ? kReplacement : point;
}

// The code point at `position`, which is moved past it; a malformed byte gives U+FFFD.
char32_t next_code_point(std::string_view text, std::size_t& position) {
  const CodePoint point = decode_utf8(text, position);
  position += point.length;
  return point.value;
}

}  // namespace

std::string display_text(std::string_view text, std::size_t max_characters) {
  std::string out;
  std::size_t kept = 0;  // bytes of `out` that leave room for the ellipsis
  std::size_t characters = 0;
  for (std::size_t position = 0; position < text.size(); ++characters) {
    if (characters == max_characters) {
      out.resize(kept);
      if (max_characters > 0) out += kEllipsis;
      return out;
    }
    if (characters + 1 == max_characters) kept = out.size();
    out += encode_utf8(shown(next_code_point(text, position)));
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
      safe += kEllipsis;
      ++columns;
    }
  }
  safe.append(width - columns, ' ');
  return safe;
}

}  // namespace reprtune
