#include <reprtune/text/unicode.h>
#include <reprtune/text/wordpiece.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace reprtune {
namespace {

/// How many bytes there are before the next space, looked for by eight bytes: most words have fewer, for
/// which std::string::find takes longer. Eight bytes behind that space must be readable.
std::size_t length_of_word(const char* word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  for (std::size_t length = 0;; length += sizeof kOnes) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, word + length, sizeof bytes);
    bytes ^= kOnes * ' ';
    const std::uint64_t zeros = (bytes - kOnes) & ~bytes & kOnes << 7;  // the lowest one is right
    if (zeros != 0) return length + static_cast<std::size_t>(std::countr_zero(zeros)) / 8;
  }
}

}  // namespace

WordPieceTokenizer::WordPieceTokenizer(WordPieceOptions options)
    : options_(std::move(options)),
      normalizer_(options_.normalizer),
      beginning_(options_.pieces.size()),
      continuing_(
          static_cast<std::size_t>(std::ranges::count_if(options_.pieces, [this](const std::string& piece) {
            return piece.starts_with(options_.continuing_prefix);
          }))) {
  std::int32_t id = 0;
  for (const std::string& piece : options_.pieces) {
    beginning_.insert(piece, id);
    if (piece.starts_with(options_.continuing_prefix)) {
      continuing_.insert(std::string_view(piece).substr(options_.continuing_prefix.size()), id);
    }
    ++id;
  }
}

std::string WordPieceTokenizer::piece(std::int32_t id) const {
  return id >= 0 && static_cast<std::size_t>(id) < options_.pieces.size()
             ? options_.pieces[static_cast<std::size_t>(id)]
             : std::string();
}

std::int32_t WordPieceTokenizer::mask_id() const {
  const auto mask = std::ranges::find(options_.pieces, "[MASK]");
  return mask == options_.pieces.end() ? options_.unknown_id
                                       : static_cast<std::int32_t>(mask - options_.pieces.begin());
}

void WordPieceTokenizer::append_ids(std::string_view text, std::vector<std::int32_t>& ids) const {
  std::string words;
  // Special tokens are not looked for: "[SEP]" in a text is cut at its brackets like any other word.
  normalizer_.append_words(text, words);
  const std::size_t size = words.size();
  words.append(PieceTable::kPadding, ' ');
  for (std::size_t begin = 0; begin < size;) {
    const std::size_t length = length_of_word(words.data() + begin);
    append_word({words.data() + begin, length}, ids);
    begin += length + 1;
  }
}

void WordPieceTokenizer::append_word(std::string_view word, std::vector<std::int32_t>& ids) const {
  // A word has at most as many code points as bytes: counting is for long ones only.
  if (word.size() > options_.max_word_length && count_code_points(word) > options_.max_word_length) {
    ids.push_back(options_.unknown_id);
    return;
  }
  const std::size_t ids_before = ids.size();
  const PieceTable* table = &beginning_;
  while (!word.empty()) {
    const PieceTable::Match match = table->longest_prefix(word);
    if (match.length == 0) {
      ids.resize(ids_before);
      ids.push_back(options_.unknown_id);
      return;
    }
    ids.push_back(match.id);
    word.remove_prefix(match.length);
    table = &continuing_;
  }
}

}  // namespace reprtune
