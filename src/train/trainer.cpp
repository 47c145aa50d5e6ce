#include <reprtune/io/error.h>
#include <reprtune/train/trainer.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace reprtune {
namespace {

constexpr std::int64_t kLoggedSteps = 1'000;  // about so many step reports in a run

/// Classes without training rows; undefined when every class has one.
at::Tensor absent_classes(const std::vector<RowLabels>& labels, std::size_t classes) {
  at::Tensor absent = at::ones({static_cast<std::int64_t>(classes)}, at::kBool);
  for (const RowLabels& row : labels)
    for (const std::size_t label : row) absent.mutable_data_ptr<bool>()[label] = false;
  return absent.any().item<bool>() ? absent : at::Tensor();
}

ObjectiveSettings objective_settings(const FinetuneOptions& options) {
  return {.class_weights = options.class_weights,
          .focal_gamma = options.focal_gamma,
          .label_smoothing = options.label_smoothing.value_or(0),
          .contrastive_loss = options.contrastive_loss.value_or(ContrastiveLoss::supcon),
          .contrastive_temperature = options.contrastive_temperature};
}

std::size_t workers_for(const Model& model, const FinetuneOptions& options) {
  return model.device().is_cpu() ? static_cast<std::size_t>(options.threads) : 1;
}

}  // namespace

Trainer::Trainer(Model& model, const Head& head, const TokenizedRows& rows, const FinetuneOptions& options)
    : rows_(rows),
      options_(options),
      head_(head.with_weights(head.weight.detach().clone().to(model.device()),
                              head.bias.detach().clone().to(model.device()))),
      objective_(make_objective(head.problem, rows.labels, head.labels, objective_settings(options))),
      absent_(absent_classes(rows.labels, head.labels.size())),
      token_dropout_(options.token_dropout, model.tokenizer().mask_id(), options.seed),
      encoder_(model, workers_for(model, options), options.dropout.value_or(model.encoder().config().dropout),
               options.adversarial_epsilon.value_or(0) > 0),
      sampler_(rows.labels, head.labels.size(), static_cast<std::size_t>(*options.batch_size), options.seed) {
  if (absent_.defined()) absent_ = absent_.to(model.device());
  head_.weight.requires_grad_(true);
  head_.bias.requires_grad_(true);
  std::vector<Optimizer::Group> groups;
  const std::vector<Parameter> parameters = model.encoder().parameters();
  const auto layers = static_cast<double>(model.encoder().config().layers);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Parameter& parameter = parameters[i];
    weights_.emplace_back(parameter.name, parameter.tensor);
    groups.push_back(
        {{{parameter.tensor, encoder_.leaves(i), parameter.training_copy}},
         std::pow(options.layer_decay.value_or(1), layers - static_cast<double>(parameter.layer)),
         parameter.weight_decay ? options.weight_decay : 0});
  }
  weights_.emplace_back("head.weight", head_.weight);
  weights_.emplace_back("head.bias", head_.bias);
  groups.push_back({{head_.weight, head_.bias}, options.head_learning_rate_factor, 0});
  optimizer_ =
      std::make_unique<Optimizer>(std::move(groups), options.max_gradient_norm, workers_for(model, options));
  steps_ = *options.epochs * static_cast<std::int64_t>(sampler_.batches_per_epoch());
  warmup_ = std::llround(options.warmup * static_cast<double>(steps_));
}

void Trainer::restore_weights(const Checkpoint& checkpoint, Model& model, Head& head) {
  const c10::NoGradGuard no_grad;
  for (const Parameter& parameter : model.encoder().parameters())
    parameter.tensor.detach().copy_(checkpoint.tensor("weights." + parameter.name, parameter.tensor.sizes()));
  const auto C = static_cast<std::int64_t>(head.labels.size());
  head.weight = checkpoint.tensor("weights.head.weight", {C, model.hidden_size()}).clone();
  head.bias = checkpoint.tensor("weights.head.bias", {C}).clone();
}

void Trainer::restore(const Checkpoint& checkpoint) {
  if (checkpoint.optimizer_steps.size() != weights_.size())
    throw Error(ErrorKind::model, "the checkpoint is of a model with other weights");
  std::vector<Optimizer::Moments> moments;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    const auto& [name, tensor] = weights_[i];
    moments.push_back({checkpoint.tensor("first." + name, tensor.sizes()),
                       checkpoint.tensor("second." + name, tensor.sizes()), checkpoint.optimizer_steps[i]});
  }
  optimizer_->restore(moments);
  epoch_ = checkpoint.epoch;
  batch_ = checkpoint.batch;
  step_ = checkpoint.step;
  sums_ = checkpoint.sums;
  summed_steps_ = checkpoint.summed_steps;
}

void Trainer::save(Checkpoint& checkpoint) {
  const auto moments = optimizer_->moments();  // first: it moves weights that are behind
  checkpoint.optimizer_steps.clear();
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    const auto& [name, tensor] = weights_[i];
    checkpoint.tensors.emplace_back("weights." + name, tensor);
    checkpoint.tensors.emplace_back("first." + name, moments[i].first);
    checkpoint.tensors.emplace_back("second." + name, moments[i].second);
    checkpoint.optimizer_steps.push_back(moments[i].steps);
  }
  checkpoint.epoch = epoch_;
  checkpoint.batch = batch_;
  checkpoint.step = step_;
  checkpoint.sums = sums_;
  checkpoint.summed_steps = summed_steps_;
}

