#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include <ATen/core/Tensor.h>

namespace reprtune {

struct LinearProbe {
  at::Tensor weight;  // [C, H]
  at::Tensor bias;    // [C]
};

/// How little large weights cost: C of scikit-learn's LogisticRegression.
inline constexpr double kProbeInversePenalty = 10;

/// Minimises loss(logits) + |weight|^2 / (2 * inverse_penalty * B) over the logits [B, C] of fixed vectors,
/// by L-BFGS. vectors: [B, H] float32. With classification_loss() this is scikit-learn's LogisticRegression
/// of C = inverse_penalty, with label_set_loss() one logistic regression per label. `known`: the rows of the
/// first classes, which are held as they are; fitted are those of the others. Same data, same bytes, whatever
/// the number of threads.
LinearProbe fit_linear_probe(const at::Tensor& vectors, std::int64_t classes,
                             const std::function<at::Tensor(const at::Tensor& logits)>& loss,
                             double inverse_penalty = kProbeInversePenalty, const LinearProbe& known = {},
                             std::size_t threads = 1);

}  // namespace reprtune
