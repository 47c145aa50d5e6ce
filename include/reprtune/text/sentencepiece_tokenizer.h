#pragma once

#include <reprtune/text/sentencepiece_model.h>
#include <reprtune/text/tokenizer.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune {

/// XLM-RoBERTa's tokenizer (also that of multilingual-e5): <s>=0 <pad>=1 </s>=2 <unk>=3, every other piece
/// one above its SentencePiece id, <mask> last (fairseq's order; transformers, tokenization_xlm_roberta).
class XlmRobertaTokenizer final : public Tokenizer {
 public:
  /// `file` is for messages. Throws Error(model) when the model's first pieces are not <unk>, <s>, </s>.
  XlmRobertaTokenizer(SentencePieceModel model, const std::filesystem::path& file);

  std::string piece(std::int32_t id) const override;
  std::size_t vocabulary_size() const override;
  std::int32_t mask_id() const override;
  std::int32_t unknown_id() const override;

 protected:
  void append_ids(std::string_view text, std::vector<std::int32_t>& ids) const override;
  std::int32_t first_special_id() const override;
  std::int32_t last_special_id() const override;

 private:
  SentencePieceModel model_;
};

/// What ALBERT does to a text before SentencePiece does the rest; the names are those of
/// tokenizer_config.json.
struct AlbertOptions {
  bool do_lower_case = true;
  bool keep_accents = false;
};

/// ALBERT's tokenizer: `` and '' become ", accents are dropped, letters lower-cased; SentencePiece's own ids
/// (transformers, tokenization_albert: the normalizers of the fast tokenizer).
class AlbertTokenizer final : public Tokenizer {
 public:
  /// `file` is for messages. Throws Error(model) when the model has no [CLS] or [SEP].
  AlbertTokenizer(SentencePieceModel model, const AlbertOptions& options, const std::filesystem::path& file);

  std::string piece(std::int32_t id) const override { return model_.piece(id); }
  std::size_t vocabulary_size() const override { return model_.size(); }
  std::int32_t mask_id() const override { return model_.id("[MASK]"); }  // unknown when there is none
  std::int32_t unknown_id() const override { return model_.unknown_id(); }

 protected:
  void append_ids(std::string_view text, std::vector<std::int32_t>& ids) const override;
  std::int32_t first_special_id() const override { return first_special_id_; }
  std::int32_t last_special_id() const override { return last_special_id_; }

 private:
  std::string normalize(std::string_view text) const;

  SentencePieceModel model_;
  AlbertOptions options_;
  std::int32_t first_special_id_;
  std::int32_t last_special_id_;
};

}  // namespace reprtune
