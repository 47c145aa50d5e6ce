#include <reprtune/text/unicode.h>

#include <algorithm>
#include <span>
#include <vector>

namespace reprtune {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kCapitalIWithDot = 0x130;  // the one code point whose lower case is two

// Hangul syllables are composed by arithmetic: Unicode Standard, section 3.12.
constexpr char32_t kSyllableBase = 0xAC00, kSyllableEnd = 0xD7A4;
constexpr char32_t kLeadBase = 0x1100, kVowelBase = 0x1161, kTrailBase = 0x11A7;
constexpr char32_t kVowelCount = 21, kTrailCount = 28;

unsigned char byte_at(std::string_view text, std::size_t position) {
  return static_cast<unsigned char>(text[position]);
}

const Decomposition* find_decomposition(std::span<const Decomposition> table, char32_t code_point) {
  const auto found = std::ranges::lower_bound(table, code_point, {}, &Decomposition::code_point);
  return found != table.end() && found->code_point == code_point ? &*found : nullptr;
}

void append_syllable(char32_t syllable, std::u32string& text) {
  const char32_t index = syllable - kSyllableBase;
  text.push_back(kLeadBase + index / (kVowelCount * kTrailCount));
  text.push_back(kVowelBase + index % (kVowelCount * kTrailCount) / kTrailCount);
  if (index % kTrailCount != 0) text.push_back(kTrailBase + index % kTrailCount);
}

/// The properties of all code points in pages of 256; neighbouring pages of one range,
/// nearly all of them, are stored once.
class PropertyPages {
 public:
  explicit PropertyPages(std::span<const CodePointRange> ranges) : page_of_(kPages) {
    auto range = ranges.begin();
    const auto find_range = [&](char32_t code_point) {
      while (range + 1 != ranges.end() && (range + 1)->first <= code_point) ++range;
      return range;
    };
    auto last_uniform = ranges.end();  // the range that is all of the page stored last
    for (char32_t page = 0; page < kPages; ++page) {
      const char32_t first = page * kPageSize;
      const auto begin = find_range(first);
      if (begin == last_uniform && find_range(first + kPageSize - 1) == begin) {
        page_of_[page] = page_of_[page - 1];
        continue;
      }
      range = begin;
      page_of_[page] = static_cast<std::uint16_t>(properties_.size() / kPageSize);
      for (char32_t c = first; c < first + kPageSize; ++c) properties_.push_back(find_range(c)->properties);
      last_uniform = range == begin ? begin : ranges.end();
    }
  }

  CodePointProperties operator[](char32_t code_point) const {
    if (code_point >= kPages * kPageSize) return {};
    return properties_[page_of_[code_point / kPageSize] * kPageSize + code_point % kPageSize];
  }

 private:
  static constexpr char32_t kPageSize = 256, kPages = 0x110000 / kPageSize;

  std::vector<std::uint16_t> page_of_;
  std::vector<CodePointProperties> properties_;
};

}  // namespace

char32_t next_code_point(std::string_view text, std::size_t& position) {
  const unsigned char lead = byte_at(text, position++);
  if (lead < 0x80) return lead;
  if (lead < 0xC2 || lead > 0xF4) return kReplacement;
  const int continuation_bytes = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  char32_t code_point = lead & (0x3FU >> continuation_bytes);
  for (int i = 0; i < continuation_bytes; ++i) {
    if (position == text.size()) return kReplacement;
    const unsigned char byte = byte_at(text, position);
    if ((byte & 0xC0) != 0x80) return kReplacement;
    code_point = code_point << 6 | (byte & 0x3FU);
    ++position;
  }
  const bool overlong =
      (continuation_bytes == 2 && code_point < 0x800) || (continuation_bytes == 3 && code_point < 0x10000);
  const bool surrogate = code_point >= 0xD800 && code_point < 0xE000;
  return overlong || surrogate || code_point > 0x10FFFF ? kReplacement : code_point;
}

void append_utf8(char32_t code_point, std::string& text) {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | (code_point >> shift & 0x3F)); };
  if (code_point < 0x80) {
    text.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    text.append({static_cast<char>(0xC0 | code_point >> 6), tail(0)});
  } else if (code_point < 0x10000) {
    text.append({static_cast<char>(0xE0 | code_point >> 12), tail(6), tail(0)});
  } else {
    text.append({static_cast<char>(0xF0 | code_point >> 18), tail(12), tail(6), tail(0)});
  }
}

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

CodePointProperties code_point_properties(char32_t code_point) {
  static const PropertyPages pages(kUnicodeTables.ranges);
  return pages[code_point];
}

void append_lower_case(char32_t code_point, std::u32string& text) {
  if (code_point == kCapitalIWithDot) {
    text.append(U"i\u0307");
    return;
  }
  const auto range =
      std::ranges::lower_bound(kUnicodeTables.lower_case, code_point, {}, &LowerCaseRange::last);
  const bool inside = range != kUnicodeTables.lower_case.end() && range->first <= code_point &&
                      (code_point - range->first) % static_cast<char32_t>(range->step) == 0;
  text.push_back(inside ? static_cast<char32_t>(static_cast<std::int32_t>(code_point) + range->difference)
                        : code_point);
}

void append_decomposed(char32_t code_point, DecompositionForm form, std::u32string& text) {
  if (code_point >= kSyllableBase && code_point < kSyllableEnd) {
    append_syllable(code_point, text);
    return;
  }
  const Decomposition* found = nullptr;
  const std::uint16_t flags = code_point_properties(code_point).flags;
  if (form == DecompositionForm::compatibility && (flags & kHasCompatibility) != 0) {
    found = find_decomposition(kUnicodeTables.compatibility, code_point);
  }
  if (found == nullptr && (flags & kHasCanonical) != 0) {
    found = find_decomposition(kUnicodeTables.canonical, code_point);
  }
  if (found == nullptr) {
    text.push_back(code_point);
  } else {
    for (char32_t part : kUnicodeTables.pool.subspan(found->offset, found->length)) text.push_back(part);
  }
}

void put_in_canonical_order(std::u32string& text) {
  const auto combining_class = [](char32_t c) { return code_point_properties(c).combining_class; };
  const auto is_mark = [&](char32_t c) { return combining_class(c) != 0; };
  for (auto begin = std::find_if(text.begin(), text.end(), is_mark); begin != text.end();) {
    const auto end = std::find_if_not(begin, text.end(), is_mark);
    if (end - begin > 1) std::ranges::stable_sort(begin, end, {}, combining_class);
    begin = std::find_if(end, text.end(), is_mark);
  }
}

}  // namespace reprtune
