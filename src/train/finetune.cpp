#include <reprtune/eval/calibration.h>
#include <reprtune/infer/embedder.h>
#include <reprtune/infer/parallel.h>
#include <reprtune/io/error.h>
#include <reprtune/io/random.h>
#include <reprtune/train/batch_sampler.h>
#include <reprtune/train/finetune.h>
#include <reprtune/train/linear_probe.h>
#include <reprtune/train/losses.h>
#include <reprtune/train/optimizer.h>
#include <reprtune/train/parallel_encoder.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <optional>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace reprtune {
namespace {

constexpr std::size_t kQuantizationRows = 2'000;  // training rows from which the int8 ranges are taken
constexpr std::int64_t kLoggedSteps = 1'000;      // about so many step reports in a run

/// Rows as the loop needs them: token ids and labels.
struct Rows {
  std::vector<std::vector<std::int32_t>> ids;
  std::vector<std::size_t> labels;
};

Rows prepare(const Model& model, const Dataset& data, const FinetuneOptions& options) {
  Rows rows;
  for (const Example& example : data.examples) rows.labels.push_back(example.label);
  rows.ids = tokenize_rows(model, data, options.truncation, static_cast<std::size_t>(options.threads)).ids;
  return rows;
}

at::Tensor label_tensor(const std::vector<std::size_t>& labels, std::span<const std::size_t> indices) {
  at::Tensor tensor = at::empty({static_cast<std::int64_t>(indices.size())}, at::kLong);
  auto* out = tensor.mutable_data_ptr<std::int64_t>();
  for (const std::size_t index : indices) *out++ = static_cast<std::int64_t>(labels[index]);
  return tensor;
}

std::span<const float> values(const at::Tensor& contiguous) {
  return {contiguous.const_data_ptr<float>(), static_cast<std::size_t>(contiguous.numel())};
}

Metrics score(const at::Tensor& logits, const std::vector<std::size_t>& truth, double temperature) {
  const auto classes = static_cast<std::size_t>(logits.size(1));
  return compute_metrics(truth, softmax(values(logits.contiguous()), classes, temperature), classes);
}

at::Tensor balanced_weights(const std::vector<std::size_t>& labels, std::size_t classes) {
  std::vector<float> counts(classes, 0.0F);
  for (const std::size_t label : labels) counts[label] += 1;
  at::Tensor weights = at::zeros({static_cast<std::int64_t>(classes)});
  auto* out = weights.mutable_data_ptr<float>();
  const auto present =
      static_cast<float>(std::count_if(counts.begin(), counts.end(), [](float n) { return n > 0; }));
  for (std::size_t c = 0; c < classes; ++c) {
    if (counts[c] > 0) out[c] = static_cast<float>(labels.size()) / (present * counts[c]);
  }
  return weights;
}

/// Copies of all trainable tensors, so that the best epoch can be brought back.
class Snapshot {
 public:
  explicit Snapshot(std::vector<at::Tensor> tensors) : tensors_(std::move(tensors)) {}
  void take() {
    const c10::NoGradGuard no_grad;
    copies_.clear();
    for (const at::Tensor& tensor : tensors_) copies_.push_back(tensor.detach().clone());
  }
  void restore() const {
    const c10::NoGradGuard no_grad;
    for (std::size_t i = 0; i < copies_.size(); ++i) tensors_[i].detach().copy_(copies_[i]);
  }

 private:
  std::vector<at::Tensor> tensors_, copies_;
};

/// Leaves whatever is being done when the run is asked to stop.
struct Stopped {};

/// One run: its members are what the steps share.
class Run {
 public:
  Run(Model& model, const Dataset& train, const Dataset& validation, const FinetuneOptions& options,
      const FinetuneObserver& observer)
      : model_(model),
        options_(options),
        observer_(observer),
        classes_(train.labels.size()),
        labels_(train.labels),
        train_(prepare(model, train, options)),
        validation_(prepare(model, validation, options)),
        embed_options_{.threads = static_cast<std::size_t>(options.threads)} {}

