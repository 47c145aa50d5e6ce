#include <reprtune/train/finetune.h>

#include "../model/error_of.h"
#include "logistic_regression.h"
#include "toy_data.h"

#include <atomic>
#include <cmath>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

/// Every trained number: the encoder's and the head's.
at::Tensor all_weights(const Model& model) {
  std::vector<at::Tensor> flat = {model.head()->weight.reshape(-1), model.head()->bias};
  for (const Parameter& parameter : model.encoder().parameters())
    flat.push_back(parameter.tensor.detach().reshape(-1));
  return at::cat(flat);
}

at::Tensor trained(const FinetuneOptions& options, Model model = toy_model()) {
  finetune(model, toy_data(), toy_data(), options, {});
  return all_weights(model);
}

TEST(Finetune, TwentyRowsAreLearntByHeart) {
  Model model = still_model();
  FinetuneOptions options = toy_options(60);
  options.contrastive_weight = 0;
  double loss = 1;
  std::int64_t step = 0;
  FinetuneObserver observer;
  observer.on_step = [&](const StepReport& report) {
    EXPECT_EQ(report.step, ++step);
    EXPECT_EQ(report.steps, 120);
    EXPECT_EQ(report.contrastive_loss, 0);
    EXPECT_GT(report.tokens_per_second, 0);
    loss = report.loss;
  };
  const Dataset data = toy_data();
  const FinetuneResult result = finetune(model, data, data, options, observer);
  EXPECT_EQ(step, 120);
  EXPECT_LT(loss, 0.01);
  EXPECT_FALSE(result.interrupted);
  EXPECT_EQ(result.epochs_run, 60);
  EXPECT_EQ(result.validation.accuracy, 1);
  EXPECT_EQ(result.baselines.majority_accuracy, 0.5);
  ASSERT_TRUE(model.head().has_value());
  EXPECT_EQ(model.head()->labels.names(), data.labels.names());
  EXPECT_GT(model.head()->temperature, 0);
  ASSERT_TRUE(model.quantization_ranges().has_value());
  EXPECT_EQ(result.vectors_after.size(0), 20);
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(result.predictions[i], data.examples[i].labels);
  const TrainingExamples& examples = result.examples;  // the training rows are also those held out here
  ASSERT_EQ(examples.rows.size(), 20U);
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(examples.rows[i].text, data.examples[i].text);
  EXPECT_TRUE(examples.before.allclose(result.held_out.vectors_before, 0, 1e-5));
  EXPECT_TRUE(examples.after.allclose(result.vectors_after, 0, 1e-5));
  for (const Parameter& parameter : model.encoder().parameters()) {
    EXPECT_FALSE(parameter.tensor.requires_grad()) << parameter.name;
    EXPECT_FALSE(parameter.tensor.grad().defined()) << parameter.name;
  }
}

TEST(Finetune, LayersBelowLearnSlowerByTheDecay) {
  Model model = still_model();
  FinetuneOptions options = toy_options(1);
  options.batch_size = 20;  // one step, in which Adam moves every weight by the learning rate
  options.warmup = 0;
  options.layer_decay = 0.5;
  std::vector<at::Tensor> before;
  for (const Parameter& parameter : model.encoder().parameters())
    before.push_back(parameter.tensor.detach().clone());
  finetune(model, toy_data(), toy_data(), options, {});
  const auto layers = static_cast<double>(model.encoder().config().layers);
  const std::vector<Parameter> parameters = model.encoder().parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto& [name, tensor, weight_decay, layer, copy] = parameters[i];
    if (weight_decay || name.find("qkv") != std::string::npos) continue;  // a key's bias has no gradient
    const double moved = (tensor.detach() - before[i]).abs().max().item<double>();
    EXPECT_NEAR(moved, 2e-3 * std::pow(0.5, layers - static_cast<double>(layer)), 2e-5) << name;
  }
}

TEST(Finetune, SameSeedSameBytesOtherSeedOther) {
  for (const std::int64_t threads : {1, 2}) {
    FinetuneOptions options = toy_options(3);
    options.threads = threads;
    const at::Tensor weights = trained(options);
    EXPECT_TRUE(at::equal(weights, trained(options))) << threads << " threads";
    options.seed = 2;
    EXPECT_FALSE(at::equal(weights, trained(options)));
  }
}

