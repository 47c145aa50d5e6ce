#include <reprtune/io/error.h>
#include <reprtune/io/json_file.h>
#include <reprtune/text/sentencepiece_tokenizer.h>
#include <reprtune/text/tokenizer.h>
#include <reprtune/text/wordpiece.h>
#include <reprtune/text/wordpiece_files.h>

#include <array>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

constexpr const char* kXlmRobertaFile = "sentencepiece.bpe.model";
constexpr const char* kAlbertFile = "spiece.model";
constexpr std::array kTokenizerFiles = {"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
                                        "vocab.txt",      kXlmRobertaFile,         kAlbertFile};

bool has_file(const std::filesystem::path& folder, const char* name) {
  std::error_code error;
  return std::filesystem::is_regular_file(folder / name, error);
}

nlohmann::json read_object_if_present(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return nlohmann::json::object();
  nlohmann::json object = read_json_file(file, ErrorKind::model);
  if (!object.is_object())
    throw Error(ErrorKind::model, file.string() + ": expected a JSON object, found another value");
  return object;
}

/// Which ids a SentencePiece model's pieces get.
enum class Layout { xlm_roberta, albert };

/// By tokenizer_config.json's tokenizer_class, else config.json's model_type, else the usual file name of the
/// layout.
Layout sentencepiece_layout(const std::filesystem::path& folder, const nlohmann::json& tokenizer_config,
                            const char* model_file) {
  const std::filesystem::path config_file = folder / "tokenizer_config.json";
  const auto name = json_value<std::string>(tokenizer_config, "tokenizer_class", "", config_file);
  if (name == "XLMRobertaTokenizer" || name == "XLMRobertaTokenizerFast") return Layout::xlm_roberta;
  if (name == "AlbertTokenizer" || name == "AlbertTokenizerFast") return Layout::albert;
  // The generic class of tokenizers saved from tokenizer.json alone says nothing about the layout.
  if (!name.empty() && name != "PreTrainedTokenizerFast" && name != "TokenizersBackend") {
    throw Error(ErrorKind::model,
                config_file.string() +
                    ": expected tokenizer_class XLMRobertaTokenizer or AlbertTokenizer for " + model_file +
                    ", found " + name.substr(0, 60) + ": its token ids are not known here");
  }
  const nlohmann::json config = read_object_if_present(folder / "config.json");
  const auto model_type = json_value<std::string>(config, "model_type", "", folder / "config.json");
  if (model_type == "xlm-roberta") return Layout::xlm_roberta;
  if (model_type == "albert") return Layout::albert;
  return std::string(model_file) == kAlbertFile ? Layout::albert : Layout::xlm_roberta;
}

std::unique_ptr<Tokenizer> load_sentencepiece(const std::filesystem::path& folder, const char* model_file) {
  const std::filesystem::path file = folder / model_file;
  const std::filesystem::path config_file = folder / "tokenizer_config.json";
  const nlohmann::json config = read_object_if_present(config_file);
  const Layout layout = sentencepiece_layout(folder, config, model_file);
  SentencePieceModel model(file);
  if (layout == Layout::xlm_roberta) return std::make_unique<XlmRobertaTokenizer>(std::move(model), file);
  AlbertOptions options;
  options.do_lower_case = json_value<bool>(config, "do_lower_case", options.do_lower_case, config_file);
  options.keep_accents = json_value<bool>(config, "keep_accents", options.keep_accents, config_file);
  return std::make_unique<AlbertTokenizer>(std::move(model), options, file);
}

}  // namespace

std::unique_ptr<Tokenizer> load_tokenizer(const std::filesystem::path& model_folder) {
  // SentencePiece first: such folders often hold a tokenizer.json as well, a rewriting of the same model.
  for (const char* name : {kXlmRobertaFile, kAlbertFile}) {
    if (has_file(model_folder, name)) return load_sentencepiece(model_folder, name);
  }
  if (has_file(model_folder, "tokenizer.json")) {
    return std::make_unique<WordPieceTokenizer>(read_tokenizer_json(model_folder / "tokenizer.json"));
  }
  if (has_file(model_folder, "vocab.txt")) {
    return std::make_unique<WordPieceTokenizer>(read_vocabulary(model_folder));
  }
  throw Error(ErrorKind::model, model_folder.string() +
                                    ": no tokenizer: expected tokenizer.json, vocab.txt, " + kXlmRobertaFile +
                                    " or " + kAlbertFile + ", found none of them");
}

std::vector<std::string> tokenizer_files(const std::filesystem::path& model_folder) {
  std::vector<std::string> names;
  for (const char* name : kTokenizerFiles) {
    if (has_file(model_folder, name)) names.emplace_back(name);
  }
  return names;
}

}  // namespace reprtune
