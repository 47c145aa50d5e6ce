#pragma once

#include "temporary_folder.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {

/// A tiny checkpoint and what transformers computes with it (golden/make_golden.py).
struct Golden {
  explicit Golden(const std::string& name)
      : folder(std::filesystem::path(REPRTUNE_SOURCE_DIR) / "tests/model/golden" / name) {
    const auto json = nlohmann::json::parse(file_bytes(folder / "expected.json"));
    texts = json.at("texts").get<std::vector<std::string>>();
    ids = json.at("ids").get<std::vector<std::vector<std::int32_t>>>();
    hidden = json.at("hidden").get<std::vector<std::vector<float>>>();
    vectors = json.at("vectors").get<std::vector<std::vector<float>>>();
  }

  std::filesystem::path folder;
  std::vector<std::string> texts;              // [B], none where only the encoder is tested
  std::vector<std::vector<std::int32_t>> ids;  // [B][T]
  std::vector<std::vector<float>> hidden;      // [B][T * H]
  std::vector<std::vector<float>> vectors;     // [B][H]
};

inline at::Tensor as_tensor(const std::vector<float>& values) { return at::tensor(values, at::kFloat); }

/// Largest difference between a tensor and the same numbers, row by row.
inline double largest_difference(const at::Tensor& tensor, const std::vector<float>& values) {
  return (tensor.detach().reshape(-1).to(at::kFloat) - as_tensor(values)).abs().max().item<double>();
}

inline double cosine(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor x = a.to(at::kDouble), y = b.to(at::kDouble);
  return (x.dot(y) / (x.norm() * y.norm())).item<double>();
}

inline bool same_bits(const at::Tensor& a, const at::Tensor& b) {
  return a.sizes() == b.sizes() && a.scalar_type() == b.scalar_type() && at::equal(a, b);
}

}  // namespace reprtune
