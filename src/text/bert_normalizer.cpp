#include <reprtune/text/bert_normalizer.h>
#include <reprtune/text/unicode.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace reprtune {
namespace {

// The code points with an entry in the table: all alphabets of two UTF-8 bytes, those of India and south-east
// Asia, accented Latin and Greek letters.
constexpr char32_t kTableSize = 0x2000;

/// The same byte eight times.
constexpr std::uint64_t eight(unsigned char byte) { return byte * std::uint64_t{0x0101010101010101}; }

constexpr unsigned char kLowerCaseBit = 'a' ^ 'A';

/// How many of eight bytes, the first one lowest, are ASCII letters up to the first that is not.
std::size_t count_letters(std::uint64_t bytes) {
  // The highest bit of each sum says whether that byte, without its own highest bit, is as large as the
  // letter.
  const std::uint64_t lower = (bytes | eight(kLowerCaseBit)) & eight(0x7F);
  const std::uint64_t at_least_a = lower + eight(0x80 - 'a'), above_z = lower + eight(0x80 - 'z' - 1);
  const std::uint64_t others = ~(at_least_a & ~above_z & ~bytes) & eight(0x80);
  return static_cast<std::size_t>(std::countr_zero(others)) / 8;
}

void end_word(std::string& words) {
  if (!words.empty() && words.back() != ' ') words.push_back(' ');
}

}  // namespace

/// Writes words behind those of a string, which is longer than its contents meanwhile: room is made by the
/// block, not by the byte.
class BertNormalizer::Writer {
 public:
  explicit Writer(std::string& words) : words_(words), end_(words.data() + words.size()), limit_(end_) {}

  bool in_word() const { return in_word_; }

  /// Branches on nothing but room: which kind comes next is hard to foresee.
  void write(const Effect& effect) {
    if (room() < kRoom) grow();
    const bool goes_on = effect.kind == Effect::Kind::part;
    *end_ = ' ';
    end_ += static_cast<std::size_t>(in_word_ && !goes_on);
    std::memcpy(end_, effect.bytes, sizeof effect.bytes);
    end_ += effect.size;
    *end_ = ' ';
    end_ += static_cast<std::size_t>(effect.kind == Effect::Kind::alone);
    in_word_ = goes_on && (in_word_ || effect.size != 0);
  }

  /// Goes on with the word by the first `count` of eight bytes.
  void write(std::uint64_t bytes, std::size_t count) {
    if (room() < kRoom) grow();
    std::memcpy(end_, &bytes, sizeof bytes);
    end_ += count;
    in_word_ = in_word_ || count != 0;
  }

  /// Goes on with whole words and beginnings of words.
  void write(std::string_view words) {
    while (room() < words.size()) grow();
    end_ += words.copy(end_, words.size());
    if (!words.empty()) in_word_ = words.back() != ' ';
  }

  /// Ends the last word. Nothing can be written after it.
  void finish() {
    if (in_word_) write(" ");
    words_.resize(size());
  }

 private:
  static constexpr std::size_t kRoom = 16;  // at least what an effect or eight bytes take
  static constexpr std::size_t kBlock = 512;

  std::size_t size() const { return static_cast<std::size_t>(end_ - words_.data()); }
  std::size_t room() const { return static_cast<std::size_t>(limit_ - end_); }

  void grow() {
    const std::size_t size_before = size();
    words_.resize(2 * words_.size() + kBlock);
    end_ = words_.data() + size_before;
    limit_ = words_.data() + words_.size();
  }

  std::string& words_;
  char* end_;
  char* limit_;
  bool in_word_ = false;
};

BertNormalizer::BertNormalizer(const BertNormalizerOptions& options)
    : options_(options),
      lower_case_bits_(options.lowercase ? eight(kLowerCaseBit) : 0),
      effects_(kTableSize) {
  for (char32_t code_point = 0; code_point < kTableSize; ++code_point) {
    effects_[code_point] = effect_by_rules(code_point);
  }
}

void BertNormalizer::append_words(std::string_view text, std::string& words) const {
  end_word(words);
  Writer writer(words);
  for (std::size_t position = 0; position < text.size();) {
    if (text.size() - position > sizeof(std::uint64_t)) {
      std::uint64_t bytes = 0;
      std::memcpy(&bytes, text.data() + position, sizeof bytes);
      const std::size_t letters = count_letters(bytes);
      writer.write(bytes | lower_case_bits_, letters);
      position += letters;
    }
    const auto byte = static_cast<unsigned char>(text[position]);
    if (byte < 0x80) {
      writer.write(effects_[byte]);
      ++position;
      continue;
    }
    const std::size_t begin = position;
    const char32_t code_point = next_code_point(text, position);
    const Effect effect = code_point < kTableSize
                              ? effects_[code_point]
                              : effect_of_flags(code_point, text.substr(begin, position - begin));
    if (effect.kind != Effect::Kind::by_rules) {
      writer.write(effect);
    } else {
      std::string added = writer.in_word() ? "a" : " ";  // what a run begins behind
      position = append_run(text, begin, added);
      writer.write(std::string_view(added).substr(1));
    }
  }
  writer.finish();
}

