#pragma once

#include <reprtune/model/model.h>

#include <cstdint>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// The vectors of a training batch, computed by several threads with a share of its rows each, and the way
/// back. Each thread works single-threaded on a replica of the encoder: small steps spend their time in small
/// operators, which do not gain from threads of their own. The loss sees all vectors at once, so contrastive
/// terms compare all rows of the batch.
class ParallelEncoder {
 public:
  /// `model` must outlive this object and keep its tensors.
  ParallelEncoder(Model& model, std::size_t threads);

  /// Vectors [B, H] float32 of rows of ids, in their order, as a new gradient leaf. Dropout masks are those
  /// of (seed, step) for this number of threads.
  at::Tensor forward(std::span<const std::vector<std::int32_t>> ids, std::uint64_t seed, std::uint64_t step);

  /// Takes the gradient of the vectors back through the encoder; it arrives at the leaves.
  void backward(const at::Tensor& vector_gradient);

  /// The leaves of parameter `parameter` of the encoder, one for each thread, in the order in which their
  /// gradients are to be added; those of threads without rows have none. See CpuTrainingPass for the types.
  std::vector<at::Tensor> leaves(std::size_t parameter) const;

 private:
  Model& model_;
  std::vector<Encoder> replicas_;
  std::vector<std::vector<at::Tensor>> leaves_;   // [thread][parameter]
  std::vector<at::Tensor> shares_;                // [thread] vectors of its rows, with their graph
  std::vector<std::vector<std::size_t>> places_;  // [thread] places of its rows in the batch
};

}  // namespace reprtune
