#include <reprtune/data/input_names.h>
#include <reprtune/io/atomic_file.h>
#include <reprtune/io/error.h>
#include <reprtune/io/json_file.h>
#include <reprtune/io/json_text.h>
#include <reprtune/model/model.h>
#include <reprtune/model/model_folder.h>
#include <reprtune/model/safetensors.h>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Path = std::filesystem::path;

[[noreturn]] void fail(const Path& path, const std::string& what) {
  throw Error(ErrorKind::model, path.string() + ": " + what);
}

Pooling::Mode read_pooling_mode(const Path& file) {
  const nlohmann::json json = read_json_file(file, ErrorKind::model);
  const auto flag = [&](const char* key) { return json_value<bool>(json, key, false, file); };
  const auto mode = json_value<std::string>(json, "pooling_mode", "", file);  // the layout since v5.4
  std::size_t flags = 0;  // before it, several modes at once meant their vectors end to end
  for (const auto& [key, value] : json.items()) flags += key.starts_with("pooling_mode_") && value == true;
  const bool one_flag = mode.empty() && flags == 1;
  if (mode == "mean" || (one_flag && flag("pooling_mode_mean_tokens"))) return Pooling::Mode::mean;
  if (mode == "cls" || (one_flag && flag("pooling_mode_cls_token"))) return Pooling::Mode::cls;
  fail(file, "only mean and cls pooling are supported");
}

/// Pooling and normalisation as modules.json lists them.
Pooling read_modules(const Path& folder) {
  const Path file = folder / "modules.json";
  if (!std::filesystem::exists(file)) return {};  // a plain Hugging Face folder
  const nlohmann::json modules = read_json_file(file, ErrorKind::model);
  if (!modules.is_array()) fail(file, "expected a list of modules");
  Pooling pooling;
  for (const auto& module : modules) {
    const auto type = json_value<std::string>(module, "type", "", file);
    const auto path = json_value<std::string>(module, "path", "", file);
    if (type.ends_with(".Transformer")) {
      if (!path.empty())
        fail(file, "has its encoder in the folder '" + path +
                       "', expected it beside modules.json (save the model anew with sentence-transformers)");
    } else if (type.ends_with(".Pooling")) {
      pooling.mode = read_pooling_mode(folder / path / "config.json");
    } else if (type.ends_with(".Normalize")) {
      pooling.normalize = true;
    } else {
      fail(file, "module '" + type + "' is not supported (Transformer, Pooling, Normalize)");
    }
  }
  return pooling;
}

/// max_seq_length of sentence-transformers, else the tokenizer's, never above what the position table allows.
std::int64_t read_max_length(const Path& folder, const EncoderConfig& config) {
  double length = 0;
  for (const auto& [name, key] : {std::pair("sentence_bert_config.json", "max_seq_length"),
                                  std::pair("tokenizer_config.json", "model_max_length")}) {
    if (length > 0 || !std::filesystem::exists(folder / name)) continue;
    length = json_value<double>(read_json_file(folder / name, ErrorKind::model), key, 0, folder / name);
  }
  const auto limit = static_cast<double>(config.max_length());
  return length >= 3 ? static_cast<std::int64_t>(std::min(length, limit)) : config.max_length();
}

void write_json(const Path& file, const nlohmann::ordered_json& json) {
  write_file(file, json_text(json, 2) + "\n");
}

}  // namespace

namespace {

ModelFolder read_files(const Path& folder) {
  if (!std::filesystem::is_directory(folder)) fail(folder, "no such model folder");
  ModelFolder result;
  result.path = folder;
  result.pooling = read_modules(folder);
  if (!std::filesystem::exists(folder / "config.json"))
    fail(folder, "is not a model folder: config.json is missing");
  result.config = load_encoder_config(folder / "config.json");
  result.max_length = read_max_length(folder, result.config);
  result.has_head = std::filesystem::exists(folder / "reprtune.json");
  if (result.has_head && !std::filesystem::exists(folder / "modules.json")) {
    fail(folder,
         "modules.json is missing, which says how its vectors are pooled (copy the whole folder again)");
  }
  if (!result.has_head && std::filesystem::exists(folder / "head.safetensors"))
    fail(folder, "reprtune.json is missing beside head.safetensors (copy the whole folder again)");
  return result;
}

}  // namespace

