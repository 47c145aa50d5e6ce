#pragma once

#include <reprtune/train/finetune.h>

#include "../model/temporary_folder.h"

#include <filesystem>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <nlohmann/json.hpp>

namespace reprtune {

/// The tiny random checkpoint of tests/model/golden, ready to be trained.
inline Model toy_model() {
  return Model::load(REPRTUNE_SOURCE_DIR "/tests/model/golden/mean_normalize", Precision::float32,
                     at::Device(at::kCPU));
}

/// The toy model without dropout.
inline Model still_model(Precision precision = Precision::float32) {
  const TemporaryFolder folder;
  std::filesystem::copy(REPRTUNE_SOURCE_DIR "/tests/model/golden/mean_normalize", folder.path(),
                        std::filesystem::copy_options::recursive);
  auto config = nlohmann::json::parse(file_bytes(folder / "config.json"));
  config["hidden_dropout_prob"] = config["attention_probs_dropout_prob"] = 0.0;
  folder.write("config.json", config.dump());
  return Model::load(folder.path(), precision, at::kCPU);
}

/// 20 rows in two classes, told apart by their words.
inline Dataset toy_data() {
  Dataset data;
  data.name = "toy.csv";
  data.labels = LabelSet({"account", "parcel"});
  const std::vector<std::vector<std::string>> texts = {
      {"my password is broken", "login help please", "my account was charged twice", "change my password",
       "app login was slow", "the account is broken", "where is my login", "password!",
       "please help with the app account", "how is my password 1 2 0"},
      {"my parcel is late", "where is the order", "the parcel was broken", "late order!", "my order is slow",
       "cancel the parcel", "when is my parcel", "parcel", "please help with the late order",
       "order 0 1 2 is not a parcel"}};
  for (std::size_t row = 0; row < 20; ++row)
    data.examples.push_back({texts[row % 2][row / 2], row % 2, row + 1});
  return data;
}

inline FinetuneOptions toy_options(std::int64_t epochs) {
  FinetuneOptions options;
  options.epochs = epochs;
  options.batch_size = 10;
  options.learning_rate = 2e-3;
  options.max_length = 32;
  options.contrastive_weight = 0.1;
  return options;
}

}  // namespace reprtune
