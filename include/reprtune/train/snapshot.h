#pragma once

#include <reprtune/model/safetensors.h>
#include <reprtune/train/checkpoint.h>

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// A copy of weights, which can be put back.
class Snapshot {
 public:
  /// Of these tensors; nothing is copied yet.
  explicit Snapshot(NamedTensors weights) : weights_(std::move(weights)) {}

  void take();
  void put_back() const;
  /// As tensors "<prefix><name>".
  void save(Checkpoint& checkpoint, const std::string& prefix) const;
  /// Throws Error(model) when one of them is not there.
  void restore(const Checkpoint& checkpoint, const std::string& prefix);

 private:
  NamedTensors weights_;
  std::vector<at::Tensor> copies_;
};

}  // namespace reprtune
