#include <reprtune/infer/embedder.h>
#include <reprtune/infer/parallel.h>
#include <reprtune/train/linear_probe.h>
#include <reprtune/train/measured_rows.h>
#include <reprtune/train/objective.h>
#include <reprtune/train/run_estimate.h>
#include <reprtune/train/time_budget.h>
#include <reprtune/train/trainer.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

constexpr std::size_t kSampledRows = 2'048;
constexpr std::size_t kProbedRows = 2'000;
constexpr double kProbeSeconds = 1, kLeastEvaluations = 3;
constexpr double kUsualEvaluations = 100;  // of a loss until L-BFGS is at its end
constexpr double kTrainingSeconds = 2.5;
constexpr double kEmbeddingSeconds = 0.5;
constexpr int kWarmUpSteps = 2;  // slower: memory is asked for, kernels are chosen
constexpr int kLeastSteps = kWarmUpSteps + 2;
constexpr double kStartSeconds = 1;    // of the process, and for the files at its end
constexpr double kShownRows = 1'000;   // in the report's scatter
constexpr double kScatterSeconds = 4;  // of t-SNE for so many, which grows with their square

std::size_t count_tokens(const std::vector<std::vector<std::int32_t>>& ids) {
  std::size_t tokens = 0;
  for (const auto& row : ids) tokens += row.size();
  return tokens;
}

/// At most `most` rows, evenly spaced.
TokenizedRows sample_of(const TokenizedRows& rows, std::size_t most) {
  const std::size_t count = std::min(most, rows.ids.size());
  TokenizedRows sample;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t row = i * rows.ids.size() / count;
    sample.ids.push_back(rows.ids[row]);
    sample.labels.push_back(rows.labels[row]);
  }
  return sample;
}

struct Measured {
  double embedded_tokens_per_second = 0, training_tokens_per_second = 0;
  double probe_seconds_per_row = 0;
};

/// Measures on a sample of the training rows.
class Stopwatch {
 public:
  Stopwatch(Model& model, const Dataset& train, const FinetuneOptions& options, const TokenizedRows& rows,
            const std::function<void()>& before_step)
      : model_(model), options_(options), before_step_(before_step), sample_(sample_of(rows, kSampledRows)) {
    head_.labels = train.labels;
    head_.problem = train.problem;
    const auto C = static_cast<std::int64_t>(train.labels.size());
    head_.weight = at::zeros({C, model.hidden_size()});
    head_.bias = at::zeros({C});
  }

  Measured measure(std::size_t train_rows) {
    measure_embedding();
    measure_probe(train_rows);
    if (!options_.head_only) measure_training();
    return measured_;
  }

 private:
  void measure_embedding() {
    const EmbedOptions embed{.threads = static_cast<std::size_t>(options_.threads),
                             .before_step = before_step_};
    double seconds = 0;
    for (std::size_t rows = 32; seconds < kEmbeddingSeconds; rows *= 4) {
      const std::span ids(sample_.ids.data(), std::min(rows, sample_.ids.size()));
      const auto clock = seconds_from_now();
      vectors_ = embed_tokens(model_, ids, embed);
      seconds = clock();
      const std::size_t tokens = count_tokens({ids.begin(), ids.end()});
      measured_.embedded_tokens_per_second = static_cast<double>(tokens) / std::max(seconds, 1e-6);
      if (ids.size() == sample_.ids.size()) return;
    }
  }

  /// On as many rows as it will have, up to a bound: the time of an evaluation is not in proportion to few.
  void measure_probe(std::size_t train_rows) {
    const auto rows = static_cast<std::int64_t>(std::min(train_rows, kProbedRows));
    const at::Tensor places = at::arange(rows).remainder(vectors_.size(0));
    std::vector<RowLabels> labels;
    for (std::int64_t row = 0; row < rows; ++row)
      labels.push_back(sample_.labels[static_cast<std::size_t>(row % vectors_.size(0))]);
    const auto objective = make_objective(head_.problem, labels, head_.labels, {});
    const at::Tensor targets = objective->targets();
    struct Enough {};
    double evaluations = 0;
    const auto clock = seconds_from_now();
    double share = 1;  // of the fit that was measured
    try {
      const auto loss = [&](const at::Tensor& logits) {
        if (clock() > kProbeSeconds && evaluations >= kLeastEvaluations) throw Enough{};
        ++evaluations;
        return objective->classification_loss(logits, targets);
      };
      fit_linear_probe(vectors_.index_select(0, places), head_.weight.size(0), loss, kProbeInversePenalty, {},
                       static_cast<std::size_t>(options_.threads));
    } catch (const Enough&) {
      share = evaluations / std::max(evaluations, kUsualEvaluations);
    }
    measured_.probe_seconds_per_row = clock() / share / static_cast<double>(rows);
  }

  void measure_training() {
    FinetuneOptions options = options_;
    options.epochs = 1;  // then more of them, as many as it takes: the learning rate does not matter
    const SingleOperatorThread single;
    Trainer trainer(model_, head_, sample_, options);
    const auto clock = seconds_from_now();
    double since = 0, tokens = 0, seconds = 0;
    int steps = 0;
    const auto is_enough = [&] { return steps >= kLeastSteps && clock() > kTrainingSeconds; };
    const auto report = [&](const StepReport& step) {
      const double now = clock();
      if (++steps > kWarmUpSteps) {
        tokens += step.tokens_per_second * (now - since);
        seconds += now - since;
      }
      since = now;
    };
    const auto time_gone = [&] {
      if (before_step_) before_step_();
      return is_enough() ? 1.0 : 0.0;
    };
    while (!is_enough()) {
      trainer.train_epoch(time_gone, report);
      trainer.next_epoch();
    }
    measured_.training_tokens_per_second = tokens / seconds;
  }

