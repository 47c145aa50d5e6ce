#pragma once

#include <reprtune/model/encoder_config.h>
#include <reprtune/model/pooling.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

class Model;

/// What the JSON files of a model folder say, without its weights: cheap to read. Understands the
/// sentence-transformers layout before and since version 5.4 and a plain Hugging Face folder (mean pooling,
/// no normalisation).
struct ModelFolder {
  std::filesystem::path path;
  EncoderConfig config;
  Pooling pooling;
  std::int64_t max_length = 0;  ///< tokens, special ones included
  bool has_head = false;        ///< head.safetensors and reprtune.json are there
};

/// Throws Error(model), one line that names the file.
ModelFolder read_model_folder(const std::filesystem::path& folder);

/// The JSON of `reprtune.json`, with "labels" and "temperature" checked. Throws Error(model).
nlohmann::json read_reprtune_json(const std::filesystem::path& folder);

/// Writes the files of a model into the existing folder `folder`, in the sentence-transformers layout that
/// every version reads; `record` becomes reprtune.json, to which labels, temperature and maximal length are
/// added. Throws Error(runtime).
void write_model_folder(const std::filesystem::path& folder, const Model& model,
                        const nlohmann::ordered_json& record);

}  // namespace reprtune
