#include <reprtune/infer/embedder.h>
#include <reprtune/infer/parallel.h>
#include <reprtune/io/error.h>
#include <reprtune/train/finetune.h>
#include <reprtune/train/linear_probe.h>
#include <reprtune/train/measured_rows.h>
#include <reprtune/train/objective.h>
#include <reprtune/train/selection.h>
#include <reprtune/train/snapshot.h>
#include <reprtune/train/time_budget.h>
#include <reprtune/train/trainer.h>

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace reprtune {
namespace {

const char* const kVectorsBefore = "vectors_before";
const char* const kProbe = "probe";
const char* const kExamplesBefore = "examples_before";
const char* const kFittingProbe = "fitting the linear probe";

TokenizedRows prepare(const Model& model, const Dataset& data, const FinetuneOptions& options,
                      const ProgressListener& progress) {
  TokenizedRows rows;
  rows.labels = data.row_labels();
  const auto threads = static_cast<std::size_t>(options.threads);
  rows.ids = tokenize_rows(model, data, options.truncation, threads, progress).ids;
  return rows;
}

/// The labels that most rows have; of equal ones the first.
RowLabels most_frequent(const std::vector<RowLabels>& rows) {
  std::map<RowLabels, std::size_t> counts;
  for (const RowLabels& labels : rows) ++counts[labels];
  const auto fewer = [](const auto& a, const auto& b) { return a.second < b.second; };
  return std::ranges::max_element(counts, fewer)->first;
}

/// Leaves whatever is being done when the run is asked to stop.
struct Stopped {};

/// One run: its members are what its parts share.
class Run {
 public:
  Run(Model& model, const Dataset& train, const Dataset& validation, const FinetuneOptions& options,
      const FinetuneObserver& observer, const FinetuneStart& start)
      : model_(model),
        options_(options),
        observer_(observer),
        budget_(options.time_limit, start.seconds ? start.seconds : seconds_from_now()),
        classes_(train.labels.size()),
        given_(start.held_out),
        train_(prepare(model, train, options, observer.on_work)),
        validation_(prepare(model, validation, options, observer.on_work)),
        measured_(train),
        embed_options_{.threads = static_cast<std::size_t>(options.threads)} {
    head_.labels = train.labels;
    head_.problem = train.problem;
    result_.examples.rows = measured_.example_rows(train);
  }

  FinetuneResult run(FinetuneStart start) {
    try {
      set_state(RunState::preparing);
      if (start.checkpoint) {
        go_on_from(*start.checkpoint);
        start.checkpoint.reset();  // it holds its file open
      } else {
        begin(start);
      }
      while (trainer_ && has_more_to_do()) run_epoch();
    } catch (const Stopped&) {
      result_.interrupted = true;
      if (trainer_) save_checkpoint();
      if (given_ != nullptr) result_.best_epoch = 0;  // not yet what the epochs were meant to come to
    }
    set_operator_threads(static_cast<std::size_t>(options_.threads));
    if (result_.best_epoch > 0) {
      if (best_) best_->put_back();
      finish();
    }
    if (trainer_) result_.steps = trainer_->step();
    return std::move(result_);
  }

 private:
  void set_state(RunState state) const {
    if (observer_.on_state) observer_.on_state(state);
  }

  bool validates() const { return given_ == nullptr; }

  void stop_if_asked() const {
    if (observer_.should_stop && observer_.should_stop()) throw Stopped{};
  }

  at::Tensor embed(std::span<const std::vector<std::int32_t>> ids, const char* work) const {
    const EmbedProgress count = count_embedded(work, ids, observer_.on_work);
    return embed_tokens(model_, ids, embed_options_, [&](std::size_t tokens) {
      stop_if_asked();
      if (count) count(tokens);
    });
  }

  BaseVectors embed_base() const {
    const double start = budget_.seconds();
    BaseVectors base;
    base.train = embed(train_.ids, "embedding the training rows");
    if (validates()) base.validation = embed(validation_.ids, "embedding the validation rows");
    base.seconds = budget_.seconds() - start;
    return base;
  }

  void begin(const FinetuneStart& start) {
    const BaseVectors base =
        start.base_vectors
            ? start.base_vectors([this](const auto& ids) { return embed(ids, "embedding the rows"); })
            : embed_base();
    // Unless it is the model, it is a baseline and a beginning: the plain one.
    const bool plain = !options_.head_only;
    const LinearProbe probe = fit_probe(base.train, {}, plain, kFittingProbe);
    if (validates()) measure_baselines(probe, base.validation);
    // The head starts from the linear probe, so that the encoder is not pulled about while a random head
    // finds its way (Kumar et al., "Fine-Tuning can Distort Pretrained Features and Underperform
    // Out-of-Distribution", ICLR 2022).
    const LinearProbe first =
        start.head == nullptr
            ? probe
            : fit_probe(base.train, {start.head->weight, start.head->bias}, plain, kFittingProbe);
    head_ = head_.with_weights(first.weight.clone(), first.bias.clone());
    if (options_.head_only) {  // counts as one epoch without steps
      train_vectors_ = base.train;
      result_.epochs_run = 1;
      if (validates()) validate(1, result_.held_out.vectors_before);
      result_.best_epoch = 1;
    } else {
      result_.examples.before = measured_.example_vectors(select(base.train, measured_.places()));
      start_training();
      // After the last step: validation rows twice, a sample of the training rows, and files to write.
      const std::size_t rows = train_.ids.size() + validation_.ids.size();
      const std::size_t last = 2 * validation_.ids.size() + measured_.places().size();
      budget_.begin_training(budget_.seconds(),
                             1.2 * base.seconds * static_cast<double>(last) / static_cast<double>(rows));
    }
  }

  /// `plain`: without weights of the classes and with cross-entropy, whatever the options.
  LinearProbe fit_probe(const at::Tensor& vectors, const LinearProbe& known, bool plain,
                        const char* work) const {
    ObjectiveSettings settings;
    if (!plain) settings = {.class_weights = options_.class_weights, .focal_gamma = options_.focal_gamma};
    const auto objective = make_objective(head_.problem, train_.labels, head_.labels, settings);
    const at::Tensor targets = objective->targets();
    std::uint64_t steps = 0;
    const auto loss = [&](const at::Tensor& logits) {
      if (observer_.on_work) observer_.on_work({work, ++steps, 0, "step"});
      return objective->classification_loss(logits, targets);
    };
    return fit_linear_probe(vectors, static_cast<std::int64_t>(classes_), loss, kProbeInversePenalty, known,
                            embed_options_.threads);
  }

  void measure_baselines(const LinearProbe& probe, const at::Tensor& vectors) {
    HeldOut& held_out = result_.held_out;
    held_out.vectors_before = vectors;
    held_out.truth = validation_.labels;
    held_out.majority.assign(validation_.labels.size(), most_frequent(train_.labels));
    Head linear = head_.with_weights(probe.weight, probe.bias);
    const at::Tensor logits = linear.logits(held_out.vectors_before);
    linear.fit_thresholds(logits, held_out.truth);
    held_out.probe = answers(linear, logits);
    result_.baselines = score_baselines(held_out, head_);
    if (observer_.on_baselines) observer_.on_baselines(result_.baselines);
  }

  /// Of the validation rows, whose thresholds are fitted first, if there are any.
  Metrics score(const at::Tensor& logits) {
    head_.fit_thresholds(logits, validation_.labels);
    return head_.score(validation_.labels, head_.probabilities(logits));
  }

  void start_training() {
    // The loss works on small tensors: threads of its own would only wait, busily, beside the workers.
    set_operator_threads(1);
    trainer_.emplace(model_, head_, train_, options_);
    if (validates()) best_.emplace(trainer_->weights());
  }

  void go_on_from(const Checkpoint& checkpoint) {
    Trainer::restore_weights(checkpoint, model_, head_);
    start_training();
    trainer_->restore(checkpoint);
    budget_.begin_training(checkpoint.training_began, checkpoint.closing_seconds);
    result_.examples.before =
        checkpoint
            .tensor(kExamplesBefore,
                    {static_cast<std::int64_t>(measured_.example_count()), model_.hidden_size()})
            .clone();
    choice_ = checkpoint.choice;
    result_.epochs_run = checkpoint.epoch - 1;
    result_.best_epoch = validates() ? choice_.chosen : result_.epochs_run;
    if (validates()) restore_validation(checkpoint);
  }

  void restore_validation(const Checkpoint& checkpoint) {
    if (checkpoint.has_tensor("best.head.weight")) {
      best_->restore(checkpoint, "best.");
    } else if (result_.best_epoch > 0) {
      best_->take();
    }
    result_.baselines = checkpoint.baselines;
    const auto rows = static_cast<std::int64_t>(validation_.labels.size());
    result_.held_out.vectors_before = checkpoint.tensor(kVectorsBefore, {rows, model_.hidden_size()}).clone();
    HeldOut& held_out = result_.held_out;
    held_out.truth = validation_.labels;
    held_out.majority.assign(validation_.labels.size(), most_frequent(train_.labels));
    held_out.probe = answers_of(checkpoint.tensor(kProbe, {rows, static_cast<std::int64_t>(classes_)}));
  }

  void run_epoch() {
    set_state(RunState::training);
    const bool whole = trainer_->train_epoch(
        [this] {
          stop_if_asked();
          if (observer_.wants_checkpoint && observer_.wants_checkpoint(false)) save_checkpoint();
          return budget_.gone();
        },
        [this](const StepReport& report) {
          if (observer_.on_step) observer_.on_step(report);
        });
    result_.out_of_time = !whole;
    head_ = trainer_->head();
    if (!validates()) {
      result_.best_epoch = trainer_->epoch();
    } else if (validate(trainer_->epoch())) {
      best_->take();
    }
    result_.epochs_run = trainer_->epoch();
    trainer_->next_epoch();
    if (observer_.wants_checkpoint && observer_.wants_checkpoint(true)) save_checkpoint();
  }

  void save_checkpoint() {
    if (!observer_.on_checkpoint) return;
    const c10::NoGradGuard no_grad;
    Checkpoint checkpoint;
    trainer_->save(checkpoint);
    checkpoint.choice = choice_;
    checkpoint.training_began = budget_.began();
    checkpoint.closing_seconds = budget_.closing();
    checkpoint.tensors.emplace_back(kExamplesBefore, result_.examples.before);
    if (validates()) save_validation(checkpoint);
    observer_.on_checkpoint(checkpoint);
  }

  void save_validation(Checkpoint& checkpoint) const {
    checkpoint.baselines = result_.baselines;
    checkpoint.tensors.emplace_back(kVectorsBefore, result_.held_out.vectors_before);
    checkpoint.tensors.emplace_back(kProbe, answer_tensor(result_.held_out.probe, classes_));
    const bool weights_are_best = trainer_->batch() == 0 && trainer_->epoch() - 1 == result_.best_epoch;
    if (!weights_are_best) best_->save(checkpoint, "best.");
  }

  /// Whether this epoch is the one to keep, as far as is known.
  bool validate(std::int64_t epoch) {
    set_state(RunState::validating);
    const c10::NoGradGuard no_grad;
    model_.pack();
    return validate(epoch, embed(validation_.ids, "validating"));
  }

  /// The same with the vectors of the validation rows at hand.
  bool validate(std::int64_t epoch, const at::Tensor& vectors) {
    const at::Tensor logits = head_.logits(vectors);
    ValidationReport report{trainer_ ? trainer_->step() : 0, epoch, score(logits), false};
    report.best = choice_.add(epoch, report.metrics);
    result_.best_epoch = choice_.chosen;
    if (observer_.on_validation) observer_.on_validation(report);
    return report.best;
  }

  /// Once the time is over an epoch has no steps, but is what gives a model when there is none yet.
  bool has_more_to_do() {
    if (trainer_->epoch() > *options_.epochs || out_of_patience()) return false;
    result_.out_of_time = budget_.is_over();
    return !result_.out_of_time || result_.best_epoch == 0;
  }

  bool out_of_patience() const {
    return options_.patience > 0 && choice_.highest > 0 &&
           trainer_->epoch() - 1 - choice_.highest >= options_.patience;
  }

  /// The best weights are in place: calibrates, scores, and hands the head to the model.
  void finish() {
    set_state(RunState::calibrating);
    const c10::NoGradGuard no_grad;
    if (trainer_) {
      model_.pack();
      head_ = trainer_->head();
      if (options_.refit_head.value_or(false)) refit_head();
    }
    if (validates()) predict_validation();
    measure_vectors();
    HeldOut& held_out = result_.held_out;
    calibrate(head_, held_out, options_);
    result_.validation = held_out.score(head_);
    if (head_.abstention) result_.answered = answered_rows(head_, held_out);
    result_.predictions = answers(head_, held_out.logits);
    model_.set_head(std::move(head_));
  }

  /// Few steps leave the head, which moves with an encoder that dropout disturbs, short of its optimum.
  void refit_head() {
    train_vectors_ = embed_tokens(model_, train_.ids, embed_options_);
    const c10::AutoGradMode gradients(true);
    const LinearProbe probe = fit_probe(train_vectors_, {}, false, "fitting the head anew");
    head_ = head_.with_weights(probe.weight.detach(), probe.bias.detach());
  }

  void predict_validation() {
    result_.vectors_after =
        trainer_ ? embed_tokens(model_, validation_.ids, embed_options_) : result_.held_out.vectors_before;
    result_.held_out.logits = head_.logits(result_.vectors_after).contiguous();
  }

  /// What the use of the vectors needs to know of those in training.
  void measure_vectors() {
    const at::Tensor vectors =
        train_vectors_.defined()
            ? select(train_vectors_, measured_.places())
            : embed_tokens(model_, select(train_.ids, measured_.places()), embed_options_);
    result_.examples.after = measured_.example_vectors(vectors);
    if (validates()) {
      model_.set_novelty(Novelty::fit(vectors, measured_.classes(), result_.vectors_after));
      result_.held_out.distances = model_.novelty()->distances();
    } else {
      const Novelty own = Novelty::fit(vectors, measured_.classes(), vectors.slice(0, 0, 0));
      model_.set_novelty({own.whitening(), own.centroids(), std::get<0>(given_->distances.sort())});
      result_.held_out = *given_;
    }
    const auto [minimum, maximum] = at::aminmax(vectors, 0);
    const auto to_vector = [](const at::Tensor& row) {
      const auto* const first = row.const_data_ptr<float>();
      return std::vector<float>(first, first + row.numel());
    };
    model_.set_quantization_ranges({to_vector(minimum.contiguous()), to_vector(maximum.contiguous())});
  }

  Model& model_;
  const FinetuneOptions& options_;
  const FinetuneObserver& observer_;
  TimeBudget budget_;
  std::size_t classes_;
  const HeldOut* given_;  ///< instead of validation rows
  TokenizedRows train_, validation_;
  MeasuredRows measured_;
  EmbedOptions embed_options_;
  at::Tensor train_vectors_;  ///< by the finished encoder, where all are at hand
  Head head_;                 ///< on the CPU: the one that is validated
  std::optional<Trainer> trainer_;
  std::optional<Snapshot> best_;  ///< of the best epoch, where epochs are validated
  EpochChoice choice_;            ///< of the same
  FinetuneResult result_;
};

}  // namespace

FinetuneResult finetune(Model& model, const Dataset& train, const Dataset& validation,
                        const FinetuneOptions& options, const FinetuneObserver& observer,
                        FinetuneStart start) {
  validate_options(options);
  require_options_for(train.problem, options);
  if (!train.has_choice()) {
    throw Error(ErrorKind::data, train.name + ": all rows have the label '" +
                                     label_text(train.examples.front().labels, train.labels.names(), "', '") +
                                     "'; finetuning needs at least two classes");
  }
  model.set_max_length(*options.max_length);
  return Run(model, train, validation, options, observer, start).run(std::move(start));
}

}  // namespace reprtune
