#include <reprtune/eval/calibration.h>
#include <reprtune/train/held_out.h>

#include <algorithm>

#include <ATen/ATen.h>

namespace reprtune {
namespace {

std::span<const float> values(const at::Tensor& contiguous) {
  return {contiguous.const_data_ptr<float>(), static_cast<std::size_t>(contiguous.numel())};
}

std::vector<float> probabilities_of(const at::Tensor& logits, double temperature) {
  return softmax(values(logits.contiguous()), static_cast<std::size_t>(logits.size(1)), temperature);
}

}  // namespace

std::vector<std::size_t> best_classes(const at::Tensor& logits) {
  std::vector<std::size_t> result;
  const at::Tensor best = logits.argmax(1);
  for (std::int64_t i = 0; i < best.size(0); ++i)
    result.push_back(static_cast<std::size_t>(best[i].item<std::int64_t>()));
  return result;
}

Metrics score_logits(std::span<const std::size_t> truth, const at::Tensor& logits, double temperature) {
  return compute_metrics(truth, probabilities_of(logits, temperature),
                         static_cast<std::size_t>(logits.size(1)));
}

std::vector<float> HeldOut::probabilities(double temperature) const {
  return probabilities_of(logits, temperature);
}

std::vector<std::size_t> HeldOut::predictions() const { return best_classes(logits); }

Metrics HeldOut::score(double temperature) const { return score_logits(truth, logits, temperature); }

HeldOut join(std::span<const HeldOut> parts) {
  HeldOut all;
  std::vector<at::Tensor> logits, distances, vectors;
  for (const HeldOut& part : parts) {
    all.truth.insert(all.truth.end(), part.truth.begin(), part.truth.end());
    all.majority.insert(all.majority.end(), part.majority.begin(), part.majority.end());
    all.probe.insert(all.probe.end(), part.probe.begin(), part.probe.end());
    logits.push_back(part.logits);
    distances.push_back(part.distances);
    vectors.push_back(part.vectors_before);
  }
  all.logits = at::cat(logits);
  all.distances = at::cat(distances);
  all.vectors_before = at::cat(vectors);
  return all;
}

Baselines score_baselines(const HeldOut& held_out, std::size_t classes) {
  const auto score = [&](const std::vector<std::size_t>& answers) {
    std::vector<float> certain(answers.size() * classes, 0);
    for (std::size_t row = 0; row < answers.size(); ++row) certain[row * classes + answers[row]] = 1;
    return compute_metrics(held_out.truth, certain, classes);
  };
  const Metrics majority = score(held_out.majority), probe = score(held_out.probe);
  return {majority.accuracy, *majority.macro.f1, probe.accuracy, *probe.macro.f1};
}

at::Tensor class_tensor(const std::vector<std::size_t>& classes) {
  const at::Tensor tensor = at::empty({static_cast<std::int64_t>(classes.size())}, at::kFloat);
  std::ranges::transform(classes, tensor.mutable_data_ptr<float>(),
                         [](std::size_t label) { return static_cast<float>(label); });
  return tensor;
}

std::vector<std::size_t> classes_of(const at::Tensor& tensor) {
  const auto* const first = tensor.const_data_ptr<float>();
  std::vector<std::size_t> classes;
  for (std::int64_t i = 0; i < tensor.numel(); ++i) classes.push_back(static_cast<std::size_t>(first[i]));
  return classes;
}

void calibrate(Head& head, const HeldOut& held_out, double precision) {
  const std::size_t classes = head.labels.size();
  const at::Tensor logits = held_out.logits.contiguous();
  head.temperature = fit_temperature(values(logits), held_out.truth, classes);
  head.abstention.reset();
  if (precision == 0) return;
  head.abstention = {
      precision, fit_threshold(held_out.truth, held_out.probabilities(head.temperature), classes, precision)};
}

AnsweredRows answered_rows(const Head& head, const HeldOut& held_out) {
  const double threshold = head.abstention ? head.abstention->threshold.value_or(0) : 0;
  return score_answered(held_out.truth, held_out.probabilities(head.temperature), head.labels.size(),
                        threshold);
}

}  // namespace reprtune
