#include <reprtune/model/head.h>

#include <ATen/ATen.h>

namespace reprtune {

at::Tensor Head::logits(const at::Tensor& vectors) const { return at::linear(vectors, weight, bias); }

}  // namespace reprtune