ModelFolder read_model_folder(const Path& folder) {
  try {
    return read_files(folder);
  } catch (const std::filesystem::filesystem_error& error) {
    fail(error.path1(), "cannot be read: " + error.code().message());
  }
}

nlohmann::json read_reprtune_json(const Path& folder) {
  const Path file = folder / "reprtune.json";
  nlohmann::json json = read_json_file(file, ErrorKind::model);
  const auto labels = json_value<std::vector<std::string>>(json, "labels", {}, file);
  if (labels.empty()) fail(file, "'labels' is missing or empty");
  const auto temperature = json_value<double>(json, "temperature", 1, file);
  if (!(temperature > 0)) fail(file, "'temperature' must be positive");
  return json;
}

void write_model_folder(const Path& folder, const Model& model, const nlohmann::ordered_json& record) {
  const Path& source = model.folder().path;
  std::filesystem::copy_file(source / "config.json", folder / "config.json",
                             std::filesystem::copy_options::overwrite_existing);
  for (const std::string& name : tokenizer_files(source)) {
    std::filesystem::copy_file(source / name, folder / name,
                               std::filesystem::copy_options::overwrite_existing);
  }
  write_safetensors(folder / "model.safetensors", model.encoder().checkpoint());

  const Pooling& pooling = model.pooling();
  nlohmann::ordered_json modules = nlohmann::ordered_json::array();
  const auto add_module = [&](const char* type, const std::string& path) {
    const auto index = modules.size();
    modules.push_back({{"idx", index},
                       {"name", std::to_string(index)},
                       {"path", path},
                       {"type", std::string("sentence_transformers.models.") + type}});
  };
  add_module("Transformer", "");
  add_module("Pooling", "1_Pooling");
  if (pooling.normalize) add_module("Normalize", "2_Normalize");
  write_json(folder / "modules.json", modules);
  write_json(folder / "sentence_bert_config.json",
             {{"max_seq_length", model.max_length()}, {"do_lower_case", false}});
  write_json(folder / "config_sentence_transformers.json",
             {{"prompts", nlohmann::ordered_json::object()}, {"similarity_fn_name", "cosine"}});
  std::filesystem::create_directories(folder / "1_Pooling");
  write_json(folder / "1_Pooling" / "config.json",
             {{"word_embedding_dimension", model.hidden_size()},
              {"pooling_mode_cls_token", pooling.mode == Pooling::Mode::cls},
              {"pooling_mode_mean_tokens", pooling.mode == Pooling::Mode::mean},
              {"pooling_mode_max_tokens", false},
              {"pooling_mode_mean_sqrt_len_tokens", false}});
  if (!model.head()) return;

  const Head& head = *model.head();
  write_safetensors(folder / "head.safetensors", {{"weight", head.weight}, {"bias", head.bias}});
  if (const auto& novelty = model.novelty()) {
    write_safetensors(folder / "novelty.safetensors", {{"whitening", novelty->whitening()},
                                                       {"centroids", novelty->centroids()},
                                                       {"distances", novelty->distances()}});
  }
  nlohmann::ordered_json json = record;
  json["labels"] = head.labels.names();
  json["temperature"] = head.temperature;
  if (head.problem == ProblemType::multi_label) {
    json["problem_type"] = problem_type_name(head.problem);
    json["thresholds"] = head.thresholds;
    json["label_separator"] = model.label_separator();
  }
  if (head.abstention) {
    const auto or_null = [](const std::optional<double>& value) {
      return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
    };
    json["abstention"] = {{"precision", head.abstention->precision},
                          {"threshold", or_null(head.abstention->threshold)}};
    for (const std::optional<double>& threshold : head.abstention->class_thresholds)
      json["abstention"]["class_thresholds"].push_back(or_null(threshold));
  }
  json["max_length"] = model.max_length();
  json["cleaning"] = nlohmann::ordered_json::array();
  for (const Cleaning step : model.cleaning()) json["cleaning"].push_back(cleaning_name(step));
  if (const auto& ranges = model.quantization_ranges()) {
    json["quantization_ranges"] = {{"minimum", ranges->minimum}, {"maximum", ranges->maximum}};
  }
  write_json(folder / "reprtune.json", json);
}

}  // namespace reprtune
