#pragma once

#include <ATen/core/Tensor.h>

namespace reprtune {

struct LinearProbe {
  at::Tensor weight;  // [C, H]
  at::Tensor bias;    // [C]
};

/// Multinomial logistic regression on fixed vectors, by L-BFGS: minimises the mean cross-entropy plus
/// |weight|^2 / (2 * inverse_penalty * B), as scikit-learn's LogisticRegression(C=inverse_penalty) does.
/// vectors: [B, H] float32; labels: [B] int64 below `classes`; class_weights: [C], or undefined: all the
/// same. `known`: the rows of the first classes, which are held as they are; fitted are those of the others.
LinearProbe fit_linear_probe(const at::Tensor& vectors, const at::Tensor& labels, std::int64_t classes,
                             double inverse_penalty = 10, const at::Tensor& class_weights = {},
                             const LinearProbe& known = {});

}  // namespace reprtune
