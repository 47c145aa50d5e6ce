#include "model_files.h"

#include <reprtune/data/display_text.h>
#include <reprtune/io/error.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace reprtune {
namespace {

constexpr std::array<std::string_view, 15> kDescriptions = {"config.json",
                                                            "modules.json",
                                                            "config_sentence_transformers.json",
                                                            "tokenizer.json",
                                                            "tokenizer_config.json",
                                                            "special_tokens_map.json",
                                                            "added_tokens.json",
                                                            "vocab.txt",
                                                            "vocab.json",
                                                            "merges.txt",
                                                            "sentencepiece.bpe.model",
                                                            "spiece.model",
                                                            "reprtune.json",
                                                            "head.safetensors",
                                                            "novelty.safetensors"};

bool is_among(std::string_view path, const auto& list) {
  return std::find(list.begin(), list.end(), path) != list.end();
}

bool leads_outside(std::string_view path) {
  if (path.empty() || path.front() == '/' || path.find_first_of(std::string_view("\\\0", 2)) != path.npos)
    return true;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const auto part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return true;
    begin = end + 1;
  }
  return false;
}

/// "1_Pooling/config.json", "2_Normalize/config.json": the settings of a module.
bool is_module_config(std::string_view path) {
  const auto slash = path.find('/');
  return std::isdigit(static_cast<unsigned char>(path.front())) && path.find('_') < slash &&
         path.substr(slash) == "/config.json";
}

bool describes(std::string_view path) {
  const bool is_length =
      path.starts_with("sentence_") && path.ends_with("_config.json");  // sentence_bert_config.json
  return path.find('/') == path.npos ? is_length || is_among(path, kDescriptions) : is_module_config(path);
}

std::string without_weights(const std::vector<std::string>& listed) {
  if (is_among("model.safetensors.index.json", listed))
    return "has its weights in several files, expected one model.safetensors (choose a smaller model)";
  for (const char* pickled : {"pytorch_model.bin", "pytorch_model.bin.index.json"}) {
    if (is_among(pickled, listed))
      return "has its weights only as pytorch_model.bin, which can run code when it is opened, expected "
             "model.safetensors (choose another revision or model, or save it anew with transformers)";
  }
  return "has no model.safetensors (is it a model of text embeddings?)";
}

}  // namespace

std::vector<std::string> choose_model_files(const std::string& name, const std::vector<std::string>& listed) {
  std::vector<std::string> chosen;
  for (const std::string& path : listed) {
    if (leads_outside(path))
      throw Error(ErrorKind::model, name + ": the hub lists a file outside of the model, '" +
                                        display_text(path, 80) + "': nothing is downloaded");
    if (describes(path)) chosen.push_back(path);
  }
  if (!is_among("config.json", listed))
    throw Error(ErrorKind::model, name + ": has no config.json: is not a model that reprtune can use");
  if (!is_among(kWeightsFile, listed)) throw Error(ErrorKind::model, name + ": " + without_weights(listed));
  chosen.emplace_back(kWeightsFile);
  return chosen;
}

const std::vector<std::string>& optional_model_files() {
  static const std::vector<std::string> files = {"modules.json", "sentence_bert_config.json",
                                                 "tokenizer_config.json"};
  return files;
}

}  // namespace reprtune
