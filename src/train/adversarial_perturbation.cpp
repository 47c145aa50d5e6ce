#include <reprtune/train/adversarial_perturbation.h>

#include <cmath>

#include <ATen/ATen.h>

namespace reprtune {

std::vector<at::Tensor> adversarial_perturbation(const std::vector<at::Tensor>& gradients, std::size_t rows,
                                                 double epsilon) {
  double norm = 0;
  for (const at::Tensor& gradient : gradients) norm = std::hypot(norm, gradient.norm().item<double>());
  const double scale = norm > 0 ? epsilon * std::sqrt(static_cast<double>(rows)) / norm : 0;
  std::vector<at::Tensor> result;
  for (const at::Tensor& gradient : gradients) result.push_back(gradient * scale);
  return result;
}

}  // namespace reprtune
