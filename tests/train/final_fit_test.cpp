#include <reprtune/data/folds.h>
#include <reprtune/eval/calibration.h>
#include <reprtune/train/final_fit.h>

#include "toy_data.h"

#include <algorithm>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

at::Tensor all_weights(const Model& model) {
  std::vector<at::Tensor> flat = {model.head()->weight.reshape(-1), model.head()->bias};
  for (const Parameter& parameter : model.encoder().parameters())
    flat.push_back(parameter.tensor.detach().reshape(-1));
  return at::cat(flat);
}

Dataset no_rows() { return toy_data().without_rows(); }

/// The toy data with three wrong labels, so that no model is right everywhere.
Dataset doubtful_data() {
  Dataset data = toy_data();
  for (const std::size_t row : {1u, 6u, 12u})
    data.examples[row].labels = data.examples[row].labels.only() ^ 1;
  return data;
}

FinetuneOptions round_options() {
  FinetuneOptions options = toy_options(4);
  options.abstain_for_precision = 0.75;
  return options;
}

TEST(FinalFit, TheMedianOfTheEpochs) {
  EXPECT_EQ(median_epoch({4}), 4);
  EXPECT_EQ(median_epoch({9, 1, 2}), 2);
  EXPECT_EQ(median_epoch({4, 1}), 3);  // 2.5
  EXPECT_EQ(median_epoch({1, 8, 2, 4}), 3);
}

/// Each round by itself, from a model of its own, and what the rounds come to, by hand.
TEST(FinalFit, ItIsWhatSeparateRunsComeTo) {
  const Dataset data = doubtful_data();
  const FinetuneOptions options = round_options();
  const RoundPlan plan = RoundPlan::of_folds(data, 3, 1);
  Model model = toy_model();
  const FinetuneResult result = final_fit(model, plan, options, {});

  const auto folds = stratified_folds(data, 3, 1);
  std::vector<at::Tensor> logits, distances;
  std::vector<std::int64_t> epochs;
  std::vector<std::size_t> truth;
  for (std::size_t fold = 0; fold < 3; ++fold) {
    Model own = toy_model();
    const Split rows = hold_out(data, folds, fold);
    const FinetuneResult round = finetune(own, rows.train, rows.validation, options, {});
    logits.push_back(own.head()->logits(round.vectors_after));
    distances.push_back(own.novelty()->distances());
    epochs.push_back(round.best_epoch);
    EXPECT_EQ(result.rounds[fold].best_epoch, round.best_epoch);
    EXPECT_EQ(result.rounds[fold].metrics.rows, rows.validation.examples.size());
    EXPECT_EQ(result.rounds[fold].metrics.accuracy, round.validation.accuracy);
    for (const Example& example : rows.validation.examples) truth.push_back(example.labels.only());
  }
  EXPECT_TRUE(at::equal(result.held_out.logits, at::cat(logits)));
  EXPECT_EQ(class_indices(result.held_out.truth), truth);

  const at::Tensor joined = at::cat(logits).contiguous();
  const std::span<const float> values(joined.const_data_ptr<float>(),
                                      static_cast<std::size_t>(joined.numel()));
  EXPECT_EQ(model.head()->temperature, fit_temperature(values, truth, 2));
  const auto probabilities = softmax(values, 2, model.head()->temperature);
  EXPECT_EQ(model.head()->abstention->threshold, fit_threshold(truth, probabilities, 2, 0.75));
  EXPECT_EQ(result.validation.accuracy, compute_metrics(truth, probabilities, 2).accuracy);
  EXPECT_TRUE(at::equal(model.novelty()->distances(), std::get<0>(at::cat(distances).sort())));

  FinetuneOptions last = options;
  last.epochs = median_epoch(epochs);
  Model again = toy_model();
  FinetuneStart start;
  start.held_out = &result.held_out;
  finetune(again, data, no_rows(), last, {}, std::move(start));
  EXPECT_TRUE(at::equal(all_weights(model), all_weights(again)));
  EXPECT_EQ(result.best_epoch, *last.epochs);
}

