#pragma once

#include <reprtune/data/dataset.h>
#include <reprtune/model/encoder_config.h>
#include <reprtune/text/tokenizer.h>
#include <reprtune/train/class_weights.h>
#include <reprtune/train/contrastive_loss.h>
#include <reprtune/train/time_limit.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

const std::vector<std::string>& truncation_names();

/// Below so many training rows the defaults are those for few.
inline constexpr std::size_t kFewRows = 1'000;

/// How to train. What is absent is chosen from the data and the base model by choose_options().
struct FinetuneOptions {
  std::optional<std::int64_t> epochs;
  std::optional<std::int64_t> batch_size;
  std::optional<double> learning_rate;  ///< peak rate of the encoder
  std::optional<double> layer_decay;    ///< a layer's learning rate as a multiple of that of the layer above
  std::optional<double> dropout;        ///< of hidden states and attention weights
  std::optional<double> label_smoothing;      ///< see classification_loss()
  std::optional<double> adversarial_epsilon;  ///< see adversarial_perturbation(); 0: texts are learnt once
  std::optional<std::int64_t> max_length;
  std::optional<double> contrastive_weight;  ///< share of the contrastive term in the loss
  std::optional<ContrastiveLoss> contrastive_loss;
  double contrastive_temperature = 0.1;   ///< of ContrastiveLoss::supcon
  double head_learning_rate_factor = 20;  ///< the head's rate is this times the encoder's
  double token_dropout = 0;               ///< see TokenDropout
  double weight_decay = 0.01;
  double warmup = 0.1;  ///< share of all steps
  double max_gradient_norm = 1;
  ClassWeights class_weights;
  double focal_gamma = 0;  ///< see classification_loss()
  /// Whether the head that was trained with the encoder gives way, at the end, to a linear probe on the
  /// vectors that came out.
  std::optional<bool> refit_head;
  bool head_only =
      false;  ///< a linear probe: the encoder stays the base model's, epochs and rates do not matter
  double abstain_for_precision = 0;  ///< below 1; 0: every row is answered
  bool abstain_per_class = false;    ///< with a threshold for each class
  std::int64_t patience = 0;         ///< stop after this many epochs without a better one; 0: never
  TimeLimit time_limit;              ///< of the whole run, all before and after training included
  std::uint64_t seed = 1;
  Truncation truncation = Truncation::end;
  std::int64_t threads = 1;
};

/// Calls visit(name, description, field) for each field that a user can set, in the order of the help: the
/// one list that the command line, the JSON record and the documentation are made from.
template <typename Options, typename Visit>
void visit_options(Options& options, Visit&& visit) {
  visit("epochs", "Passes over the training rows", options.epochs);
  visit("batch-size", "Rows per step", options.batch_size);
  visit("learning-rate", "Peak learning rate of the encoder", options.learning_rate);
  visit("max-length", "Tokens of a text that are read, special ones included", options.max_length);
  visit("contrastive-weight", "Share of the contrastive term in the loss, 0 to 1",
        options.contrastive_weight);
  visit("contrastive-loss",
        "Form of the contrastive term: supcon (same labels more alike than all others) or cosine (cosines "
        "towards 1 within a class and 0 between)",
        options.contrastive_loss);
  visit("contrastive-temperature", "Temperature of the contrastive term; supcon alone has one",
        options.contrastive_temperature);
  visit("head-learning-rate-factor", "Learning rate of the head, as a multiple of the encoder's",
        options.head_learning_rate_factor);
  visit(
      "layer-decay",
      "Learning rate of each layer of the encoder as a multiple of the layer's above, down to the embeddings",
      options.layer_decay);
  visit("label-smoothing", "Share of the classification target that is spread over all classes",
        options.label_smoothing);
  visit("dropout", "Share of the hidden states and attention weights that each step leaves out",
        options.dropout);
  visit("token-dropout", "Share of the tokens of a text that are hidden from each step, others each time",
        options.token_dropout);
  visit("adversarial-epsilon",
        "How far the embeddings of each step's texts are moved to where they are hardest, to be learnt from "
        "once more; 0: not at all",
        options.adversarial_epsilon);
  visit("weight-decay", "Decoupled weight decay of the encoder's matrices", options.weight_decay);
  visit("warmup", "Share of the steps in which the learning rate rises", options.warmup);
  visit("max-gradient-norm", "Gradients are clipped to this norm; 0 does not clip",
        options.max_gradient_norm);
  visit("class-weights",
        "Weight of the classes in the classification loss: none, balanced (rare classes count more), or a "
        "CSV of label,weight",
        options.class_weights);
  visit("focal-gamma", "Exponent of the focal loss, which looks away from easy rows; 0 is cross-entropy",
        options.focal_gamma);
  visit("head-only",
        "Leave the encoder as it is and fit the head alone, to its optimum: fast, no epochs, the base "
        "model's vectors",
        options.head_only);
  visit("refit-head",
        "At the end fit the head anew, to its optimum, on the finetuned vectors of the training rows",
        options.refit_head);
  visit("abstain-for-precision",
        "Wished share of right answers, below 1: classify then abstains where the probability is below a "
        "threshold fitted on the validation rows; 0 always answers",
        options.abstain_for_precision);
  visit("abstain-per-class",
        "With --abstain-for-precision, fit a threshold for each class, so that the answers of each reach it",
        options.abstain_per_class);
  visit("patience", "Stop after this many epochs without a better one; 0 never stops early",
        options.patience);
  visit("time-limit",
        "The most time that the run takes, such as 90s, 10m or 1h30m: training makes the best of what fits",
        options.time_limit);
  visit("seed", "Seed of the split, the batches and the dropout", options.seed);
  visit("truncate", "What is cut from a text that is too long; none refuses the row", options.truncation);
}

/// Throws Error(usage), naming the option, for a value out of range.
void validate_options(const FinetuneOptions& options);

/// Throws Error(usage), naming the option, for one that has no meaning for this problem type.
void require_options_for(ProblemType problem, const FinetuneOptions& options);

/// Fills in what is absent from the numbers of training rows and classes, the base model and the problem
/// type; `base_max_length` is the base's own.
FinetuneOptions choose_options(FinetuneOptions options, std::size_t rows, std::size_t classes,
                               const EncoderConfig& base, std::int64_t base_max_length,
                               ProblemType problem = ProblemType::single_label);

/// Every option by name, for reprtune.json and the report.
nlohmann::ordered_json options_json(const FinetuneOptions& options);

}  // namespace reprtune