void BertNormalizer::append_words_by_rules(std::string_view text, std::string& words) const {
  end_word(words);
  std::u32string run;
  for (std::size_t position = 0; position < text.size();) {
    add_to_run(next_code_point(text, position), run);
  }
  append_run(run, words);
  end_word(words);
}

/// The first two steps, which look at one code point: cleaning, taking apart.
void BertNormalizer::add_to_run(char32_t code_point, std::u32string& run) const {
  const unsigned flags = code_point_properties(code_point).flags;
  if (options_.clean_text && (flags & kControl) != 0) return;
  const bool stands_alone = options_.handle_chinese_chars && (flags & kIdeograph) != 0;
  if (stands_alone) run.push_back(U' ');
  if (options_.strip_accents && (flags & kHasCanonical) != 0) {
    append_decomposed(code_point, DecompositionForm::canonical, run);
  } else {
    run.push_back(code_point);
  }
  if (stands_alone) run.push_back(U' ');
}

/// The other steps: order of marks, accents, lower case, words.
void BertNormalizer::append_run(std::u32string& run, std::string& words) const {
  if (options_.strip_accents) put_in_canonical_order(run);
  std::u32string lower;
  for (const char32_t code_point : run) {
    const unsigned flags = code_point_properties(code_point).flags;
    if (options_.strip_accents && (flags & kNonspacing) != 0) continue;
    lower.clear();
    if (options_.lowercase && (flags & kCased) != 0) {
      append_lower_case(code_point, lower);
    } else {
      lower.push_back(code_point);
    }
    for (const char32_t part : lower) {
      const unsigned part_flags = part == code_point ? flags : code_point_properties(part).flags;
      if ((part_flags & (kWhitespace | kPunctuation)) != 0) end_word(words);
      if ((part_flags & kWhitespace) != 0) continue;
      append_utf8(part, words);
      if ((part_flags & kPunctuation) != 0) words.push_back(' ');
    }
  }
}

/// Appends the code points from `begin` on as one run and returns where it ends: at the next ASCII character
/// that is not dropped, for that has no mark to be ordered with those before it.
std::size_t BertNormalizer::append_run(std::string_view text, std::size_t begin, std::string& words) const {
  std::u32string run;
  std::size_t position = begin;
  while (position < text.size()) {
    const auto byte = static_cast<unsigned char>(text[position]);
    if (byte < 0x80 && !effects_[byte].is_nothing()) break;
    add_to_run(next_code_point(text, position), run);
  }
  append_run(run, words);
  return position;
}

BertNormalizer::Effect BertNormalizer::effect_by_rules(char32_t code_point) const {
  std::u32string run;
  add_to_run(code_point, run);
  const bool keeps_a_mark = std::ranges::any_of(run, [](char32_t part) {
    const CodePointProperties properties = code_point_properties(part);
    return properties.combining_class != 0 && (properties.flags & kNonspacing) == 0;
  });
  if (options_.strip_accents && keeps_a_mark) return {};  // others may have to be sorted before it

  std::string words = "a";  // a word that it can end or go on with
  append_run(run, words);
  std::string_view added = std::string_view(words).substr(1);
  Effect effect;
  effect.kind = Effect::Kind::part;
  if (added == " ") {
    effect.kind = Effect::Kind::separator;
    added = {};
  } else if (added.size() > 2 && added.front() == ' ' && added.back() == ' ') {
    effect.kind = Effect::Kind::alone;
    added = added.substr(1, added.size() - 2);
  }
  if (added.size() > sizeof effect.bytes || added.find(' ') != added.npos) return {};
  effect.size = static_cast<unsigned char>(added.copy(effect.bytes, sizeof effect.bytes));
  return effect;
}

BertNormalizer::Effect BertNormalizer::effect_of_flags(char32_t code_point, std::string_view bytes) const {
  const auto [flags, combining_class] = code_point_properties(code_point);
  const bool is_dropped = (options_.clean_text && (flags & kControl) != 0);
  // U+FFFD: `bytes` may be bad ones that it stands for.
  const bool changes = (flags & (kHasCanonical | kNonspacing | kCased)) != 0 || code_point == 0xFFFD;
  Effect effect;
  effect.kind = Effect::Kind::part;
  if (is_dropped) return effect;
  if (changes || combining_class != 0) return {};
  if ((flags & kWhitespace) != 0) {
    effect.kind = Effect::Kind::separator;
    return effect;
  }
  const unsigned alone = options_.handle_chinese_chars ? kPunctuation | kIdeograph : kPunctuation;
  if ((flags & alone) != 0) effect.kind = Effect::Kind::alone;
  effect.size = static_cast<unsigned char>(bytes.copy(effect.bytes, sizeof effect.bytes));
  return effect;
}

}  // namespace reprtune
