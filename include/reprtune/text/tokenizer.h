#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune {

/// What happens to a text of more tokens than the model takes.
enum class Truncation {
  end,    ///< the end is cut off
  start,  ///< the beginning is cut off
  none,   ///< nothing is cut: the caller sees `full_length` and refuses the row
};

/// The token ids of one text, special tokens included.
struct Encoding {
  std::vector<std::int32_t> ids;
  std::size_t full_length =
      0;  ///< tokens of the whole text, special tokens included; > ids.size() when truncated
  bool truncated() const { return full_length > ids.size(); }
};

/// Turns texts into token ids. Immutable after loading: encode() may be called from several threads at once.
/// Special tokens written in a user's text ("[SEP]", "</s>") are literal text, never special ids.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  /// Encodes UTF-8 text into `encoding` (its buffer is reused). `max_length` counts special tokens; with
  /// Truncation::none nothing is cut.
  void encode(std::string_view text, std::size_t max_length, Truncation truncation, Encoding& encoding) const;

  /// The piece an id stands for, for messages and tests.
  virtual std::string piece(std::int32_t id) const = 0;
  virtual std::size_t vocabulary_size() const = 0;
  /// What stands for a token that the model is not to see: [MASK] or <mask>, and where the vocabulary has
  /// neither the unknown token.
  virtual std::int32_t mask_id() const = 0;
  /// What stands for a piece of text that the vocabulary does not have.
  virtual std::int32_t unknown_id() const = 0;

  /// Whether more than half of the tokens of an encoded text, without the two special ones, are unknown: the
  /// model cannot tell such a text from others.
  bool is_mostly_unknown(std::span<const std::int32_t> ids) const;

 protected:
  /// Appends the ids of `text`, without special tokens.
  virtual void append_ids(std::string_view text, std::vector<std::int32_t>& ids) const = 0;
  virtual std::int32_t first_special_id() const = 0;  ///< [CLS] or <s>
  virtual std::int32_t last_special_id() const = 0;   ///< [SEP] or </s>
};

/// Loads the tokenizer of a model folder: WordPiece from tokenizer.json or vocab.txt (with
/// tokenizer_config.json for lower-casing and accents), or SentencePiece from sentencepiece.bpe.model /
/// spiece.model (id layout by the tokenizer class: XLM-R's offset, ALBERT's lower-casing). Throws
/// Error(model), one line that names the file.
std::unique_ptr<Tokenizer> load_tokenizer(const std::filesystem::path& model_folder);

/// The tokenizer files present in a model folder, as names relative to it: what has to be copied with a
/// model.
std::vector<std::string> tokenizer_files(const std::filesystem::path& model_folder);

}  // namespace reprtune
