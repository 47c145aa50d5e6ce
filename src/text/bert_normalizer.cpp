#include <reprtune/text/bert_normalizer.h>
#include <reprtune/text/unicode.h>

namespace reprtune {
namespace {

void end_word(std::string& words) {
  if (!words.empty() && words.back() != ' ') words.push_back(' ');
}

}  // namespace

BertNormalizer::BertNormalizer(const BertNormalizerOptions& options) : options_(options) {
  for (unsigned char byte = 0; byte < 128; ++byte) {
    const unsigned flags = code_point_properties(byte).flags;
    ascii_kinds_[byte] = options.clean_text && (flags & kControl) != 0 ? AsciiKind::dropped
                         : (flags & kWhitespace) != 0                  ? AsciiKind::separator
                         : (flags & kPunctuation) != 0                 ? AsciiKind::punctuation
                                                                       : AsciiKind::word;
    const bool lower = options.lowercase && byte >= 'A' && byte <= 'Z';
    ascii_lower_case_[byte] = static_cast<char>(lower ? byte - 'A' + 'a' : byte);
  }
}

void BertNormalizer::append_words(std::string_view text, std::string& words) const {
  end_word(words);
  std::u32string
      pending;  // code points above ASCII, up to the next ASCII one: only they can change each other's order
  for (std::size_t position = 0; position < text.size();) {
    const auto byte = static_cast<unsigned char>(text[position]);
    if (byte >= 0x80) {
      append_pending(next_code_point(text, position), pending);
      continue;
    }
    ++position;
    if (ascii_kinds_[byte] == AsciiKind::dropped) continue;
    if (!pending.empty()) flush_pending(pending, words);
    append_ascii(byte, words);
  }
  flush_pending(pending, words);
  end_word(words);
}

void BertNormalizer::append_ascii(unsigned char byte, std::string& words) const {
  switch (ascii_kinds_[byte]) {
    case AsciiKind::word:
      words.push_back(ascii_lower_case_[byte]);
      break;
    case AsciiKind::punctuation:
      end_word(words);
      words.push_back(static_cast<char>(byte));
      words.push_back(' ');
      break;
    default:
      end_word(words);
  }
}

void BertNormalizer::append_pending(char32_t code_point, std::u32string& pending) const {
  const unsigned flags = code_point_properties(code_point).flags;
  if (options_.clean_text && (flags & kControl) != 0) return;
  const bool stands_alone = options_.handle_chinese_chars && (flags & kIdeograph) != 0;
  if (stands_alone) pending.push_back(U' ');
  if (options_.strip_accents && (flags & kHasCanonical) != 0) {
    append_decomposed(code_point, DecompositionForm::canonical, pending);
  } else {
    pending.push_back(code_point);
  }
  if (stands_alone) pending.push_back(U' ');
}

void BertNormalizer::flush_pending(std::u32string& pending, std::string& words) const {
  if (options_.strip_accents) put_in_canonical_order(pending);
  std::u32string lower;
  for (const char32_t code_point : pending) {
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
  pending.clear();
}

}  // namespace reprtune
