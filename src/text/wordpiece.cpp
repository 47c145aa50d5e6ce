#include <reprtune/text/unicode.h>
#include <reprtune/text/wordpiece.h>

#include <utility>

namespace reprtune {

WordPieceTokenizer::WordPieceTokenizer(WordPieceOptions options)
    : options_(std::move(options)),
      normalizer_(options_.normalizer),
      beginning_(options_.pieces.size()),
      continuing_(options_.pieces.size()) {
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

void WordPieceTokenizer::append_ids(std::string_view text, std::vector<std::int32_t>& ids) const {
  std::string words;
  words.reserve(text.size() + text.size() / 4 + 16);
  // Special tokens are not looked for: "[SEP]" in a text is cut at its brackets like any other word.
  normalizer_.append_words(text, words);
  for (std::size_t begin = 0; begin < words.size();) {
    const std::size_t end = words.find(' ', begin);
    append_word(std::string_view(words).substr(begin, end - begin), ids);
    begin = end + 1;
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
