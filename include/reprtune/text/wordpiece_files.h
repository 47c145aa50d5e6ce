#pragma once

#include <reprtune/text/wordpiece.h>

#include <filesystem>

namespace reprtune {

/// Reads a Hugging Face tokenizer.json that describes a BERT tokenizer (BertNormalizer, BertPreTokenizer,
/// WordPiece, one special token before and one behind the text). Its "truncation" and "padding" are ignored:
/// they are up to the caller. Throws Error(model), one line, for anything else: another kind of tokenizer,
/// missing or odd fields, ids with holes, added tokens that are not special.
WordPieceOptions read_tokenizer_json(const std::filesystem::path& file);

/// Reads vocab.txt (one piece per line, the line is the id) with the tokenizer_config.json beside it, which
/// has to say `do_lower_case`; `strip_accents` (default: as do_lower_case), `tokenize_chinese_chars`
/// (default: true) and the names of the special tokens (default: [UNK], [CLS], [SEP]) are optional, as in
/// Hugging Face's BertTokenizer. Throws Error(model), one line.
WordPieceOptions read_vocabulary(const std::filesystem::path& model_folder);

}  // namespace reprtune
