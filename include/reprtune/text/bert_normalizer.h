#pragma once

#include <array>
#include <string>
#include <string_view>

namespace reprtune {

/// What BERT does to a text before it is cut into pieces; the names are those of tokenizer.json's
/// BertNormalizer.
struct BertNormalizerOptions {
  bool clean_text = true;            ///< drop control characters, turn white space into spaces
  bool handle_chinese_chars = true;  ///< every CJK ideograph is a word
  bool strip_accents = true;         ///< take characters apart (NFD) and drop nonspacing marks
  bool lowercase = true;
};

/// Splits a text into normalized words as Hugging Face's BertNormalizer and BertPreTokenizer do, code point
/// for code point (the algorithm is tokenization.py of google-research/bert). Immutable.
class BertNormalizer {
 public:
  explicit BertNormalizer(const BertNormalizerOptions& options);

  /// Appends the words of a UTF-8 text, each followed by one space; a word itself never holds a space. Bytes
  /// that are not UTF-8 count as U+FFFD, which clean_text drops.
  void append_words(std::string_view text, std::string& words) const;

 private:
  enum class AsciiKind : unsigned char { word, separator, punctuation, dropped };

  void append_pending(char32_t code_point, std::u32string& pending) const;
  void flush_pending(std::u32string& pending, std::string& words) const;
  void append_ascii(unsigned char byte, std::string& words) const;

  BertNormalizerOptions options_;
  std::array<AsciiKind, 128> ascii_kinds_{};
  std::array<char, 128> ascii_lower_case_{};
};

}  // namespace reprtune
