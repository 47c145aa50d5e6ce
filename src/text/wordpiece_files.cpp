#include <reprtune/io/error.h>
#include <reprtune/io/json_file.h>
#include <reprtune/text/wordpiece_files.h>

#include "listed_json.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace reprtune {
namespace {

using json = ListedJson;

// In bytes; the largest vocabularies have some 20 MB.
constexpr std::uintmax_t kMaxFileSize = std::uintmax_t{256} << 20;
constexpr std::size_t kMaxWordLength = 10'000;  // code points; BERT has 100

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& what) {
  throw Error(ErrorKind::model, file.string() + ": " + what);
}

void check_size(const std::filesystem::path& file) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (!error && size > kMaxFileSize) {
    fail(file, "expected a tokenizer file of at most " + std::to_string(kMaxFileSize >> 20) + " MiB, found " +
                   std::to_string(size >> 20) + " MiB");
  }
}

/// A JSON value in a message: one line, not too long.
std::string shown(const json& value) {
  std::string text = value.dump(-1, ' ', true);
  if (text.size() > 60) text = text.substr(0, 60) + "...";
  return text;
}

/// The "type" of a member that is an object; "none" when it is null or absent.
std::string type_of(const json& object, const char* key, const std::filesystem::path& file) {
  const auto member = object.find(key);
  if (member == object.end() || member->is_null()) return "none";
  if (!member->is_object())
    fail(file, std::string("expected '") + key + "' to be an object, found " + shown(*member));
  return json_value<std::string>(*member, "type", "none", file);
}

void expect_type(const json& object, const char* key, const std::string& expected,
                 const std::filesystem::path& file) {
  const std::string found = type_of(object, key, file);
  if (found != expected) {
    fail(file, std::string("expected a BERT tokenizer with ") + key + " " + expected + ", found " +
                   shown(found) +
                   ": use a model with a WordPiece tokenizer, or one that has its sentencepiece .model file");
  }
}

std::int32_t id_of(const std::vector<std::string>& pieces, const std::string& piece,
                   const std::filesystem::path& file) {
  const auto found = std::ranges::find(pieces, piece);
  if (found == pieces.end())
    fail(file, "expected the token " + shown(piece) + " in the vocabulary, found none");
  return static_cast<std::int32_t>(found - pieces.begin());
}

/// A token id of a JSON file, or nothing when `value` is not an integer from 0 to `count` - 1.
std::optional<std::size_t> read_id(const json& value, std::size_t count) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() >= count) return std::nullopt;
  return static_cast<std::size_t>(value.get<std::uint64_t>());
}

/// The pieces by id, from {"piece": id, ...}: every id from 0 to their number has to be there once.
std::vector<std::string> read_pieces(const json& model, const std::filesystem::path& file) {
  const json none;
  const json& vocabulary = model.contains("vocab") ? model["vocab"] : none;
  if (!vocabulary.is_object() || vocabulary.empty()) {
    fail(file, "expected 'vocab' to be an object of token: id, found " + shown(vocabulary));
  }
  std::vector<std::string> pieces(vocabulary.size());
  std::vector<bool> taken(vocabulary.size());
  for (const auto& [piece, value] : vocabulary.items()) {
    const std::optional<std::size_t> id = read_id(value, pieces.size());
    if (!id || taken[*id]) {
      fail(file, "expected the ids of 'vocab' to be 0 to " + std::to_string(pieces.size() - 1) +
                     ", each once, found " + shown(value) + (id ? " twice" : "") + " at token " +
                     shown(piece));
    }
    taken[*id] = true;
    pieces[*id] = piece;
  }
  std::unordered_set<std::string_view> known(pieces.size());
  for (const std::string& piece : pieces) {
    if (!known.insert(piece).second)
      fail(file, "expected each token once in 'vocab', found " + shown(piece) + " twice");
  }
  return pieces;
}

/// Added tokens are either special ones of the vocabulary, or more of them behind its end.
void read_added_tokens(const json& root, const std::filesystem::path& file,
                       std::vector<std::string>& pieces) {
  const json tokens = json_value<json>(root, "added_tokens", json::array(), file);
  if (!tokens.is_array()) fail(file, "expected 'added_tokens' to be an array, found " + shown(tokens));
  for (const json& token : tokens) {
    if (!token.is_object()) fail(file, "expected an added token to be an object, found " + shown(token));
    const std::string content = json_value<std::string>(token, "content", "", file);
    if (!json_value<bool>(token, "special", false, file)) {
      fail(file, "the added token " + shown(content) +
                     " is not a special token: tokenizers with added words are not supported");
    }
    const std::optional<std::size_t> id = read_id(token.value("id", json()), pieces.size() + 1);
    if (id && *id == pieces.size()) {
      pieces.push_back(content);
    } else if (!id || pieces[*id] != content) {
      fail(file, "expected the added token " + shown(content) + " to have its id in 'vocab' or " +
                     std::to_string(pieces.size()) + ", found " + shown(token.value("id", json())));
    }
  }
}

BertNormalizerOptions read_normalizer(const json& root, const std::filesystem::path& file) {
  expect_type(root, "normalizer", "BertNormalizer", file);
  const json& normalizer = root["normalizer"];
  BertNormalizerOptions options;
  options.clean_text = json_value<bool>(normalizer, "clean_text", true, file);
  options.handle_chinese_chars = json_value<bool>(normalizer, "handle_chinese_chars", true, file);
  options.lowercase = json_value<bool>(normalizer, "lowercase", true, file);
  options.strip_accents = json_value<bool>(normalizer, "strip_accents", options.lowercase, file);
  return options;
}

