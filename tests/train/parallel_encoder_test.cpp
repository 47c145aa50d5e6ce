#include <reprtune/train/parallel_encoder.h>

#include "toy_data.h"

#include <map>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

double dropout_of(const Model& model) { return model.encoder().config().dropout; }

using Ids = std::vector<std::vector<std::int32_t>>;

const Ids kIds = {
    {2, 5, 6, 7, 8, 9, 10, 3}, {2, 7, 9, 3}, {2, 7, 7, 7, 3}, {2, 8, 3}, {2, 8, 3}, {2, 44, 45, 3}, {2, 3}};

at::Tensor directions(const at::Tensor& vectors) {
  return at::sin(at::arange(vectors.numel(), at::kFloat)).view(vectors.sizes());
}

using Gradients = std::map<std::string, at::Tensor>;

/// Gradients of a fixed direction of the vectors, and the vectors under "".
Gradients gradients(Model& model, std::size_t threads) {
  ParallelEncoder encoder(model, threads, dropout_of(model));
  const at::Tensor vectors = encoder.forward(kIds, 1, 1);
  encoder.backward(directions(vectors));
  Gradients result = {{"", vectors.detach()}};
  const auto parameters = model.encoder().parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    at::Tensor& sum = result[parameters[i].name] = at::zeros_like(parameters[i].tensor);
    for (const at::Tensor& leaf : encoder.leaves(i)) {
      if (leaf.grad().defined()) sum += leaf.grad().is_sparse() ? leaf.grad().to_dense() : leaf.grad();
    }
  }
  return result;
}

TEST(ParallelEncoder, AnyNumberOfThreadsGivesThePlainGradient) {
  Model model = still_model();
  Encoder plain = model.encoder().replica();
  const PackedBatch batch = pack(kIds);
  Dropout none(0, 0, 0);
  const at::Tensor vectors = model.pooling()(plain.train(batch, none), batch);
  vectors.backward(directions(vectors));
  for (std::size_t i = 0; i < plain.linears().size(); ++i)
    plain.join_gradient(i, {&plain, 1}, kernels::Update::replace);
  for (const std::size_t threads : {1, 2, 3, 20}) {
    SCOPED_TRACE(threads);
    const Gradients found = gradients(model, threads);
    EXPECT_LT((found.at("") - vectors.detach()).abs().max().item<double>(), 1e-5);
    for (const Parameter& leaf : plain.parameters()) {
      at::Tensor expected = leaf.tensor.grad();
      if (expected.is_sparse()) expected = expected.to_dense();
      const double scale = std::max(1.0, expected.abs().max().item<double>());
      EXPECT_LT((found.at(leaf.name) - expected).abs().max().item<double>() / scale, 1e-5) << leaf.name;
    }
  }
}

TEST(ParallelEncoder, IntegersGiveNearlyThePlainGradient) {
  Model model = still_model(), rounded = still_model(Precision::int16);
  const Gradients expected = gradients(model, 2), found = gradients(rounded, 2);
  for (const auto& [name, gradient] : expected) {
    const double norm = gradient.norm().item<double>();
    const double off = (found.at(name) - gradient).norm().item<double>();
    EXPECT_LT(off, 5e-3 * norm + 1e-5) << name;  // the gradients of key biases are all but zero
    const bool product = name.ends_with("qkv.weight");
    EXPECT_TRUE(!product || off > 1e-6 * norm) << name << " was not computed in integers";
  }
}

TEST(ParallelEncoder, IntegersFollowTheWeights) {
  Model model = still_model(Precision::int16), other = still_model(Precision::int16);
  ParallelEncoder encoder(model, 2, 0);
  encoder.forward(kIds, 1, 1);
  for (Model* const changed : {&model, &other})
    for (const Parameter& parameter : changed->encoder().parameters())
      parameter.tensor.detach().mul_(parameter.name.ends_with("dense.bias") ? 3 : 0.5);
  ParallelEncoder fresh(other, 2, 0);
  const at::Tensor vectors = encoder.forward(kIds, 1, 1), expected = fresh.forward(kIds, 1, 1);
  EXPECT_TRUE(at::equal(vectors.detach(), expected.detach()));
  encoder.backward(directions(vectors));
  fresh.backward(directions(vectors));
  for (std::size_t i = 0; i < model.encoder().parameters().size(); ++i) {
    const at::Tensor gradient = encoder.leaves(i)[0].grad(), same = fresh.leaves(i)[0].grad();
    EXPECT_TRUE(gradient.is_sparse() ? at::equal(gradient.to_dense(), same.to_dense())
                                     : at::equal(gradient, same));
  }
}