TEST(FinalFit, WithAValidationSetItTrainsOnThatToo) {
  const Split rows = stratified_split(doubtful_data(), 0.3, 1);
  Model first = toy_model(), model = toy_model();
  const FinetuneResult alone = finetune(first, rows.train, rows.validation, round_options(), {});
  const FinetuneResult result = final_fit(model, RoundPlan::of_split(rows), round_options(), {});
  EXPECT_EQ(model.head()->temperature, first.head()->temperature);
  EXPECT_EQ(result.validation.accuracy, alone.validation.accuracy);
  EXPECT_EQ(result.predictions, alone.predictions);
  EXPECT_EQ(result.baselines.probe_accuracy, alone.baselines.probe_accuracy);
  EXPECT_TRUE(at::equal(result.vectors_after, alone.vectors_after));
  EXPECT_EQ(result.epochs_run, alone.best_epoch);
  EXPECT_FALSE(at::equal(all_weights(model), all_weights(first)));
}

TEST(FinalFit, TheLearningRateFallsToItsEndInEachRound) {
  std::vector<StepReport> steps;
  std::vector<Round> rounds;
  FinetuneObserver observer;
  observer.on_round = [&](const Round& round) { rounds.push_back(round); };
  observer.on_step = [&](const StepReport& report) { steps.push_back(report); };
  Model model = toy_model();
  const Dataset data = doubtful_data();
  final_fit(model, RoundPlan::of_folds(data, 2, 1), round_options(), observer);
  ASSERT_EQ(rounds.size(), 3u);
  EXPECT_EQ(round_name(rounds[1]), "fold 2 of 2");
  EXPECT_EQ(round_name(rounds[2]), "final fit");
  EXPECT_EQ(rounds[2].train_rows, 20u);
  EXPECT_EQ(rounds[2].held_out_rows, 0u);
  for (std::size_t i = 0; i < steps.size(); ++i) EXPECT_EQ(steps[i].step, static_cast<std::int64_t>(i + 1));
  EXPECT_EQ(steps.back().step, steps.back().steps);
  EXPECT_LT(steps.back().learning_rate, 0.6 * *round_options().learning_rate);
}

/// A run in pieces of so many steps, each from the checkpoint of the one before.
at::Tensor trained_in_pieces(const Dataset& data, std::int64_t steps, int& pieces) {
  const TemporaryFolder folder;
  for (pieces = 0; pieces < 100; ++pieces) {
    Model model = toy_model();
    const std::string place = folder / std::to_string(pieces);
    FinetuneStart start;
    if (pieces > 0) start.checkpoint = read_checkpoint(folder / std::to_string(pieces - 1));
    std::int64_t left = steps;
    FinetuneObserver observer;
    observer.on_step = [&](const StepReport&) { --left; };
    observer.should_stop = [&] { return left <= 0; };
    observer.on_checkpoint = [&](const Checkpoint& checkpoint) {
      std::filesystem::remove_all(place);
      write_checkpoint(place, checkpoint, {});
    };
    const RoundPlan plan = RoundPlan::of_folds(data, 2, 1);
    const FinetuneResult result = final_fit(model, plan, round_options(), observer, std::move(start));
    if (!result.interrupted) {
      return at::cat({all_weights(model), model.novelty()->distances(),
                      at::tensor(model.head()->temperature).to(at::kFloat),
                      result.held_out.vectors_before.reshape(-1),
                      at::tensor(result.baselines.probe_accuracy).to(at::kFloat)});
    }
    EXPECT_EQ(result.best_epoch, 0);
  }
  return {};
}