  FinetuneResult run() {
    std::optional<Snapshot> best;
    try {
      set_state(RunState::preparing);
      measure_baselines();
      if (options_.head_only) {
        fit_head();
      } else {
        start_training();
        best.emplace(trainable());
      }
      for (std::int64_t epoch = 1;
           !options_.head_only && epoch <= *options_.epochs && !out_of_patience(epoch); ++epoch) {
        train_epoch(epoch);
        if (validate(epoch)) best->take();
        result_.epochs_run = epoch;
      }
    } catch (const Stopped&) {
      result_.interrupted = true;
    }
    set_operator_threads(static_cast<std::size_t>(options_.threads));
    if (result_.best_epoch > 0) {
      if (best) best->restore();
      finish();
    }
    return std::move(result_);
  }

 private:
  void set_state(RunState state) const {
    if (observer_.on_state) observer_.on_state(state);
  }

  void stop_if_asked() const {
    if (observer_.should_stop && observer_.should_stop()) throw Stopped{};
  }

  at::Tensor embed(const Rows& rows) const {
    return embed_tokens(model_, rows.ids, embed_options_, [this](std::size_t) { stop_if_asked(); });
  }

  std::vector<at::Tensor> trainable() const {
    std::vector<at::Tensor> tensors = {head_.weight, head_.bias};
    for (const Parameter& parameter : model_.encoder().parameters()) tensors.push_back(parameter.tensor);
    return tensors;
  }

  void measure_baselines() {
    std::vector<std::size_t> counts(classes_, 0);
    for (const std::size_t label : train_.labels) ++counts[label];
    const auto majority = std::max_element(counts.begin(), counts.end()) - counts.begin();
    at::Tensor constant = at::zeros(
        {static_cast<std::int64_t>(validation_.labels.size()), static_cast<std::int64_t>(classes_)});
    constant.select(1, majority).fill_(10);
    const Metrics chance = score(constant, validation_.labels, 1);

    std::vector<std::size_t> all(train_.labels.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const at::Tensor vectors = embed(train_);
    const bool balanced = options_.head_only && options_.class_weights == ClassWeights::balanced;
    probe_ = fit_linear_probe(vectors, label_tensor(train_.labels, all), static_cast<std::int64_t>(classes_),
                              10, balanced ? balanced_weights(train_.labels, classes_) : at::Tensor());
    result_.vectors_before = embed(validation_);
    const Metrics probed =
        score(at::linear(result_.vectors_before, probe_.weight, probe_.bias), validation_.labels, 1);
    result_.baselines = {chance.accuracy, *chance.macro.f1, probed.accuracy, *probed.macro.f1};
    if (observer_.on_baselines) observer_.on_baselines(result_.baselines);
  }

  /// The linear probe becomes the head, which counts as one epoch without steps.
  void fit_head() {
    head_ = {labels_, probe_.weight.clone(), probe_.bias.clone()};
    result_.epochs_run = 1;
    validate(1, result_.vectors_before);
  }

  void start_training() {
    // The loss works on small tensors: threads of its own would only wait, busily, beside the workers.
    set_operator_threads(1);
    // The head starts from the linear probe, so that the encoder is not pulled about while a random head
    // finds its way (Kumar et al., "Fine-Tuning can Distort Pretrained Features and Underperform
    // Out-of-Distribution", ICLR 2022).
    head_ = {labels_, probe_.weight.clone().to(model_.device()), probe_.bias.clone().to(model_.device())};
    head_.weight.requires_grad_(true);
    head_.bias.requires_grad_(true);
    const std::size_t workers = model_.device().is_cpu() ? static_cast<std::size_t>(options_.threads) : 1;
    encoder_.emplace(model_, workers);
    std::vector<Optimizer::Weight> decayed, plain;
    const std::vector<Parameter> parameters = model_.encoder().parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      (parameters[i].weight_decay ? decayed : plain)
          .emplace_back(parameters[i].tensor, encoder_->leaves(i), parameters[i].training_copy);
    }
    optimizer_.emplace(
        std::vector<Optimizer::Group>{{decayed, 1, options_.weight_decay},
                                      {plain, 1, 0},
                                      {{head_.weight, head_.bias}, options_.head_learning_rate_factor, 0}},
        options_.max_gradient_norm, workers);
    sampler_.emplace(train_.labels, classes_, static_cast<std::size_t>(*options_.batch_size), options_.seed);
    steps_ = *options_.epochs * static_cast<std::int64_t>(sampler_->batches_per_epoch());
    warmup_ = std::llround(options_.warmup * static_cast<double>(steps_));
    if (options_.class_weights == ClassWeights::balanced)
      class_weights_ = balanced_weights(train_.labels, classes_).to(model_.device());
  }

