#include <reprtune/infer/embedder.h>
#include <reprtune/train/final_fit.h>
#include <reprtune/train/selection.h>
#include <reprtune/train/snapshot.h>
#include <reprtune/train/time_budget.h>

#include <algorithm>
#include <optional>
#include <utility>

#include <ATen/ATen.h>

namespace reprtune {
namespace {

NamedTensors encoder_weights(const Model& model) {
  NamedTensors weights;
  for (const Parameter& parameter : model.encoder().parameters())
    weights.emplace_back(parameter.name, parameter.tensor);
  return weights;
}

std::string tensor_name(std::size_t round, const char* name) {
  return "round." + std::to_string(round) + "." + name;
}

/// The rounds of one run: its members are what they share.
class Rounds {
 public:
  Rounds(Model& model, const RoundPlan& plan, const FinetuneOptions& options,
         const FinetuneObserver& observer, FinetuneStart start)
      : model_(model),
        plan_(plan),
        options_(options),
        observer_(observer),
        seconds_(start.seconds ? start.seconds : seconds_from_now()),
        checkpoint_(std::move(start.checkpoint)),
        beginning_(encoder_weights(model)) {
    if (start.head != nullptr) known_ = *start.head;
    beginning_.take();
    began_ = seconds_();
  }

  FinetuneResult run() {
    if (checkpoint_) go_on_from(*checkpoint_);
    while (finished_.size() < plan_.size()) {
      FinetuneResult result = run_round(plan_.rows_of(finished_.size()), nullptr);
      if (result.interrupted) return without_model(std::move(result));
      finish_round(std::move(result));
    }
    const HeldOut held_out = join(parts_);
    const Dataset all = plan_.all_rows();
    FinetuneResult result = run_round({all, all.without_rows()}, &held_out);
    if (result.interrupted) return without_model(std::move(result));
    return add_rounds(std::move(result));
  }

 private:
  bool is_last() const { return finished_.size() == plan_.size(); }

  FinetuneResult run_round(const Split& rows, const HeldOut* held_out) {
    if (observer_.on_round) {
      const auto number = static_cast<std::int64_t>(finished_.size()) + 1;
      observer_.on_round({number, static_cast<std::int64_t>(plan_.size()) + 1, rows.train.examples.size(),
                          rows.validation.examples.size()});
    }
    FinetuneStart start{std::nullopt, known_ ? &*known_ : nullptr, seconds_, held_out,
                        [this](const RowEmbedding& embed) { return base_vectors(embed, finished_.size()); }};
    if (checkpoint_ && !checkpoint_->optimizer_steps.empty()) {
      start.checkpoint = std::move(checkpoint_);
    } else if (begun_) {
      beginning_.put_back();
      model_.pack();
    }
    checkpoint_.reset();
    begun_ = true;
    const FinetuneOptions options = round_options();
    return finetune(model_, rows.train, rows.validation, options, round_observer(), std::move(start));
  }

  /// All rows are embedded once, together, so that a row has the same vector in every round, and in a run
  /// that goes on with a later one.
  BaseVectors base_vectors(const RowEmbedding& embed, std::size_t round) {
    if (!base_.train.defined()) {
      const auto threads = static_cast<std::size_t>(options_.threads);
      const auto tokens = tokenize_rows(model_, plan_.all_rows(), options_.truncation, threads);
      const double start = seconds_();
      base_.train = embed(tokens.ids);
      base_.seconds = seconds_() - start;
    }
    if (round == plan_.size()) return base_;
    const RoundPlaces places = plan_.places_of(round);
    return {select(base_.train, places.train), select(base_.train, places.held_out), base_.seconds};
  }

  FinetuneOptions round_options() const {
    FinetuneOptions options = options_;
    if (is_last()) {
      std::vector<std::int64_t> best;
      for (const RoundResult& round : finished_) best.push_back(round.best_epoch);
      options.epochs = median_epoch(best);
      options.patience = 0;
    }
    if (double& limit = options.time_limit.seconds; limit > 0) {
      constexpr double kLeast = 1e-9;  // 0 is no limit
      const auto left = static_cast<double>(plan_.size() + 1 - finished_.size());
      limit = std::max(began_ + (limit - began_) / left, kLeast);
    }
    return options;
  }

  std::int64_t earlier_steps() const {
    std::int64_t steps = 0;
    for (const RoundResult& round : finished_) steps += round.steps;
    return steps;
  }

  /// Reports count the steps of the whole run; those of rounds to come are taken to be as many as this
  /// round's.
  FinetuneObserver round_observer() {
    FinetuneObserver observer = observer_;
    observer.on_round = {};
    observer.on_step = [this](StepReport report) {
      report.step += earlier_steps();
      const auto rounds = static_cast<std::int64_t>(plan_.size() + 1 - finished_.size());
      report.steps = earlier_steps() + rounds * report.steps;
      if (observer_.on_step) observer_.on_step(report);
    };
    observer.on_validation = [this](ValidationReport report) {
      report.step += earlier_steps();
      if (observer_.on_validation) observer_.on_validation(report);
    };
    if (observer_.on_checkpoint)
      observer.on_checkpoint = [this](const Checkpoint& checkpoint) { save(checkpoint); };
    return observer;
  }

