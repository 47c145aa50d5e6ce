#include "label_sets_golden.h"
#include "logistic_regression.h"
#include "training_golden.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(LinearProbe, ProbabilitiesAreThoseOfScikitLearn) {
  for (const auto& golden : training_golden().at("probe")) {
    const std::int64_t rows = golden.at("rows"), classes = golden.at("classes");
    const at::Tensor vectors = at::tensor(golden.at("vectors").get<std::vector<float>>()).view({rows, -1});
    const at::Tensor labels = at::tensor(golden.at("labels").get<std::vector<std::int64_t>>());
    const LinearProbe probe = logistic_regression(vectors, labels, classes);
    EXPECT_FALSE(probe.weight.requires_grad());
    const at::Tensor probabilities = at::softmax(at::linear(vectors, probe.weight, probe.bias), 1);
    const at::Tensor expected =
        at::tensor(golden.at("probabilities").get<std::vector<float>>()).view({rows, classes});
    EXPECT_LT((probabilities - expected).abs().max().item<double>(), 1e-3);
    EXPECT_TRUE(at::equal(probabilities.argmax(1), expected.argmax(1)));
  }
}

TEST(LinearProbe, KnownRowsAreHeldAndNewOnesFitBesideThem) {
  const at::Tensor vectors = at::tensor({1.0F, 0.0F, 0.0F, 1.0F, 0.1F, 0.9F}).view({3, 2});
  const LinearProbe known{at::tensor({3.0F, -3.0F}).view({1, 2}), at::tensor({0.5F})};
  const at::Tensor labels = at::tensor({0, 1, 1}, at::kLong);
  const LinearProbe probe = logistic_regression(vectors, labels, 2, known);
  EXPECT_TRUE(at::equal(probe.weight[0], known.weight[0]));
  EXPECT_TRUE(at::equal(probe.bias.slice(0, 0, 1), known.bias));
  EXPECT_TRUE(at::equal(at::linear(vectors, probe.weight, probe.bias).argmax(1), labels));
}

TEST(LinearProbe, AClassWithoutRowsIsNeverPredicted) {
  const at::Tensor vectors = at::tensor({1.0F, 0.0F, 0.9F, 0.1F, 0.0F, 1.0F, 0.1F, 0.9F}).view({4, 2});
  const LinearProbe probe = logistic_regression(vectors, at::tensor({0, 0, 2, 2}, at::kLong), 3);
  const at::Tensor predicted = at::linear(vectors, probe.weight, probe.bias).argmax(1);
  EXPECT_TRUE(at::equal(predicted, at::tensor({0, 0, 2, 2}, at::kLong)));
}

TEST(LinearProbe, OneVersusRestIsThatOfScikitLearn) {
  for (const auto& golden : label_sets_golden().at("probe")) {
    const std::int64_t rows = golden.at("rows"), classes = golden.at("classes");
    const at::Tensor vectors = golden_matrix(golden.at("vectors"), rows);
    const at::Tensor sets = golden_matrix(golden.at("sets"), rows);
    const LinearProbe probe = fit_linear_probe(
        vectors, classes, [&](const at::Tensor& logits) { return label_set_loss(logits, sets); });
    const at::Tensor probabilities = at::sigmoid(at::linear(vectors, probe.weight, probe.bias));
    EXPECT_LT((probabilities - golden_matrix(golden.at("probabilities"), rows)).abs().max().item<double>(),
              1e-3);
  }
}

}  // namespace
}  // namespace reprtune