  void train_epoch(std::int64_t epoch) {
    set_state(RunState::training);
    StepReport sums;
    std::int64_t summed = 0, tokens = 0;
    auto since = std::chrono::steady_clock::now();
    const std::int64_t every = std::max<std::int64_t>(1, steps_ / kLoggedSteps);
    const auto batches = sampler_->epoch(static_cast<std::uint64_t>(epoch));
    for (std::size_t i = 0; i < batches.size(); ++i) {
      stop_if_asked();
      tokens += train_step(batches[i], sums);
      ++summed;
      if (summed < every && i + 1 < batches.size()) continue;
      const auto now = std::chrono::steady_clock::now();
      const auto count = static_cast<double>(summed);
      sums.step = step_;
      sums.steps = steps_;
      sums.epoch = epoch;
      sums.epochs = *options_.epochs;
      sums.loss /= count;
      sums.classification_loss /= count;
      sums.contrastive_loss /= count;
      sums.tokens_per_second =
          static_cast<double>(tokens) / std::chrono::duration<double>(now - since).count();
      if (observer_.on_step) observer_.on_step(sums);
      sums = {};
      summed = tokens = 0;
      since = now;
    }
    optimizer_->catch_up();
  }

  /// Adds the losses of one step to `sums`; returns its tokens.
  std::int64_t train_step(const std::vector<std::size_t>& rows, StepReport& sums) {
    std::vector<std::int64_t> words;
    for (const std::size_t row : rows)
      words.insert(words.end(), train_.ids[row].begin(), train_.ids[row].end());
    optimizer_->catch_up(words);
    const at::Tensor vectors =
        encoder_->forward(train_.ids, rows, options_.seed, static_cast<std::uint64_t>(step_));
    const at::Tensor labels = label_tensor(train_.labels, rows).to(vectors.device());
    const at::Tensor classification = classification_loss(head_.logits(vectors), labels, class_weights_);
    const double w = options_.contrastive_weight;
    const at::Tensor contrastive =
        w > 0 ? supervised_contrastive_loss(vectors, labels, options_.contrastive_temperature)
              : at::zeros({});
    const at::Tensor loss = w > 0 ? (1 - w) * classification + w * contrastive : classification;
    const auto loss_value = loss.item<double>();
    if (!std::isfinite(loss_value)) {
      throw Error(ErrorKind::runtime, "the loss is not a number at step " + std::to_string(step_ + 1) +
                                          ": training has diverged (try a lower --learning-rate)");
    }
    loss.backward();
    encoder_->backward(vectors.grad());
    const double rate = *options_.learning_rate * linear_schedule(step_, steps_, warmup_);
    optimizer_->step(rate);
    ++step_;
    sums.loss += loss_value;
    sums.classification_loss += classification.item<double>();
    sums.contrastive_loss += contrastive.item<double>();
    sums.learning_rate = rate;
    return static_cast<std::int64_t>(words.size());
  }

  /// Whether this epoch is the best so far.
  bool validate(std::int64_t epoch) {
    set_state(RunState::validating);
    const c10::NoGradGuard no_grad;
    model_.pack();
    return validate(epoch, embed(validation_));
  }

