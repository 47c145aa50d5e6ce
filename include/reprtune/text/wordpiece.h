#pragma once

#include <reprtune/text/bert_normalizer.h>
#include <reprtune/text/piece_table.h>
#include <reprtune/text/tokenizer.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune {

/// All there is to a WordPiece tokenizer, as read from a model folder.
struct WordPieceOptions {
  std::vector<std::string> pieces;  ///< by id
  BertNormalizerOptions normalizer;
  std::string continuing_prefix = "##";  ///< marks pieces that go on with a word
  std::size_t max_word_length = 100;     ///< code points; a longer word is unknown
  std::int32_t unknown_id = 0;
  std::int32_t first_special_id = 0;
  std::int32_t last_special_id = 0;
};

/// BERT's tokenizer: words are cut greedily into the longest pieces of the vocabulary; a word that cannot be
/// cut so is one unknown token (Devlin et al. 2019; tokenization.py of google-research/bert).
class WordPieceTokenizer final : public Tokenizer {
 public:
  /// The ids in `options` must be ids of pieces.
  explicit WordPieceTokenizer(WordPieceOptions options);

  std::string piece(std::int32_t id) const override;
  std::size_t vocabulary_size() const override { return options_.pieces.size(); }
  std::int32_t mask_id() const override;
  std::int32_t unknown_id() const override { return options_.unknown_id; }

 protected:
  void append_ids(std::string_view text, std::vector<std::int32_t>& ids) const override;
  std::int32_t first_special_id() const override { return options_.first_special_id; }
  std::int32_t last_special_id() const override { return options_.last_special_id; }

 private:
  void append_word(std::string_view word, std::vector<std::int32_t>& ids) const;

  WordPieceOptions options_;
  BertNormalizer normalizer_;
  PieceTable beginning_;   // whole pieces: what a word may begin with
  PieceTable continuing_;  // pieces without the prefix: what a word may go on with
};

}  // namespace reprtune
