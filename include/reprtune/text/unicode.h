#pragma once

#include <reprtune/text/unicode_tables.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace reprtune {

/// The code point at text[position], which moves behind it. Bytes that are not UTF-8 (stray, overlong,
/// surrogates, cut short) give U+FFFD. `position` must be inside `text`.
char32_t next_code_point(std::string_view text, std::size_t& position);

/// Appends the UTF-8 bytes of `code_point`.
void append_utf8(char32_t code_point, std::string& text);

/// The number of code points of valid UTF-8.
std::size_t count_code_points(std::string_view text);

/// The properties of a code point, found in two steps whatever the code point; all 0 above U+10FFFF.
CodePointProperties code_point_properties(char32_t code_point);

/// Appends the lower case of one code point, without regard to its neighbours (no final sigma).
void append_lower_case(char32_t code_point, std::u32string& text);

/// Which Unicode normalization form is taken apart to.
enum class DecompositionForm {
  canonical,      ///< NFD
  compatibility,  ///< NFKD
};

/// Appends the full decomposition of one code point, not yet in canonical order.
void append_decomposed(char32_t code_point, DecompositionForm form, std::u32string& text);

/// Sorts every run of combining marks by combining class, keeping the order of equals: the last step of NFD
/// and NFKD.
void put_in_canonical_order(std::u32string& text);

}  // namespace reprtune