TEST(FinalFit, ARunInPiecesEndsInTheSameBytes) {
  const Dataset data = doubtful_data();
  int pieces = 0;
  const at::Tensor whole = trained_in_pieces(data, 1'000, pieces);
  EXPECT_EQ(pieces, 0);
  for (const std::int64_t steps : {1, 3, 4}) {
    EXPECT_TRUE(at::equal(trained_in_pieces(data, steps, pieces), whole)) << steps << " steps";
    EXPECT_GE(pieces, 2);
  }
}

/// Killed after any epoch of any round, the last of the last included.
TEST(FinalFit, FromTheCheckpointOfEachEpochItEndsInTheSameBytes) {
  const TemporaryFolder folder;
  const Dataset data = doubtful_data();
  const RoundPlan plan = RoundPlan::of_folds(data, 2, 1);
  int checkpoints = 0;
  FinetuneObserver observer;
  observer.wants_checkpoint = [](bool epoch_is_over) { return epoch_is_over; };
  observer.on_checkpoint = [&](const Checkpoint& checkpoint) {
    write_checkpoint(folder / std::to_string(checkpoints++), checkpoint, {});
  };
  Model whole = toy_model();
  const FinetuneResult expected = final_fit(whole, plan, round_options(), observer);
  ASSERT_GE(checkpoints, 9);  // four epochs of each fold, one or more of the final fit
  for (int i = 0; i < checkpoints; ++i) {
    Model model = toy_model();
    FinetuneStart start;
    start.checkpoint = read_checkpoint(folder / std::to_string(i));
    const FinetuneResult result = final_fit(model, plan, round_options(), {}, std::move(start));
    ASSERT_TRUE(model.head().has_value()) << "checkpoint " << i << " of " << checkpoints;
    EXPECT_TRUE(at::equal(all_weights(model), all_weights(whole))) << "checkpoint " << i;
    EXPECT_EQ(result.best_epoch, expected.best_epoch);
  }
}

TEST(FinalFit, ATimeLimitIsSharedByTheRounds) {
  FinetuneOptions options = round_options();
  options.epochs = 50;
  options.time_limit.seconds = 30;
  const Dataset data = doubtful_data();
  std::vector<std::int64_t> steps(4, 0);
  std::size_t round = 0;
  FinetuneObserver observer;
  observer.on_round = [&](const Round& begun) { round = static_cast<std::size_t>(begun.number); };
  observer.on_step = [&](const StepReport&) { ++steps[round]; };
  FinetuneStart start;
  start.seconds = [&] { return static_cast<double>(steps[1] + steps[2] + steps[3]); };
  Model model = toy_model();
  const FinetuneResult result =
      final_fit(model, RoundPlan::of_folds(data, 2, 1), options, observer, std::move(start));
  EXPECT_TRUE(result.out_of_time);
  EXPECT_EQ(steps[1], 10);
  EXPECT_EQ(steps[2], 10);
  EXPECT_GT(steps[3], 0);
  EXPECT_LE(steps[3], 10);
  EXPECT_EQ(result.best_epoch, median_epoch({result.rounds[0].best_epoch, result.rounds[1].best_epoch}));
  EXPECT_TRUE(model.head().has_value());
}

TEST(FinalFit, TheHeadAloneOfEveryFold) {
  FinetuneOptions options = round_options();
  options.head_only = true;
  const Dataset data = doubtful_data();
  Model model = toy_model();
  int embeddings = 0;
  FinetuneObserver observer;
  observer.on_work = [&](const WorkProgress& progress) {
    if (progress.unit == "token" && progress.done == progress.total) ++embeddings;
  };
  const FinetuneResult result = final_fit(model, RoundPlan::of_folds(data, 4, 1), options, observer);
  EXPECT_EQ(result.rounds.size(), 4u);
  EXPECT_EQ(embeddings, 1);  // for all five rounds
  EXPECT_EQ(result.validation.rows, 20u);
  EXPECT_EQ(result.validation.accuracy, result.baselines.probe_accuracy);
  EXPECT_EQ(result.best_epoch, 1);
}

}  // namespace
}  // namespace reprtune