bool Trainer::train_epoch(const std::function<double()>& before_step,
                          const std::function<void(const StepReport&)>& report) {
  std::int64_t tokens = 0;
  auto since = std::chrono::steady_clock::now();
  const std::int64_t every = std::max<std::int64_t>(1, steps_ / kLoggedSteps);
  const auto batches = sampler_.epoch(static_cast<std::uint64_t>(epoch_));
  const auto count = static_cast<std::int64_t>(batches.size());
  const auto report_sums = [&] {
    const auto now = std::chrono::steady_clock::now();
    StepReport means = mean_report();
    means.tokens_per_second =
        static_cast<double>(tokens) / std::chrono::duration<double>(now - since).count();
    report(means);
    sums_ = {};
    summed_steps_ = tokens = 0;
    since = now;
  };
  while (batch_ < count) {
    time_gone_ = before_step();
    if (time_gone_ >= 1) break;
    tokens += train_step(batches[static_cast<std::size_t>(batch_)]);
    ++batch_;
    ++summed_steps_;
    if (summed_steps_ >= every || batch_ == count) report_sums();
  }
  if (summed_steps_ > 0) report_sums();
  optimizer_->catch_up();
  return batch_ == count;
}

StepReport Trainer::mean_report() const {
  const auto count = static_cast<double>(summed_steps_);
  StepReport report = sums_;
  report.step = step_;
  report.steps = position() > step_
                     ? std::max<std::int64_t>(step_, std::llround(static_cast<double>(step_) / time_gone_))
                     : steps_;  // as many as fit
  report.epoch = epoch_;
  report.epochs = *options_.epochs;
  report.loss /= count;
  report.classification_loss /= count;
  report.contrastive_loss /= count;
  return report;
}

/// Where it is in the schedule, in steps: further than its steps where its time runs out before them.
std::int64_t Trainer::position() const {
  return std::max(step_, static_cast<std::int64_t>(time_gone_ * static_cast<double>(steps_)));
}

void Trainer::next_epoch() {
  ++epoch_;
  batch_ = 0;
}

/// Adds the losses of one step to the sums; returns its tokens.
std::int64_t Trainer::train_step(const std::vector<std::size_t>& rows) {
  const auto step = static_cast<std::uint64_t>(step_);
  const std::vector<std::vector<std::int32_t>> ids = token_dropout_(rows_.ids, rows, step);
  std::vector<std::int64_t> words;
  for (const auto& row : ids) words.insert(words.end(), row.begin(), row.end());
  optimizer_->catch_up(words);
  const at::Tensor targets = objective_->targets(rows);
  const Losses losses = learn_from(encoder_.forward(ids, options_.seed, step), targets);
  if (options_.adversarial_epsilon.value_or(0) > 0)
    learn_from(encoder_.forward_perturbed(*options_.adversarial_epsilon), targets);
  const double rate = *options_.learning_rate * linear_schedule(position(), steps_, warmup_);
  if (!std::isfinite(optimizer_->step(rate))) fail_diverged("gradient");
  ++step_;
  sums_.loss += losses.all;
  sums_.classification_loss += losses.classification;
  sums_.contrastive_loss += losses.contrastive;
  sums_.learning_rate = rate;
  return static_cast<std::int64_t>(words.size());
}

/// The losses of these vectors; their gradients arrive at the leaves and the head.
Trainer::Losses Trainer::learn_from(const at::Tensor& vectors, const at::Tensor& host_targets) {
  const at::Tensor targets = host_targets.to(vectors.device());
  at::Tensor logits = head_.logits(vectors);
  // A class that these rows know nothing of is left as it is: its rows of the head get no gradient.
  if (absent_.defined()) logits = logits.masked_fill(absent_, objective_->absent_logit());
  const at::Tensor classification = objective_->classification_loss(logits, targets);
  const double w = options_.contrastive_weight.value_or(0);
  const at::Tensor contrastive = w > 0 ? objective_->contrastive_loss(vectors, targets) : at::zeros({});
  const at::Tensor loss = w > 0 ? (1 - w) * classification + w * contrastive : classification;
  const Losses losses{loss.item<double>(), classification.item<double>(), contrastive.item<double>()};
  if (!std::isfinite(losses.all)) fail_diverged("loss");
  loss.backward();
  encoder_.backward(vectors.grad());
  return losses;
}

void Trainer::fail_diverged(const std::string& what) const {
  throw Error(ErrorKind::runtime, "the " + what + " is not a number at step " + std::to_string(step_ + 1) +
                                      ": training has diverged (try a lower --learning-rate)");
}

Head Trainer::head() const {
  return head_.with_weights(head_.weight.detach().to(at::kCPU).clone(),
                            head_.bias.detach().to(at::kCPU).clone());
}

}  // namespace reprtune