TEST(ParallelEncoder, SameThreadsSameBits) {
  Model model = toy_model();  // with dropout
  for (const std::size_t threads : {1, 2, 3}) {
    const Gradients first = gradients(model, threads), second = gradients(model, threads);
    for (const auto& [name, gradient] : first) EXPECT_TRUE(at::equal(gradient, second.at(name))) << name;
  }
}

TEST(ParallelEncoder, VectorsWithoutDropoutAreThoseOfInference) {
  Model model = still_model();
  ParallelEncoder encoder(model, 2, dropout_of(model));
  const at::Tensor vectors = encoder.forward(kIds, 1, 1);
  EXPECT_TRUE(vectors.is_leaf() && vectors.requires_grad());
  EXPECT_LT((vectors.detach() - model.embed(pack(kIds))).abs().max().item<double>(), 1e-5);
}

double loss_of(const at::Tensor& vectors) {
  return vectors.detach().square().mul(directions(vectors)).sum().item<double>();
}

at::Tensor loss_gradient(const at::Tensor& vectors) { return 2 * vectors.detach() * directions(vectors); }

TEST(ParallelEncoder, PerturbedRowsHaveTheSameMasksButAreHarder) {
  for (const std::size_t threads : {1, 2, 20}) {
    Model model = toy_model();  // with dropout
    ParallelEncoder encoder(model, threads, dropout_of(model), true);
    const at::Tensor vectors = encoder.forward(kIds, 1, 1);
    encoder.backward(loss_gradient(vectors));
    EXPECT_TRUE(at::equal(encoder.forward_perturbed(0).detach(), vectors.detach()));
    const at::Tensor moved = encoder.forward_perturbed(0.01);
    EXPECT_TRUE(moved.is_leaf() && moved.requires_grad());
    EXPECT_GT(loss_of(moved), loss_of(vectors)) << threads << " threads";
  }
}

TEST(ParallelEncoder, AnyNumberOfThreadsPerturbsAlike) {
  Model model = still_model();
  std::vector<at::Tensor> found;
  for (const std::size_t threads : {1, 3}) {
    ParallelEncoder encoder(model, threads, dropout_of(model), true);
    const at::Tensor vectors = encoder.forward(kIds, 1, 1);
    encoder.backward(loss_gradient(vectors));
    found.push_back(encoder.forward_perturbed(0.5).detach());
    EXPECT_FALSE(at::allclose(found.back(), vectors.detach(), 1e-3, 1e-3));
  }
  EXPECT_LT((found[0] - found[1]).abs().max().item<double>(), 1e-5);
}

TEST(ParallelEncoder, GradientsOfPerturbedRowsAreAddedToTheFirst) {
  Model model = still_model();
  const auto sums = [&](ParallelEncoder& encoder) {
    std::vector<at::Tensor> result;
    for (std::size_t i = 0; i < model.encoder().parameters().size(); ++i) {
      at::Tensor sum = at::zeros_like(model.encoder().parameters()[i].tensor);
      for (const at::Tensor& leaf : encoder.leaves(i))
        if (leaf.grad().defined()) sum = sum + leaf.grad();
      result.push_back(sum.is_sparse() ? sum.to_dense() : sum);
    }
    return result;
  };
  for (const std::size_t threads : {1, 3}) {
    ParallelEncoder once(model, threads, dropout_of(model)), twice(model, threads, dropout_of(model), true);
    once.backward(loss_gradient(once.forward(kIds, 1, 1)));
    twice.backward(loss_gradient(twice.forward(kIds, 1, 1)));
    twice.backward(loss_gradient(twice.forward_perturbed(0)));  // the same rows again
    const auto single = sums(once), both = sums(twice);
    for (std::size_t i = 0; i < single.size(); ++i)
      EXPECT_TRUE(at::allclose(both[i], 2 * single[i], 1e-4, 1e-6)) << model.encoder().parameters()[i].name;
  }
}

TEST(ParallelEncoder, DropoutChangesWithTheStep) {
  Model model = toy_model();
  ParallelEncoder encoder(model, 2, dropout_of(model));
  const at::Tensor first = encoder.forward(kIds, 1, 1).detach();
  EXPECT_FALSE(at::equal(first, encoder.forward(kIds, 1, 2).detach()));
  EXPECT_TRUE(at::equal(first, encoder.forward(kIds, 1, 1).detach()));
}

}  // namespace
}  // namespace reprtune