TEST(Finetune, DropoutIsThatOfTheOptionBeforeThatOfTheBaseModel) {
  FinetuneOptions options = toy_options(3);
  const at::Tensor still = trained(options, still_model()), dropped = trained(options);
  EXPECT_FALSE(at::equal(still, dropped));
  options.dropout = 0;
  EXPECT_TRUE(at::equal(trained(options), still));
  options.dropout = 0.1;
  EXPECT_TRUE(at::equal(trained(options, still_model()), dropped));
}

TEST(Finetune, HiddenTokensTakePartInTraining) {
  Model model = toy_model();
  const auto mask_row = [&model] {
    return model.encoder().parameters().front().tensor.detach()[model.tokenizer().mask_id()].clone();
  };
  const auto moves_when = [&](double token_dropout) {
    FinetuneOptions options = toy_options(1);
    options.token_dropout = token_dropout;
    options.weight_decay = 0;  // which moves rows without a gradient, too
    const at::Tensor before = mask_row();
    finetune(model, toy_data(), toy_data(), options, {});
    return !at::equal(mask_row(), before);
  };
  ASSERT_TRUE(model.encoder().parameters().front().name.find("word") != std::string::npos);
  EXPECT_FALSE(moves_when(0));
  EXPECT_TRUE(moves_when(0.5));
}

TEST(Finetune, PerturbedTextsTakePartInTrainingAndCanBeLearnt) {
  FinetuneOptions options = toy_options(60);
  const at::Tensor plain = trained(options);
  options.adversarial_epsilon = 0.2;
  EXPECT_FALSE(at::allclose(trained(options), plain, 1e-3, 1e-3));
  Model model = toy_model();
  EXPECT_EQ(finetune(model, toy_data(), toy_data(), options, {}).validation.accuracy, 1);
}

TEST(Finetune, OtherPrecisionsFollowTheLossOfFloat32) {
  const auto losses = [](Precision precision) {
    Model model = Model::load(std::string(REPRTUNE_SOURCE_DIR) + "/tests/model/golden/mean_normalize",
                              precision, at::Device(at::kCPU));
    std::vector<double> result;
    FinetuneObserver observer;
    observer.on_step = [&](const StepReport& report) { result.push_back(report.loss); };
    FinetuneOptions options = toy_options(15);
    options.threads = 2;
    const Dataset data = toy_data();
    finetune(model, data, data, options, observer);
    return result;
  };
  const auto exact = losses(Precision::float32);
  for (const auto& [precision, most] :
       {std::pair(Precision::bfloat16, 0.1), std::pair(Precision::int16, 0.01)}) {
    SCOPED_TRACE(precision_name(precision));
    const auto rounded = losses(precision);
    ASSERT_EQ(exact.size(), rounded.size());
    for (std::size_t i = 0; i < exact.size(); ++i) EXPECT_NEAR(exact[i], rounded[i], most) << "step " << i;
    EXPECT_LT(rounded.back(), rounded.front());
    EXPECT_NE(rounded, exact);
  }
}

TEST(Finetune, ContrastiveTermPullsClassesTogether) {
  FinetuneOptions options = toy_options(60);
  options.contrastive_weight = 0.5;
  Model model = toy_model();
  const Dataset data = toy_data();
  std::vector<double> losses;
  FinetuneObserver observer;
  observer.on_step = [&](const StepReport& report) {
    EXPECT_NEAR(report.loss, 0.5 * report.classification_loss + 0.5 * report.contrastive_loss, 1e-4);
    losses.push_back(report.contrastive_loss);
  };
  const FinetuneResult result = finetune(model, data, data, options, observer);
  EXPECT_LT(losses.back(), losses.front());
  const auto contrast =
      [](const at::Tensor& vectors) {  // cosine within a class minus cosine across; labels alternate
        const at::Tensor cosines = vectors.mm(vectors.t());
        const at::Tensor sign =
            1 -
            2 * at::remainder(at::arange(20).unsqueeze(0) + at::arange(20).unsqueeze(1), 2).to(at::kFloat);
        return (cosines * sign).mean().item<double>();
      };
  EXPECT_GT(contrast(result.vectors_after), contrast(result.held_out.vectors_before) + 0.2);
}