  /// The same with the vectors of the validation rows at hand.
  bool validate(std::int64_t epoch, const at::Tensor& vectors) {
    const at::Tensor logits = head_on_cpu().logits(vectors);
    ValidationReport report{step_, epoch, score(logits, validation_.labels, 1), false};
    const double f1 = *report.metrics.macro.f1;
    report.best =
        result_.best_epoch == 0 || f1 > best_f1_ || (f1 == best_f1_ && report.metrics.log_loss < best_loss_);
    if (report.best) {
      best_f1_ = f1;
      best_loss_ = report.metrics.log_loss;
      result_.best_epoch = epoch;
    }
    if (observer_.on_validation) observer_.on_validation(report);
    return report.best;
  }

  bool out_of_patience(std::int64_t epoch) const {
    return options_.patience > 0 && result_.best_epoch > 0 &&
           epoch - 1 - result_.best_epoch >= options_.patience;
  }

  Head head_on_cpu() const {
    return {head_.labels, head_.weight.detach().to(at::kCPU), head_.bias.detach().to(at::kCPU),
            head_.temperature};
  }

  /// The best weights are in place: calibrates, scores, and hands the head to the model.
  void finish() {
    set_state(RunState::calibrating);
    const c10::NoGradGuard no_grad;
    if (options_.head_only) {
      result_.vectors_after = result_.vectors_before;
    } else {
      model_.pack();
      result_.vectors_after = embed_tokens(model_, validation_.ids, embed_options_);
    }
    Head head = head_on_cpu();
    head.weight = head.weight.clone();
    head.bias = head.bias.clone();
    const at::Tensor logits = head.logits(result_.vectors_after).contiguous();
    head.temperature = fit_temperature(values(logits), validation_.labels, classes_);
    result_.validation = score(logits, validation_.labels, head.temperature);
    const at::Tensor best = logits.argmax(1);
    for (std::int64_t i = 0; i < best.size(0); ++i) {
      result_.predictions.push_back(static_cast<std::size_t>(best[i].item<std::int64_t>()));
    }
    const auto sample = std::span(train_.ids).first(std::min(train_.ids.size(), kQuantizationRows));
    const at::Tensor vectors = embed_tokens(model_, sample, embed_options_);
    const auto [minimum, maximum] = at::aminmax(vectors, 0);
    const auto to_vector = [](const at::Tensor& row) {
      const auto span = values(row);
      return std::vector<float>(span.begin(), span.end());
    };
    model_.set_quantization_ranges({to_vector(minimum.contiguous()), to_vector(maximum.contiguous())});
    model_.set_head(std::move(head));
  }

  Model& model_;
  const FinetuneOptions& options_;
  const FinetuneObserver& observer_;
  std::size_t classes_;
  LabelSet labels_;
  Rows train_, validation_;
  EmbedOptions embed_options_;
  LinearProbe probe_;
  Head head_;
  at::Tensor class_weights_;
  std::optional<ParallelEncoder> encoder_;
  std::optional<Optimizer> optimizer_;
  std::optional<BatchSampler> sampler_;
  std::int64_t step_ = 0, steps_ = 0, warmup_ = 0;
  double best_f1_ = 0, best_loss_ = 0;
  FinetuneResult result_;
};

}  // namespace

const char* run_state_name(RunState state) {
  switch (state) {
    case RunState::preparing:
      return "preparing";
    case RunState::training:
      return "training";
    case RunState::validating:
      return "validating";
    case RunState::calibrating:
      return "calibrating";
    case RunState::done:
      return "done";
    case RunState::failed:
      return "failed";
    case RunState::interrupted:
      return "interrupted";
  }
  return "";
}

FinetuneResult finetune(Model& model, const Dataset& train, const Dataset& validation,
                        const FinetuneOptions& options, const FinetuneObserver& observer) {
  validate_options(options);
  if (train.labels.size() < 2) {
    throw Error(ErrorKind::data, train.name + ": all rows have the label '" +
                                     (train.labels.size() == 1 ? train.labels.name(0) : "") +
                                     "'; finetuning needs at least two classes");
  }
  model.set_max_length(*options.max_length);
  return Run(model, train, validation, options, observer).run();
}

}  // namespace reprtune
