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
  /// `model` must outlive this object and keep its tensors. `dropout`: its probability. `perturbs`: whether
  /// forward_perturbed() is to be used, which needs memory for gradients of its own.
  ParallelEncoder(Model& model, std::size_t threads, double dropout, bool perturbs = false);

  /// Vectors [B, H] float32 of rows of ids, in their order, as a new gradient leaf. Dropout masks are those
  /// of (seed, step) for this number of threads.
  at::Tensor forward(std::span<const std::vector<std::int32_t>> ids, std::uint64_t seed, std::uint64_t step);

  /// Takes the gradient of the vectors back through the encoder; it arrives at the leaves.
  void backward(const at::Tensor& vector_gradient);

  /// After backward(): the same rows with the same dropout masks once more, their embeddings moved by
  /// adversarial_perturbation() along the gradient that has arrived. backward() may follow, too, whose
  /// gradients arrive at leaves of their own and so are added to the first ones.
  at::Tensor forward_perturbed(double epsilon);

  /// The leaves of parameter `parameter` of the encoder, one for each thread (two, if it perturbs), in the
  /// order in which their gradients are to be added; those of threads without rows have none. On the CPU
  /// those of linear layers' matrices arrive at the first leaf, in the type of the activations.
  std::vector<at::Tensor> leaves(std::size_t parameter) const;

 private:
  at::Tensor vectors(const std::vector<at::Tensor>& perturbations);
  void join_gradients();
  std::size_t rows() const;

  Model& model_;
  std::size_t threads_;
  double dropout_;
  std::vector<Encoder> replicas_;                 // [thread], then [thread] of the perturbed rows
  std::vector<std::vector<at::Tensor>> leaves_;   // [replica][parameter]
  std::vector<at::Tensor> shares_;                // [thread] vectors of its rows, with their graph
  std::vector<std::vector<std::size_t>> places_;  // [thread] places of its rows in the batch
  std::vector<PackedBatch> batches_;              // [thread] its rows
  std::size_t first_replica_ = 0;                 // of those that have the vectors
  std::uint64_t seed_ = 0, step_ = 0;             // of the dropout masks
};

}  // namespace reprtune
