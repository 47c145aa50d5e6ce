#pragma once

#include <reprtune/model/device.h>
#include <reprtune/serve/served_model.h>

#include <filesystem>
#include <memory>
#include <string>

#include <ATen/ATen.h>

namespace reprtune::serve {

/// The random encoder of the model tests: H = 32, vectors of length 1, at most 60 tokens.
inline Model tiny_model() {
  const auto folder = std::filesystem::path(REPRTUNE_SOURCE_DIR) / "tests/model/golden/mean_normalize";
  return Model::load(folder, Precision::float32, resolve_device("cpu"));
}

/// The same with a head of three classes.
inline std::shared_ptr<const ServedModel> tiny_classifier(const std::string& name) {
  Model model = tiny_model();
  at::Tensor weight = at::zeros({3, 32});
  for (int label = 0; label < 3; ++label) weight[label][label] = 4.0;
  model.set_head({.labels = LabelSet({"a", "b", "c"}), .weight = weight, .bias = at::zeros({3})});
  return std::make_shared<ServedModel>(name, std::move(model));
}

inline std::shared_ptr<const ServedModel> tiny_embedder(const std::string& name) {
  return std::make_shared<ServedModel>(name, tiny_model());
}

}  // namespace reprtune::serve
