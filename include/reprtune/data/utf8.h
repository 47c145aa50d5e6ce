#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace reprtune {

/// Offset of the first byte that is not well-formed UTF-8 (Unicode 15, table 3-7: no surrogates, no overlong
/// forms); absent when all of `text` is well-formed.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);

struct CodePoint {
  char32_t value = 0;
  std::size_t length = 1;  ///< bytes it takes
};

/// The code point that begins at byte `at` (< text.size()); a byte that is not well-formed decodes to U+FFFD
/// of length 1.
CodePoint decode_utf8(std::string_view text, std::size_t at);

/// The UTF-8 bytes of a code point; of U+FFFD for a surrogate or a value above U+10FFFF.
std::string encode_utf8(char32_t code_point);

}  // namespace reprtune
