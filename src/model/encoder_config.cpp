#include <reprtune/io/error.h>
#include <reprtune/io/json_file.h>
#include <reprtune/model/encoder_config.h>

#include <map>

namespace reprtune {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& what) {
  throw Error(ErrorKind::model, file.string() + ": " + what);
}

/// A size that must be there and lie in [1, limit]: no allocation is ever made from an unchecked number.
std::int64_t size_field(const nlohmann::json& json, const char* key, std::int64_t limit,
                        const std::filesystem::path& file) {
  if (!json.contains(key)) fail(file, std::string("'") + key + "' is missing");
  const auto value = json_value<std::int64_t>(json, key, 0, file);
  if (value < 1 || value > limit) {
    fail(file, std::string("'") + key + "' is " + std::to_string(value) + ", expected 1 to " +
                   std::to_string(limit));
  }
  return value;
}

double dropout_field(const nlohmann::json& json, const char* key, const std::filesystem::path& file) {
  const auto value = json_value<double>(json, key, 0.1, file);
  if (!(value >= 0 && value < 1)) fail(file, std::string("'") + key + "' is outside [0, 1)");
  return value;
}

std::int64_t padding_field(const nlohmann::json& json, std::int64_t vocabulary_size,
                           const std::filesystem::path& file) {
  const auto id = json_value<std::int64_t>(json, "pad_token_id", 1, file);
  if (id < 0 || id >= vocabulary_size) fail(file, "'pad_token_id' is not a token of the vocabulary");
  return id;
}

std::string activation_name(const std::string& hidden_act, const std::filesystem::path& file) {
  static const std::map<std::string, std::string> known = {
      {"gelu", "gelu"}, {"gelu_new", "gelu_tanh"}, {"gelu_pytorch_tanh", "gelu_tanh"}, {"relu", "relu"}};
  const auto found = known.find(hidden_act);
  if (found == known.end())
    fail(file, "activation '" + hidden_act + "' is not supported (gelu, gelu_new, relu)");
  return found->second;
}

}  // namespace

EncoderConfig load_encoder_config(const std::filesystem::path& file) {
  const nlohmann::json json = read_json_file(file, ErrorKind::model);
  if (!json.is_object()) fail(file, "expected a JSON object");
  EncoderConfig config;
  config.model_type = json_value<std::string>(json, "model_type", "bert", file);
  const bool roberta = config.model_type == "roberta" || config.model_type == "xlm-roberta";
  if (config.model_type != "bert" && !roberta) {
    fail(file, "model type '" + config.model_type + "' is not supported (bert, roberta, xlm-roberta)");
  }
  if (json_value<std::string>(json, "position_embedding_type", "absolute", file) != "absolute") {
    fail(file, "only absolute position embeddings are supported");
  }
  config.vocabulary_size = size_field(json, "vocab_size", 4'000'000, file);
  config.hidden_size = size_field(json, "hidden_size", 65'536, file);
  config.layers = size_field(json, "num_hidden_layers", 1'000, file);
  config.heads = size_field(json, "num_attention_heads", 1'024, file);
  config.intermediate_size = size_field(json, "intermediate_size", 1'000'000, file);
  config.max_positions = size_field(json, "max_position_embeddings", 1'000'000, file);
  config.token_types = size_field(json, "type_vocab_size", 1'000, file);
  config.layer_norm_epsilon = json_value<double>(json, "layer_norm_eps", 1e-12, file);
  config.activation = activation_name(json_value<std::string>(json, "hidden_act", "gelu", file), file);
  config.dropout = dropout_field(json, "hidden_dropout_prob", file);
  dropout_field(json, "attention_probs_dropout_prob", file);  // refused when it is none; one serves for both
  if (roberta) config.position_offset = padding_field(json, config.vocabulary_size, file) + 1;
  if (config.hidden_size % config.heads != 0)
    fail(file, "hidden_size is not a multiple of num_attention_heads");
  if (config.max_length() < 3) fail(file, "the position table is too small");
  return config;
}

}  // namespace reprtune
