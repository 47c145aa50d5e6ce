#include <reprtune/infer/parallel.h>
#include <reprtune/train/adversarial_perturbation.h>
#include <reprtune/train/parallel_encoder.h>

#include <algorithm>
#include <cassert>
#include <functional>
#include <numeric>

#include <ATen/ATen.h>

namespace reprtune {
namespace {

std::vector<at::Tensor> tensors_of(const Encoder& encoder) {
  std::vector<at::Tensor> tensors;
  for (const Parameter& parameter : encoder.parameters()) tensors.push_back(parameter.tensor);
  return tensors;
}

/// Deals the rows, longest first, to the share with the fewest tokens so far.
std::vector<std::vector<std::size_t>> deal(std::span<const std::vector<std::int32_t>> ids,
                                           std::size_t shares) {
  std::vector<std::size_t> order(ids.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto length = [&](std::size_t place) { return ids[place].size(); };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return length(a) > length(b); });
  std::vector<std::vector<std::size_t>> places(std::min(shares, ids.size()));
  std::vector<std::size_t> tokens(places.size(), 0);
  for (const std::size_t place : order) {
    const auto share =
        static_cast<std::size_t>(std::min_element(tokens.begin(), tokens.end()) - tokens.begin());
    places[share].push_back(place);
    tokens[share] += length(place);
  }
  return places;
}

at::Tensor index_of(const std::vector<std::size_t>& places) {
  const at::Tensor index = at::empty({static_cast<std::int64_t>(places.size())}, at::kLong);
  std::ranges::copy(places, index.mutable_data_ptr<std::int64_t>());
  return index;
}

}  // namespace

ParallelEncoder::ParallelEncoder(Model& model, std::size_t threads, double dropout, bool perturbs)
    : model_(model), threads_(std::max<std::size_t>(threads, 1)), dropout_(dropout) {
  model.encoder().prepare_training(model.precision());
  for (std::size_t i = 0; i < (perturbs ? 2 : 1) * threads_; ++i) {
    replicas_.push_back(model.encoder().replica());
    leaves_.push_back(tensors_of(replicas_.back()));
  }
}

at::Tensor ParallelEncoder::forward(std::span<const std::vector<std::int32_t>> ids, std::uint64_t seed,
                                    std::uint64_t step) {
  seed_ = seed;
  step_ = step;
  places_ = deal(ids, threads_);
  for (std::size_t i = 0; i < leaves_.size(); ++i)
    if (i % threads_ >= places_.size())  // without rows
      for (const at::Tensor& leaf : leaves_[i]) leaf.mutable_grad().reset();
  const std::vector<Linear*> linears = model_.encoder().linears();  // whose weights may have changed
  parallel_for(threads_, linears.size(), [&](std::size_t i) { linears[i]->round_weights(); });
  batches_.assign(places_.size(), PackedBatch());
  parallel_for(places_.size(), places_.size(),
               [&](std::size_t share) { batches_[share] = pack(ids, places_[share]); });
  return vectors({});
}

at::Tensor ParallelEncoder::forward_perturbed(double epsilon) {
  assert(replicas_.size() == 2 * threads_);
  std::vector<at::Tensor> gradients;
  for (std::size_t share = 0; share < places_.size(); ++share)
    gradients.push_back(replicas_[share].embedding_gradient());
  return vectors(adversarial_perturbation(gradients, rows(), epsilon));
}

/// `perturbations`: of the embeddings of each share; none: the rows as they are.
at::Tensor ParallelEncoder::vectors(const std::vector<at::Tensor>& perturbations) {
  first_replica_ = perturbations.empty() ? 0 : threads_;
  shares_.assign(places_.size(), at::Tensor());
  parallel_for(places_.size(), places_.size(), [&](std::size_t share) {
    Dropout dropout(dropout_, seed_, step_ * threads_ + share);
    const at::Tensor hidden = replicas_[first_replica_ + share].train(
        batches_[share], dropout, perturbations.empty() ? at::Tensor() : perturbations[share]);
    shares_[share] = model_.pooling()(hidden, batches_[share]);
  });
  at::Tensor vectors = at::empty({static_cast<std::int64_t>(rows()), model_.hidden_size()},
                                 shares_.front().options().requires_grad(false));
  for (std::size_t share = 0; share < places_.size(); ++share) {
    vectors.index_copy_(0, index_of(places_[share]).to(vectors.device()), shares_[share].detach());
  }
  return vectors.requires_grad_(true);
}

std::size_t ParallelEncoder::rows() const {
  std::size_t rows = 0;
  for (const auto& own : places_) rows += own.size();
  return rows;
}

void ParallelEncoder::backward(const at::Tensor& vector_gradient) {
  parallel_for(shares_.size(), shares_.size(), [&](std::size_t share) {
    const at::Tensor index = index_of(places_[share]).to(vector_gradient.device());
    shares_[share].backward(vector_gradient.index_select(0, index));
    shares_[share] = at::Tensor();
  });
  if (model_.device().is_cpu()) join_gradients();
}

void ParallelEncoder::join_gradients() {
  const std::vector<Linear*> linears = model_.encoder().linears();
  std::vector<std::size_t> order(linears.size());  // the largest first, so that no thread is left with one
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater(),
                           [&](std::size_t i) { return linears[i]->weight().numel(); });
  const std::span own = std::span(replicas_).subspan(first_replica_, shares_.size());
  const auto update = first_replica_ == 0 ? kernels::Update::replace : kernels::Update::add;
  parallel_for(threads_, order.size(),
               [&](std::size_t i) { replicas_.front().join_gradient(order[i], own, update); });
}

std::vector<at::Tensor> ParallelEncoder::leaves(std::size_t parameter) const {
  std::vector<at::Tensor> result;
  for (const auto& own : leaves_) result.push_back(own[parameter]);
  return result;
}

}  // namespace reprtune
