#include <reprtune/infer/parallel.h>
#include <reprtune/train/parallel_encoder.h>

#include <algorithm>
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

ParallelEncoder::ParallelEncoder(Model& model, std::size_t threads) : model_(model) {
  model.encoder().prepare_training(compute_type(model.precision()));
  for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i) {
    replicas_.push_back(model.encoder().replica());
    leaves_.push_back(tensors_of(replicas_.back()));
  }
}

at::Tensor ParallelEncoder::forward(std::span<const std::vector<std::int32_t>> ids, std::uint64_t seed,
                                    std::uint64_t step) {
  places_ = deal(ids, replicas_.size());
  shares_.assign(places_.size(), at::Tensor());
  for (std::size_t idle = places_.size(); idle < leaves_.size(); ++idle)
    for (const at::Tensor& leaf : leaves_[idle]) leaf.mutable_grad().reset();
  parallel_for(places_.size(), places_.size(), [&](std::size_t share) {
    const PackedBatch batch = pack(ids, places_[share]);
    Dropout dropout(seed, step * replicas_.size() + share);
    const at::Tensor hidden = replicas_[share].train(batch, compute_type(model_.precision()), dropout);
    shares_[share] = model_.pooling()(hidden, batch);
  });
  at::Tensor vectors = at::empty({static_cast<std::int64_t>(ids.size()), model_.hidden_size()},
                                 shares_.front().options().requires_grad(false));
  for (std::size_t share = 0; share < places_.size(); ++share) {
    vectors.index_copy_(0, index_of(places_[share]).to(vectors.device()), shares_[share].detach());
  }
  return vectors.requires_grad_(true);
}

void ParallelEncoder::backward(const at::Tensor& vector_gradient) {
  parallel_for(shares_.size(), shares_.size(), [&](std::size_t share) {
    const at::Tensor index = index_of(places_[share]).to(vector_gradient.device());
    shares_[share].backward(vector_gradient.index_select(0, index));
    shares_[share] = at::Tensor();
  });
}

std::vector<at::Tensor> ParallelEncoder::leaves(std::size_t parameter) const {
  std::vector<at::Tensor> result;
  for (const auto& own : leaves_) result.push_back(own[parameter]);
  return result;
}

}  // namespace reprtune
