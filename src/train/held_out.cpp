#include <reprtune/train/held_out.h>

#include <algorithm>
#include <utility>

#include <ATen/ATen.h>

namespace reprtune {
namespace {

/// 1 for each label of a row. // [V, C] row-major
std::vector<float> certainty(const std::vector<RowLabels>& rows, std::size_t classes) {
  std::vector<float> certain(rows.size() * classes, 0);
  for (std::size_t row = 0; row < rows.size(); ++row)
    for (const std::size_t label : rows[row]) certain[row * classes + label] = 1;
  return certain;
}

}  // namespace

std::vector<std::size_t> best_classes(const at::Tensor& logits) {
  std::vector<std::size_t> result;
  const at::Tensor best = logits.argmax(1);
  for (std::int64_t i = 0; i < best.size(0); ++i)
    result.push_back(static_cast<std::size_t>(best[i].item<std::int64_t>()));
  return result;
}

std::vector<RowLabels> answers(const Head& head, const at::Tensor& logits) {
  if (head.problem == ProblemType::multi_label) return head.predict(head.probabilities(logits));
  const std::vector<std::size_t> classes = best_classes(logits);
  return {classes.begin(), classes.end()};
}

Metrics HeldOut::score(const Head& head) const { return head.score(truth, head.probabilities(logits)); }

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

Baselines score_baselines(const HeldOut& held_out, const Head& head) {
  const std::size_t classes = head.labels.size();
  Head certain = head.with_weights({}, {});
  certain.thresholds.assign(classes, 0.5F);
  const auto score = [&](const std::vector<RowLabels>& answers) {
    return certain.score(held_out.truth, certainty(answers, classes));
  };
  const Metrics majority = score(held_out.majority), probe = score(held_out.probe);
  return {majority.accuracy, majority.macro.f1.value_or(0), probe.accuracy, probe.macro.f1.value_or(0)};
}

at::Tensor answer_tensor(const std::vector<RowLabels>& answers, std::size_t classes) {
  const at::Tensor tensor =
      at::empty({static_cast<std::int64_t>(answers.size()), static_cast<std::int64_t>(classes)}, at::kFloat);
  std::ranges::copy(certainty(answers, classes), tensor.mutable_data_ptr<float>());
  return tensor;
}

std::vector<RowLabels> answers_of(const at::Tensor& tensor) {
  const auto* values = tensor.const_data_ptr<float>();
  const auto classes = static_cast<std::size_t>(tensor.size(1));
  std::vector<RowLabels> answers;
  for (std::int64_t row = 0; row < tensor.size(0); ++row, values += classes) {
    std::vector<std::size_t> labels;
    for (std::size_t label = 0; label < classes; ++label)
      if (values[label] > 0) labels.push_back(label);
    answers.emplace_back(std::move(labels));
  }
  return answers;
}

void calibrate(Head& head, const HeldOut& held_out, const FinetuneOptions& options) {
  head.fit_temperature(held_out.logits, held_out.truth);
  head.fit_thresholds(held_out.logits, held_out.truth);
  head.abstention.reset();
  const double precision = options.abstain_for_precision;
  if (precision == 0) return;
  const std::vector<std::size_t> truth = class_indices(held_out.truth);
  const std::vector<float> probabilities = head.probabilities(held_out.logits);
  const std::size_t classes = head.labels.size();
  head.abstention = {precision, fit_threshold(truth, probabilities, classes, precision)};
  if (options.abstain_per_class)
    head.abstention->class_thresholds = fit_class_thresholds(truth, probabilities, classes, precision);
}

AnsweredRows answered_rows(const Head& head, const HeldOut& held_out) {
  const std::vector<float> thresholds = head.abstention.value_or(Abstention()).thresholds(head.labels.size());
  return score_answered(class_indices(held_out.truth), head.probabilities(held_out.logits), thresholds);
}

}  // namespace reprtune