/// The id of a special token named by a template's element, {"SpecialToken": {"id": "[CLS]"}}.
std::int32_t template_id(const json& processor, const json& element, const std::vector<std::string>& pieces,
                         const std::filesystem::path& file) {
  try {
    const std::string name = element.at("SpecialToken").at("id").get<std::string>();
    const json& ids = processor.at("special_tokens").at(name).at("ids");
    const std::optional<std::size_t> id = read_id(ids.at(0), pieces.size());
    if (ids.size() == 1 && id) return static_cast<std::int32_t>(*id);
  } catch (const json::exception&) {
    // reported below, with everything else that is not as expected
  }
  fail(file,
       "expected a special token with one id of the vocabulary in 'post_processor', found " + shown(element));
}

/// Sets the special tokens around a text, from a TemplateProcessing or its older forms.
void read_post_processor(const json& root, const std::filesystem::path& file, WordPieceOptions& options) {
  const std::string type = type_of(root, "post_processor", file);
  if (type == "BertProcessing" || type == "RobertaProcessing") {
    for (const char* key : {"cls", "sep"}) {
      const json pair = json_value<json>(root["post_processor"], key, json(), file);
      const auto id =
          pair.is_array() && pair.size() == 2 ? read_id(pair[1], options.pieces.size()) : std::nullopt;
      if (!id) fail(file, std::string("expected '") + key + "' to be [token, id], found " + shown(pair));
      (key[0] == 'c' ? options.first_special_id : options.last_special_id) = static_cast<std::int32_t>(*id);
    }
    return;
  }
  expect_type(root, "post_processor", "TemplateProcessing", file);
  const json& processor = root["post_processor"];
  const json single = json_value<json>(processor, "single", json(), file);
  if (!single.is_array() || single.size() != 3 || !single[1].is_object() || !single[1].contains("Sequence")) {
    fail(file, "expected the template [special token, text, special token] in 'post_processor', found " +
                   shown(single));
  }
  options.first_special_id = template_id(processor, single[0], options.pieces, file);
  options.last_special_id = template_id(processor, single[2], options.pieces, file);
}

/// The name of a special token in tokenizer_config.json: a string, or an object with "content".
std::string special_token(const json& config, const char* key, const char* fallback,
                          const std::filesystem::path& file) {
  const json value = json_value<json>(config, key, json(fallback), file);
  if (value.is_object()) return json_value<std::string>(value, "content", fallback, file);
  return json_value<std::string>(config, key, fallback, file);
}

std::vector<std::string> read_lines(const std::filesystem::path& file) {
  check_size(file);
  std::ifstream stream(file, std::ios::binary);
  if (!stream) fail(file, "cannot be read");
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
  }
  if (lines.empty()) fail(file, "expected one token per line, found an empty file");
  return lines;
}

}  // namespace

WordPieceOptions read_tokenizer_json(const std::filesystem::path& file) {
  check_size(file);
  const json root = read_json_file_as<json>(file, ErrorKind::model);
  if (!root.is_object()) fail(file, "expected a JSON object, found " + shown(root));
  expect_type(root, "model", "WordPiece", file);
  const json& model = root["model"];

  WordPieceOptions options;
  options.pieces = read_pieces(model, file);
  read_added_tokens(root, file, options.pieces);
  options.normalizer = read_normalizer(root, file);
  expect_type(root, "pre_tokenizer", "BertPreTokenizer", file);
  read_post_processor(root, file, options);
  options.continuing_prefix = json_value<std::string>(model, "continuing_subword_prefix", "##", file);
  const json word_length =
      json_value<json>(model, "max_input_chars_per_word", json(options.max_word_length), file);
  const std::optional<std::size_t> length = read_id(word_length, kMaxWordLength + 1);
  if (!length) {
    fail(file, "expected 'max_input_chars_per_word' to be 0 to " + std::to_string(kMaxWordLength) +
                   ", found " + shown(word_length));
  }
  options.max_word_length = *length;
  options.unknown_id =
      id_of(options.pieces, json_value<std::string>(model, "unk_token", "[UNK]", file), file);
  return options;
}

WordPieceOptions read_vocabulary(const std::filesystem::path& model_folder) {
  const std::filesystem::path file = model_folder / "vocab.txt";
  const std::filesystem::path config_file = model_folder / "tokenizer_config.json";
  if (!std::filesystem::exists(config_file)) {
    fail(config_file,
         "not found, but vocab.txt alone does not say whether to lower-case: write {\"do_lower_case\": true} "
         "(or false, for a cased model) into it");
  }
  const json config = read_json_file_as<json>(config_file, ErrorKind::model);
  if (!config.is_object()) fail(config_file, "expected a JSON object, found " + shown(config));
  if (json_value<json>(config, "do_lower_case", json(), config_file).is_null()) {
    fail(config_file,
         "expected 'do_lower_case', found none: add \"do_lower_case\": true (or false, for a cased model)");
  }

  WordPieceOptions options;
  options.pieces = read_lines(file);
  options.normalizer.lowercase = json_value<bool>(config, "do_lower_case", true, config_file);
  options.normalizer.strip_accents =
      json_value<bool>(config, "strip_accents", options.normalizer.lowercase, config_file);
  options.normalizer.handle_chinese_chars =
      json_value<bool>(config, "tokenize_chinese_chars", true, config_file);
  options.unknown_id = id_of(options.pieces, special_token(config, "unk_token", "[UNK]", config_file), file);
  options.first_special_id =
      id_of(options.pieces, special_token(config, "cls_token", "[CLS]", config_file), file);
  options.last_special_id =
      id_of(options.pieces, special_token(config, "sep_token", "[SEP]", config_file), file);
  return options;
}

}  // namespace reprtune
