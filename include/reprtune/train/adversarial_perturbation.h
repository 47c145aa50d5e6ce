#pragma once

#include <cstddef>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// Where to move the embeddings of a batch of texts so that its loss grows fastest, by the fast gradient
/// method (Miyato, Dai and Goodfellow, "Adversarial Training Methods for Semi-Supervised Text
/// Classification", ICLR 2017): `gradients`, the gradients [N, H] float32 of the embeddings of all tokens of
/// the `rows` texts, in any number of parts, brought to such a length that the square root of the mean square
/// of what a text moves, by the Euclidean norm over all its tokens, is `epsilon`. Texts that the loss hangs
/// on move further than those that are learnt. All stay where there is no gradient.
std::vector<at::Tensor> adversarial_perturbation(const std::vector<at::Tensor>& gradients, std::size_t rows,
                                                 double epsilon);

}  // namespace reprtune