TEST(Finetune, AnInterruptedRunKeepsItsBestEpoch) {
  Model model = toy_model();
  std::atomic<bool> stop = false;
  std::vector<RunState> states;
  FinetuneObserver observer;
  observer.on_state = [&](RunState state) { states.push_back(state); };
  observer.on_validation = [&](const ValidationReport& report) {
    EXPECT_EQ(report.best, report.epoch == 1 || report.best);
    if (report.epoch == 2) stop = true;
  };
  observer.should_stop = [&] { return stop.load(); };
  const FinetuneResult result = finetune(model, toy_data(), toy_data(), toy_options(50), observer);
  EXPECT_TRUE(result.interrupted);
  EXPECT_EQ(result.epochs_run, 2);
  EXPECT_GE(result.best_epoch, 1);
  EXPECT_LE(result.best_epoch, 2);
  EXPECT_TRUE(model.head().has_value());
  EXPECT_EQ(states.front(), RunState::preparing);
  EXPECT_EQ(states.back(), RunState::calibrating);
}

/// Goes through a run in pieces of `steps` steps, each from the checkpoint of the one before, as a process
/// that is stopped again and again does.
at::Tensor trained_in_pieces(const FinetuneOptions& options, Precision precision, std::int64_t steps,
                             std::vector<double>& losses) {
  const TemporaryFolder folder;
  const std::string base = std::string(REPRTUNE_SOURCE_DIR) + "/tests/model/golden/mean_normalize";
  for (int piece = 0; piece < 100; ++piece) {
    Model model = Model::load(base, precision, at::kCPU);
    const std::string place = folder / std::to_string(piece);
    FinetuneStart start;
    if (piece > 0) start.checkpoint = read_checkpoint(folder / std::to_string(piece - 1));
    std::int64_t left = steps;
    FinetuneObserver observer;
    observer.on_step = [&](const StepReport& report) {
      losses.push_back(report.loss);
      --left;
    };
    observer.should_stop = [&] { return left <= 0; };
    start.seconds = [&] { return static_cast<double>(losses.size()); };
    observer.on_checkpoint = [&](const Checkpoint& checkpoint) { write_checkpoint(place, checkpoint, {}); };
    if (!finetune(model, toy_data(), toy_data(), options, observer, std::move(start)).interrupted)
      return all_weights(model);
  }
  return {};
}

