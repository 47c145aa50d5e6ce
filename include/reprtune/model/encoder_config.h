#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace reprtune {

/// What an encoder's weights are: the fields of a Hugging Face config.json that this library acts on.
struct EncoderConfig {
  std::string model_type = "bert";
  std::int64_t vocabulary_size = 0;    // V
  std::int64_t hidden_size = 0;        // H
  std::int64_t layers = 0;             // L
  std::int64_t heads = 0;              // A
  std::int64_t intermediate_size = 0;  // F
  std::int64_t max_positions = 0;      ///< rows of the position table
  std::int64_t position_offset =
      0;  ///< position of the first token: 0 for BERT, pad id + 1 for RoBERTa and XLM-R
  std::int64_t token_types = 0;
  double layer_norm_epsilon = 1e-12;
  std::string activation = "gelu";  ///< "gelu" (erf), "gelu_tanh" or "relu"
  double dropout = 0.1;             ///< of hidden states when it was trained

  std::int64_t head_size() const { return hidden_size / heads; }  // D
  /// Tokens, special ones included, that the position table allows.
  std::int64_t max_length() const { return max_positions - position_offset; }
};

/// Reads config.json of a BERT-family model. Throws Error(model) for other architectures and impossible
/// sizes.
EncoderConfig load_encoder_config(const std::filesystem::path& config_file);

}  // namespace reprtune