  /// The same with what the rounds before came to.
  void save(Checkpoint checkpoint) const {
    for (std::size_t r = 0; r < finished_.size(); ++r) {
      const RoundResult& round = finished_[r];
      checkpoint.round_best_epochs.push_back(round.best_epoch);
      checkpoint.round_epochs.push_back(round.epochs_run);
      checkpoint.round_steps.push_back(round.steps);
      checkpoint.round_out_of_time.push_back(round.out_of_time ? 1 : 0);
      const HeldOut& part = parts_[r];
      checkpoint.tensors.emplace_back(tensor_name(r, "logits"), part.logits);
      checkpoint.tensors.emplace_back(tensor_name(r, "distances"), part.distances);
      checkpoint.tensors.emplace_back(tensor_name(r, "vectors_before"), part.vectors_before);
      checkpoint.tensors.emplace_back(tensor_name(r, "majority"),
                                      answer_tensor(part.majority, plan_.class_count()));
      checkpoint.tensors.emplace_back(tensor_name(r, "probe"),
                                      answer_tensor(part.probe, plan_.class_count()));
    }
    if (!finished_.empty()) checkpoint.tensors.emplace_back(tensor_name(0, "vectors_after"), vectors_after_);
    checkpoint.round_began = began_;
    observer_.on_checkpoint(checkpoint);
  }

  void go_on_from(const Checkpoint& checkpoint) {
    began_ = checkpoint.round_began;
    for (std::size_t r = 0; r < checkpoint.round_steps.size(); ++r) {
      finished_.push_back({checkpoint.round_best_epochs.at(r),
                           checkpoint.round_epochs.at(r),
                           checkpoint.round_steps[r],
                           checkpoint.round_out_of_time.at(r) != 0,
                           {}});
      HeldOut part;
      part.truth = plan_.rows_of(r).validation.row_labels();
      const auto V = static_cast<std::int64_t>(part.truth.size());
      const auto C = static_cast<std::int64_t>(plan_.class_count());
      part.logits = checkpoint.tensor(tensor_name(r, "logits"), {V, C}).clone();
      part.distances = checkpoint.tensor(tensor_name(r, "distances"), {V}).clone();
      part.majority = answers_of(checkpoint.tensor(tensor_name(r, "majority"), {V, C}));
      part.probe = answers_of(checkpoint.tensor(tensor_name(r, "probe"), {V, C}));
      part.vectors_before =
          checkpoint.tensor(tensor_name(r, "vectors_before"), {V, model_.hidden_size()}).clone();
      if (r == 0)
        vectors_after_ =
            checkpoint.tensor(tensor_name(r, "vectors_after"), {V, model_.hidden_size()}).clone();
      parts_.push_back(std::move(part));
    }
  }

  void finish_round(FinetuneResult result) {
    if (finished_.empty()) vectors_after_ = result.vectors_after;
    finished_.push_back({result.best_epoch, result.epochs_run, result.steps, result.out_of_time, {}});
    parts_.push_back(std::move(result.held_out));
    began_ = seconds_();
    if (observer_.on_checkpoint) save({});
  }

  static FinetuneResult without_model(FinetuneResult result) {
    result.best_epoch = 0;
    return result;
  }

  FinetuneResult add_rounds(FinetuneResult result) {
    result.baselines = score_baselines(result.held_out, *model_.head());
    result.vectors_after = vectors_after_;
    std::vector<std::int64_t> best;  // of those that were validated; the last round may have had less time
    for (const RoundResult& round : finished_) best.push_back(round.best_epoch);
    result.best_epoch = median_epoch(best);
    for (std::size_t r = 0; r < finished_.size(); ++r) {
      finished_[r].metrics = parts_[r].score(*model_.head());
      result.out_of_time = result.out_of_time || finished_[r].out_of_time;
    }
    result.rounds = std::move(finished_);
    return result;
  }

  Model& model_;
  const RoundPlan& plan_;
  const FinetuneOptions& options_;
  const FinetuneObserver& observer_;
  std::function<double()> seconds_;
  std::optional<Checkpoint> checkpoint_;  ///< until the round that it belongs to has begun
  std::optional<Head> known_;             ///< a copy: rounds give the model other heads
  Snapshot beginning_;                    ///< the encoder that every round begins with
  BaseVectors base_;                      ///< of all rows, once they are embedded
  bool begun_ = false;                    ///< a round in this process
  double began_ = 0;                      ///< the round under way, in seconds of work
  std::vector<RoundResult> finished_;
  std::vector<HeldOut> parts_;  ///< of the finished rounds
  at::Tensor vectors_after_;    ///< of the first round's rows
};

}  // namespace

std::int64_t median_epoch(std::vector<std::int64_t> epochs) {
  std::ranges::sort(epochs);
  const std::size_t half = epochs.size() / 2;
  return epochs.size() % 2 == 1 ? epochs[half] : (epochs[half - 1] + epochs[half] + 1) / 2;
}

FinetuneResult final_fit(Model& model, const RoundPlan& plan, const FinetuneOptions& options,
                         const FinetuneObserver& observer, FinetuneStart start) {
  return Rounds(model, plan, options, observer, std::move(start)).run();
}

}  // namespace reprtune
