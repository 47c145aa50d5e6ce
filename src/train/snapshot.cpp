#include <reprtune/train/snapshot.h>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace reprtune {

void Snapshot::take() {
  const c10::NoGradGuard no_grad;
  copies_.clear();
  for (const auto& [name, tensor] : weights_) copies_.push_back(tensor.detach().clone());
}

void Snapshot::put_back() const {
  const c10::NoGradGuard no_grad;
  for (std::size_t i = 0; i < copies_.size(); ++i) weights_[i].second.detach().copy_(copies_[i]);
}

void Snapshot::save(Checkpoint& checkpoint, const std::string& prefix) const {
  for (std::size_t i = 0; i < copies_.size(); ++i)
    checkpoint.tensors.emplace_back(prefix + weights_[i].first, copies_[i]);
}

void Snapshot::restore(const Checkpoint& checkpoint, const std::string& prefix) {
  copies_.clear();
  for (const auto& [name, tensor] : weights_)
    copies_.push_back(checkpoint.tensor(prefix + name, tensor.sizes()).to(tensor.device(), false, true));
}

}  // namespace reprtune