  Model& model_;
  const FinetuneOptions& options_;
  const std::function<void()>& before_step_;
  TokenizedRows sample_;
  Head head_;
  at::Tensor vectors_;  // [some of the sample, H]
  Measured measured_;
};

/// What the rounds of a run go through, after all its rows are embedded once.
struct Work {
  double trained = 0, embedded = 0;  // tokens
  double probed = 0, shown = 0;      // rows

  void add_round(double train_tokens, double held_out_tokens, double train_rows, double epochs) {
    trained += epochs * train_tokens;
    probed += train_rows;
    // The held-out rows after each epoch and at the end, and as many training rows as are measured.
    if (epochs > 0)
      embedded +=
          train_tokens * std::min(1.0, MeasuredRows::kMost / train_rows) + held_out_tokens * (epochs + 1);
  }
};

/// The rows of a run and their tokens.
struct Amount {
  double train_tokens = 0, validation_tokens = 0;
  double train_rows = 0, validation_rows = 0;
};

Work work_of(const Amount& all, const std::optional<RoundPlan>& plan, double epochs) {
  const auto rounds = static_cast<double>(plan ? plan->size() : 1);
  const bool folds = plan && all.validation_rows == 0;
  const double tokens = all.train_tokens + all.validation_tokens;
  const double rows = all.train_rows + all.validation_rows;
  Work work;
  work.embedded = tokens;
  for (double round = 0; round < rounds; ++round) {
    const double share = folds ? 1 / rounds : 0;
    work.add_round(all.train_tokens * (1 - share), folds ? tokens * share : all.validation_tokens,
                   all.train_rows * (1 - share), epochs);
  }
  if (plan) work.add_round(tokens, 0, rows, epochs);
  work.shown = folds ? rows : all.validation_rows;
  return work;
}

Work work_of(const Amount& all, const std::vector<FurtherModel>& further, bool head_only) {
  Work work;
  for (const FurtherModel& model : further) {
    const auto rows = static_cast<double>(model.rows);
    const double tokens = all.train_tokens * rows / all.train_rows;
    work.embedded += tokens + all.validation_tokens;
    work.add_round(tokens, all.validation_tokens, rows, head_only ? 0 : static_cast<double>(model.epochs));
  }
  return work;
}

/// Adds `work` to an estimate that has the rates; returns the seconds that it takes.
double add(RunEstimate& estimate, const Work& work, double probe_seconds_per_row) {
  const double training = work.trained > 0 ? work.trained / estimate.training_tokens_per_second : 0;
  const double embedding = work.embedded / estimate.embedded_tokens_per_second;
  const double shown = std::min(1.0, work.shown / kShownRows);
  const double fitting = work.probed * probe_seconds_per_row + kScatterSeconds * shown * shown;
  estimate.training_tokens += static_cast<std::size_t>(work.trained);
  estimate.embedded_tokens += static_cast<std::size_t>(work.embedded);
  estimate.training_seconds += training;
  estimate.embedding_seconds += embedding;
  estimate.fitting_seconds += fitting;
  return training + embedding + fitting;
}

}  // namespace

RunEstimate estimate_run(Model& model, const Split& rows, const std::optional<RoundPlan>& plan,
                         const FinetuneOptions& options, const std::vector<FurtherModel>& further,
                         const std::function<void()>& before_step) {
  const auto threads = static_cast<std::size_t>(options.threads);
  const TokenizedRows train{tokenize_rows(model, rows.train, options.truncation, threads).ids,
                            rows.train.row_labels()};
  const auto validation = tokenize_rows(model, rows.validation, options.truncation, threads).ids;
  const Measured measured =
      Stopwatch(model, rows.train, options, train, before_step).measure(train.ids.size());
  const Amount all{static_cast<double>(count_tokens(train.ids)),
                   static_cast<double>(count_tokens(validation)), static_cast<double>(train.ids.size()),
                   static_cast<double>(validation.size())};
  const double epochs = options.head_only ? 0 : static_cast<double>(*options.epochs);
  RunEstimate estimate;
  estimate.training_tokens_per_second = measured.training_tokens_per_second;
  estimate.embedded_tokens_per_second = measured.embedded_tokens_per_second;
  estimate.fitting_seconds = kStartSeconds;
  estimate.seconds =
      kStartSeconds + add(estimate, work_of(all, plan, epochs), measured.probe_seconds_per_row);
  if (const double limit = options.time_limit.seconds; limit > 0)
    estimate.seconds = std::min(estimate.seconds, limit);
  estimate.seconds += add(estimate, work_of(all, further, options.head_only), measured.probe_seconds_per_row);
  return estimate;
}

nlohmann::ordered_json run_estimate_json(const RunEstimate& estimate) {
  return {{"seconds", estimate.seconds},
          {"training_seconds", estimate.training_seconds},
          {"training_tokens", estimate.training_tokens},
          {"training_tokens_per_second", estimate.training_tokens_per_second},
          {"embedding_seconds", estimate.embedding_seconds},
          {"embedded_tokens", estimate.embedded_tokens},
          {"embedded_tokens_per_second", estimate.embedded_tokens_per_second},
          {"fitting_seconds", estimate.fitting_seconds}};
}

}  // namespace reprtune
