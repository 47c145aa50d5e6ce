#include <reprtune/text/tfidf.h>
#include <reprtune/train/held_out.h>
#include <reprtune/train/lbfgs.h>
#include <reprtune/train/linear_probe.h>
#include <reprtune/train/losses.h>
#include <reprtune/train/tfidf_probe.h>

#include <algorithm>
#include <string>

#include <ATen/ATen.h>

namespace reprtune {
namespace {

constexpr std::size_t kMostWeights = 20'000'000;

std::vector<std::string> texts_of(const Dataset& data) {
  std::vector<std::string> texts;
  for (const Example& example : data.examples) texts.push_back(example.text);
  return texts;
}

/// Sparse rows that can be multiplied with a dense matrix.
class SparseMatrix {
 public:
  explicit SparseMatrix(const SparseRows& rows)
      : features_(at::tensor(rows.features, at::kLong)),
        begins_(at::tensor(rows.begins, at::kLong)),
        values_(at::tensor(rows.values, at::kFloat)) {}

  /// weight: [features, C] -> [B, C].
  at::Tensor times(const at::Tensor& weight) const {
    constexpr std::int64_t kSum = 0;
    return std::get<0>(at::embedding_bag(weight, features_, begins_, false, kSum, false, values_));
  }

 private:
  at::Tensor features_, begins_, values_;
};

}  // namespace

std::vector<std::size_t> tfidf_predictions(const Split& rows, const ProgressListener& progress) {
  const std::size_t classes = rows.train.labels.size();
  const std::vector<std::string> texts = texts_of(rows.train);
  const Tfidf tfidf = Tfidf::fit(texts, std::max<std::size_t>(1, kMostWeights / classes));
  const auto features = static_cast<std::int64_t>(std::max<std::size_t>(1, tfidf.feature_count()));
  const auto C = static_cast<std::int64_t>(classes);
  at::Tensor weight = at::zeros({features, C}).requires_grad_(true);
  at::Tensor bias = at::zeros({C}).requires_grad_(true);
  const SparseMatrix train(tfidf.transform(texts));
  const at::Tensor labels = at::empty({static_cast<std::int64_t>(texts.size())}, at::kLong);
  std::ranges::transform(
      rows.train.examples, labels.mutable_data_ptr<std::int64_t>(),
      [](const Example& example) { return static_cast<std::int64_t>(example.labels.only()); });
  const double penalty = 1 / (2 * kProbeInversePenalty * static_cast<double>(texts.size()));
  std::uint64_t steps = 0;
  minimize({weight, bias},
           [&] {
             if (progress) progress({"fitting TF-IDF, logistic regression", ++steps, 0, "step"});
             return classification_loss(train.times(weight) + bias, labels, {}, 0) +
                    penalty * weight.square().sum();
           },
           {.iterations = 100, .history = 10, .least_gradient = 1e-5});
  const SparseMatrix validation(tfidf.transform(texts_of(rows.validation)));
  return best_classes((validation.times(weight) + bias).detach());
}

}  // namespace reprtune