TEST(Finetune, ARunInPiecesEndsInTheSameBytes) {
  for (const Precision precision : {Precision::float32, Precision::bfloat16, Precision::int16}) {
    for (const std::int64_t threads : {1, 2}) {
      FinetuneOptions options = toy_options(5);
      options.threads = threads;
      options.patience = 4;
      options.token_dropout = 0.3;
      options.adversarial_epsilon = 0.2;
      std::vector<double> losses, losses_of_one;
      const at::Tensor whole = trained_in_pieces(options, precision, 1'000, losses_of_one);
      for (const std::int64_t steps : {1, 3}) {
        losses.clear();
        EXPECT_TRUE(at::equal(trained_in_pieces(options, precision, steps, losses), whole))
            << threads << " threads, " << steps << " steps";
        EXPECT_EQ(losses, losses_of_one);
      }
    }
  }
}

TEST(Finetune, TheTimeOfEarlierPiecesCounts) {
  FinetuneOptions options = toy_options(50);
  options.time_limit.seconds = 17;
  std::vector<double> losses, losses_of_one;
  const at::Tensor whole = trained_in_pieces(options, Precision::float32, 1'000, losses_of_one);
  EXPECT_EQ(losses_of_one.size(), 17u);
  EXPECT_TRUE(at::equal(trained_in_pieces(options, Precision::float32, 2, losses), whole));
  EXPECT_EQ(losses, losses_of_one);
}

TEST(Finetune, CheckpointsOnTheWayChangeNothing) {
  FinetuneOptions options = toy_options(3);
  const at::Tensor expected = trained(options);
  Model model = toy_model();
  FinetuneObserver observer;
  int taken = 0;
  observer.wants_checkpoint = [](bool) { return true; };
  observer.on_checkpoint = [&](const Checkpoint& checkpoint) { taken += checkpoint.step >= 0 ? 1 : 0; };
  finetune(model, toy_data(), toy_data(), options, observer);
  EXPECT_TRUE(at::equal(all_weights(model), expected));
  EXPECT_EQ(taken, 9);  // before each of 6 steps, after each of 3 epochs
}

TEST(Finetune, AKnownHeadIsKeptAndExtended) {
  Model model = toy_model();
  const Dataset old = toy_data();
  finetune(model, old, old, toy_options(3), {});
  const Head known = *model.head();
  Dataset data = toy_data();  // "account" is gone, "parcel" stays, "order" is new
  std::erase_if(data.examples, [](const Example& example) { return example.labels == 0; });
  data.labels = LabelSet({"account", "parcel", "order"});
  for (std::size_t i = 0; i < data.examples.size(); i += 2) data.examples[i].labels = 2;
  FinetuneStart start;
  start.head = &known;
  FinetuneOptions options = toy_options(3);
  finetune(model, data, data, options, {}, std::move(start));
  const Head& head = *model.head();
  EXPECT_EQ(head.labels.names(), data.labels.names());
  EXPECT_TRUE(at::equal(head.weight[0], known.weight[0]));
  EXPECT_TRUE(at::equal(head.bias[0], known.bias[0]));
  EXPECT_FALSE(at::equal(head.weight[1], known.weight[1]));
  EXPECT_GT(head.weight[2].abs().max().item<double>(), 0);
  EXPECT_TRUE(at::isfinite(head.weight).all().item<bool>());
}

TEST(Finetune, StoppedBeforeTheFirstEpochThereIsNoHead) {
  Model model = toy_model();
  FinetuneObserver observer;
  observer.should_stop = [] { return true; };
  const FinetuneResult result = finetune(model, toy_data(), toy_data(), toy_options(5), observer);
  EXPECT_TRUE(result.interrupted);
  EXPECT_EQ(result.best_epoch, 0);
  EXPECT_FALSE(model.head().has_value());
}

TEST(Finetune, ARefittedHeadIsTheProbeOfTheVectorsThatCameOut) {
  FinetuneOptions options = toy_options(3);
  const Dataset data = toy_data();
  Model plain = toy_model(), refitted = toy_model();
  finetune(plain, data, data, options, {});
  options.refit_head = true;
  const FinetuneResult result = finetune(refitted, data, data, options, {});
  EXPECT_FALSE(at::equal(plain.head()->weight, refitted.head()->weight));
  std::vector<std::int64_t> labels;
  for (const Example& example : data.examples)
    labels.push_back(static_cast<std::int64_t>(example.labels.only()));
  const LinearProbe probe = logistic_regression(result.vectors_after, at::tensor(labels), 2);
  EXPECT_TRUE(at::allclose(refitted.head()->weight, probe.weight, 1e-3, 1e-3));
  EXPECT_TRUE(at::equal(result.held_out.logits, refitted.head()->logits(result.vectors_after)));
  const auto encoder = [](const Model& model) { return model.encoder().parameters().front().tensor; };
  EXPECT_TRUE(at::equal(encoder(plain), encoder(refitted)));
}

TEST(Finetune, PatienceEndsARunThatDoesNotImprove) {
  Model model = toy_model();
  FinetuneOptions options = toy_options(50);
  options.learning_rate = 1e-30;  // nothing changes: no epoch is better than the first, nor worse
  options.patience = 3;
  const FinetuneResult result = finetune(model, toy_data(), toy_data(), options, {});
  EXPECT_EQ(result.best_epoch, 4);
  EXPECT_EQ(result.epochs_run, 4);
  EXPECT_FALSE(result.interrupted);
}

/// A run whose clock counts the reported steps, from `before` on.
struct TimedRun {
  FinetuneResult result;
  at::Tensor weights;
  std::vector<StepReport> steps;
};
TimedRun timed_run(FinetuneOptions options, double limit, double before = 0) {
  TimedRun run;
  options.time_limit.seconds = limit;
  FinetuneObserver observer;
  observer.on_step = [&](const StepReport& report) { run.steps.push_back(report); };
  FinetuneStart start;
  start.seconds = [&] { return before + static_cast<double>(run.steps.size()); };
  Model model = toy_model();
  run.result = finetune(model, toy_data(), toy_data(), options, observer, std::move(start));
  run.weights = all_weights(model);
  return run;
}

TEST(Finetune, ATimeLimitIsMadeTheBestOf) {
  const FinetuneOptions options = toy_options(50);  // 100 steps
  const TimedRun run = timed_run(options, 25);
  EXPECT_TRUE(run.result.out_of_time);
  EXPECT_FALSE(run.result.interrupted);
  ASSERT_EQ(run.steps.size(), 25u);
  EXPECT_EQ(run.result.epochs_run, 13);
  EXPECT_GE(run.result.best_epoch, 1);
  EXPECT_EQ(run.result.vectors_after.size(0), 20);
  // The schedule of 100 steps in 25: up in the first tenth, down to nearly nothing.
  const double peak = *options.learning_rate;
  EXPECT_LT(run.steps[0].learning_rate, 0.2 * peak);
  EXPECT_GT(run.steps[3].learning_rate, 0.9 * peak);
  EXPECT_LT(run.steps.back().learning_rate, 0.05 * peak);
  EXPECT_EQ(run.steps[9].steps, 28);  // ten steps in nine of 25 seconds
}

TEST(Finetune, ATimeLimitThatIsNotReachedChangesNothing) {
  const TimedRun run = timed_run(toy_options(5), 1'000);
  EXPECT_FALSE(run.result.out_of_time);
  EXPECT_EQ(run.steps.size(), 10u);
  EXPECT_TRUE(at::equal(run.weights, trained(toy_options(5))));
}

TEST(Finetune, WithoutTimeForAStepThereIsAModelAllTheSame) {
  const TimedRun run = timed_run(toy_options(5), 1, 2);
  EXPECT_TRUE(run.result.out_of_time);
  EXPECT_TRUE(run.steps.empty());
  EXPECT_EQ(run.result.best_epoch, 1);
  EXPECT_EQ(run.result.validation.accuracy, run.result.baselines.probe_accuracy);
}

TEST(Finetune, BalancedWeightsChangeOnlyUnevenClasses) {
  FinetuneOptions plain = toy_options(1), balanced = toy_options(1);
  balanced.class_weights.rule = ClassWeights::Rule::balanced;
  const auto first_loss = [](const Dataset& data, const FinetuneOptions& options) {
    Model model = toy_model();
    double loss = NAN;
    FinetuneObserver observer;
    observer.on_step = [&](const StepReport& report) {
      if (report.step == 1) loss = report.classification_loss;
    };
    finetune(model, data, data, options, observer);
    return loss;
  };
  EXPECT_NEAR(first_loss(toy_data(), plain), first_loss(toy_data(), balanced), 1e-6);
  Dataset uneven = toy_data();
  std::erase_if(uneven.examples,
                [](const Example& example) { return example.labels == 1 && example.line > 6; });
  EXPECT_GT(std::abs(first_loss(uneven, plain) - first_loss(uneven, balanced)), 1e-4);
}

TEST(Finetune, BadInputIsRefusedBeforeAnythingStarts) {
  Model model = toy_model();
  Dataset one = toy_data();
  one.labels = LabelSet({"account"});
  for (Example& example : one.examples) example.labels = 0;
  EXPECT_NE(error_of(ErrorKind::data, [&] { finetune(model, one, one, toy_options(1), {}); }).find("toy.csv"),
            std::string::npos);
  FinetuneOptions options = toy_options(1);
  options.max_length = 41;
  error_of(ErrorKind::usage, [&] { finetune(model, toy_data(), toy_data(), options, {}); });
  options.max_length = 5;
  options.truncation = Truncation::none;
  EXPECT_NE(error_of(ErrorKind::data, [&] { finetune(model, toy_data(), toy_data(), options, {}); })
                .find("toy.csv:"),
            std::string::npos);
}

TEST(Finetune, ARunThatDivergesSaysSo) {
  Model model = toy_model();
  for (const Parameter& parameter : model.encoder().parameters()) {
    if (parameter.name == "encoder.layer.0.output.LayerNorm.weight") parameter.tensor.fill_(NAN);
  }
  EXPECT_NE(error_of(ErrorKind::runtime, [&] { finetune(model, toy_data(), toy_data(), toy_options(1), {}); })
                .find("step 1"),
            std::string::npos);
}

/// The toy rows, some joined so that they are of both classes, and some of none.
Dataset toy_label_sets() {
  Dataset data = toy_data();
  data.problem = ProblemType::multi_label;
  for (std::size_t i = 0; i + 1 < 8; i += 2)
    data.examples.push_back(
        {data.examples[i].text + " " + data.examples[i + 1].text, RowLabels({0, 1}), 21 + i});
  for (const char* text : {"please help", "0 1 2", "cancel", "where is the app"})
    data.examples.push_back({text, RowLabels(), data.examples.size() + 1});
  return data;
}

TEST(Finetune, RowsWithSeveralLabelsAreLearntByHeart) {
  Model model = still_model();
  const Dataset data = toy_label_sets();
  const FinetuneResult result = finetune(model, data, data, toy_options(80), {});
  const Head& head = *model.head();
  EXPECT_EQ(head.problem, ProblemType::multi_label);
  EXPECT_EQ(head.thresholds.size(), 2u);
  EXPECT_GT(result.validation.accuracy, 0.95);
  ASSERT_TRUE(result.validation.label_sets);
  EXPECT_GT(*result.validation.label_sets->samples.f1, 0.95);
  EXPECT_LT(result.validation.label_sets->hamming_loss, 0.05);
  EXPECT_EQ(result.predictions.size(), data.examples.size());
  EXPECT_GT(result.validation.accuracy, result.baselines.majority_accuracy);
  EXPECT_TRUE(model.novelty());
}

TEST(Finetune, RowsWithSeveralLabelsGiveTheSameBytesWholeAndInPieces) {
  const auto end_of = [](std::int64_t steps) {
    const TemporaryFolder folder;
    std::string last;
    for (int piece = 0;; ++piece) {
      Model model = toy_model();
      FinetuneStart start;
      if (!last.empty()) start.checkpoint = read_checkpoint(last);
      const std::string place = folder / std::to_string(piece);
      std::int64_t left = steps;
      FinetuneObserver observer;
      observer.on_step = [&](const StepReport&) { --left; };
      observer.should_stop = [&] { return left <= 0; };
      observer.on_checkpoint = [&](const Checkpoint& checkpoint) { write_checkpoint(place, checkpoint, {}); };
      FinetuneOptions options = toy_options(3);
      options.focal_gamma = 1;
      const Dataset data = toy_label_sets();
      if (!finetune(model, data, data, options, observer, std::move(start)).interrupted) {
        const at::Tensor thresholds = at::tensor(model.head()->thresholds);
        return at::cat({all_weights(model), thresholds, at::full({1}, model.head()->temperature)});
      }
      last = place;
    }
  };
  const at::Tensor whole = end_of(1'000);
  EXPECT_TRUE(at::equal(whole, end_of(1'000)));
  EXPECT_TRUE(at::equal(whole, end_of(4)));
}

TEST(Finetune, OptionsWithoutMeaningForSeveralLabelsAreRefused) {
  Model model = toy_model();
  const Dataset data = toy_label_sets();
  FinetuneOptions options = toy_options(1);
  options.abstain_for_precision = 0.9;
  EXPECT_NE(error_of(ErrorKind::usage, [&] { finetune(model, data, data, options, {}); })
                .find("--abstain-for-precision"),
            std::string::npos);
  options = toy_options(1);
  options.class_weights.rule = ClassWeights::Rule::balanced;
  EXPECT_NE(
      error_of(ErrorKind::usage, [&] { finetune(model, data, data, options, {}); }).find("--class-weights"),
      std::string::npos);
}

TEST(Finetune, AKnownHeadOfSeveralLabelsIsKeptAndExtended) {
  Model model = toy_model();
  const Dataset old = toy_label_sets();
  finetune(model, old, old, toy_options(3), {});
  const Head known = *model.head();
  Dataset data = toy_label_sets();  // "account" is gone, "order" is new
  data.labels = LabelSet({"account", "parcel", "order"});
  for (Example& example : data.examples) {
    std::vector<std::size_t> labels;
    if (example.labels.contains(1)) labels.push_back(1);
    if (example.text.find("order") != std::string::npos) labels.push_back(2);
    example.labels = RowLabels(labels);
  }
  FinetuneStart start;
  start.head = &known;
  finetune(model, data, data, toy_options(3), {}, std::move(start));
  const Head& head = *model.head();
  EXPECT_TRUE(at::equal(head.weight[0], known.weight[0]));
  EXPECT_TRUE(at::equal(head.bias[0], known.bias[0]));
  EXPECT_FALSE(at::equal(head.weight[1], known.weight[1]));
  EXPECT_GT(head.weight[2].abs().max().item<double>(), 0);
  EXPECT_TRUE(at::isfinite(head.weight).all().item<bool>());
}

}  // namespace
}  // namespace reprtune
