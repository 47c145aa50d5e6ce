#include <reprtune/eval/calibration.h>
#include <reprtune/eval/label_thresholds.h>
#include <reprtune/model/head.h>

#include <algorithm>
#include <utility>

#include <ATen/ATen.h>

namespace reprtune {
namespace {

std::span<const float> values(const at::Tensor& contiguous) {
  return {contiguous.const_data_ptr<float>(), static_cast<std::size_t>(contiguous.numel())};
}

}  // namespace

Head Head::with_weights(at::Tensor new_weight, at::Tensor new_bias) const {
  Head head;
  head.labels = labels;
  head.problem = problem;
  head.weight = std::move(new_weight);
  head.bias = std::move(new_bias);
  return head;
}

at::Tensor Head::logits(const at::Tensor& vectors) const { return at::linear(vectors, weight, bias); }

std::vector<float> Head::probabilities(const at::Tensor& logits) const {
  const at::Tensor rows = logits.contiguous();
  return problem == ProblemType::multi_label ? sigmoid(values(rows), temperature)
                                             : softmax(values(rows), labels.size(), temperature);
}

std::vector<RowLabels> Head::predict(std::span<const float> probabilities) const {
  const std::size_t C = labels.size();
  std::vector<RowLabels> rows;
  for (std::size_t begin = 0; begin < probabilities.size(); begin += C) {
    const auto p = probabilities.subspan(begin, C);
    std::vector<std::size_t> given;
    if (problem == ProblemType::single_label) {
      given.push_back(static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin()));
    } else {
      for (std::size_t c = 0; c < C; ++c)
        if (p[c] >= thresholds[c]) given.push_back(c);
    }
    rows.emplace_back(std::move(given));
  }
  return rows;
}

Metrics Head::score(std::span<const RowLabels> truth, std::span<const float> probabilities) const {
  return problem == ProblemType::multi_label
             ? compute_metrics(truth, predict(probabilities), probabilities, labels.size())
             : compute_metrics(class_indices(truth), probabilities, labels.size());
}

void Head::fit_temperature(const at::Tensor& logits, std::span<const RowLabels> truth) {
  const at::Tensor rows = logits.contiguous();
  temperature = problem == ProblemType::multi_label
                    ? fit_sigmoid_temperature(values(rows), truth, labels.size())
                    : reprtune::fit_temperature(values(rows), class_indices(truth), labels.size());
}

void Head::fit_thresholds(const at::Tensor& logits, std::span<const RowLabels> truth) {
  if (problem == ProblemType::multi_label)
    thresholds = fit_label_thresholds(truth, probabilities(logits), labels.size());
}

}  // namespace reprtune
