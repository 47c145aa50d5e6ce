#pragma once

#include <cstdint>
#include <span>

namespace reprtune {

/// Bits of CodePointProperties::flags, as Hugging Face's tokenizers sees the code point.
enum CodePointFlag : std::uint16_t {
  kControl = 1,             ///< dropped by clean_text (control, format, private use, U+0000, U+FFFD)
  kWhitespace = 2,          ///< separates words
  kPunctuation = 4,         ///< stands alone
  kIdeograph = 8,           ///< CJK: gets spaces around it
  kNonspacing = 16,         ///< Mn: dropped by strip_accents
  kMark = 32,               ///< M*: dropped by ALBERT's accent stripping
  kHasCanonical = 64,       ///< changed by NFD
  kHasCompatibility = 128,  ///< changed by NFKD
  kCased = 256,             ///< changed by lower-casing
};

struct CodePointProperties {
  std::uint16_t flags;           ///< of CodePointFlag
  std::uint8_t combining_class;  ///< canonical combining class, 0 for starters
  bool operator==(const CodePointProperties&) const = default;
};

/// Code points from `first` to the next range's share these properties.
struct CodePointRange {
  char32_t first;
  CodePointProperties properties;
};

/// Every `step`-th code point from `first` to `last` has the lower case code point + `difference`.
struct LowerCaseRange {
  char32_t first;
  char32_t last;
  std::int32_t step;
  std::int32_t difference;
};

/// The full decomposition of a code point: `length` code points from pool[offset].
struct Decomposition {
  char32_t code_point;
  std::uint16_t offset;
  std::uint8_t length;
};

/// All tables, each sorted by code point; `compatibility` holds only what differs from `canonical`, and
/// Hangul syllables, decomposed by arithmetic, are in neither.
struct UnicodeTables {
  std::span<const CodePointRange> ranges;
  std::span<const LowerCaseRange> lower_case;
  std::span<const Decomposition> canonical;
  std::span<const Decomposition> compatibility;
  std::span<const char32_t> pool;
};

extern const UnicodeTables kUnicodeTables;

}  // namespace reprtune
