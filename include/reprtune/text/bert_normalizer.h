#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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
///
/// The rules are written once, for a run of code points (append_run). As nearly every code point has the same
/// effect whatever its neighbours are, that effect is kept in a table for those that texts are full of.
class BertNormalizer {
 public:
  explicit BertNormalizer(const BertNormalizerOptions& options);

  /// Appends the words of a UTF-8 text, each followed by one space; a word itself never holds a space. Bytes
  /// that are not UTF-8 count as U+FFFD, which clean_text drops.
  void append_words(std::string_view text, std::string& words) const;

  /// The same without the table: the rules alone, for tests.
  void append_words_by_rules(std::string_view text, std::string& words) const;

 private:
  /// What one code point does, whatever its neighbours are.
  struct Effect {
    enum class Kind : unsigned char {
      part,       ///< its bytes go on with the word; none: it is dropped
      separator,  ///< ends the word
      alone,      ///< its bytes are a word
      by_rules,   ///< unknown: it depends on the neighbours, or is rare
    };
    char bytes[6] = {};
    unsigned char size = 0;
    Kind kind = Kind::by_rules;

    bool is_nothing() const { return kind == Kind::part && size == 0; }
  };
  class Writer;

  void add_to_run(char32_t code_point, std::u32string& run) const;
  void append_run(std::u32string& run, std::string& words) const;
  std::size_t append_run(std::string_view text, std::size_t begin, std::string& words) const;
  Effect effect_by_rules(char32_t code_point) const;
  Effect effect_of_flags(char32_t code_point, std::string_view bytes) const;

  BertNormalizerOptions options_;
  std::uint64_t lower_case_bits_;  // what makes eight letters lower case, if that is wanted
  std::vector<Effect> effects_;    // of the first code points, by effect_by_rules()
};

}  // namespace reprtune
