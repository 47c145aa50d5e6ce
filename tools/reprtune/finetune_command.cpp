#include "finetune_command.h"

#include <reprtune/io/error.h>

#include "input_arguments.h"
#include "number_check.h"
#include "option_kinds.h"
#include "training_arguments.h"

#include <cmath>
#include <utility>

namespace reprtune::cli {

void bind_finetune_command(CLI::App& app, FinetuneCommand& command) {
  app.add_option("TRAIN", command.files.train,
                 "Training rows: .csv, .tsv, .jsonl (or .gz of these), - for standard input")
      ->required();
  app.add_option_function<std::string>(
      "-o,--output", [&command](const std::string& value) { command.output = value; },
      "Model folder to write (default: <stem of TRAIN>-model)");
  auto* validation = app.add_option("--validation", command.files.validation, "Validation rows");
  auto* folds =
      app.add_option("--folds", command.files.folds,
                     "Cross-validate: as many models, each scored on the fold it did not see; then train on "
                     "all rows, for the median of their best epochs; 0: one split")
          ->transform(number<std::int64_t>())
          ->capture_default_str()
          ->excludes(validation);
  add_optional_flag(
      app, "final-fit", command.files.final_fit,
      "Once the best epoch is found, train anew on training and validation rows for so many epochs "
      "(--folds always does; default: below 1,000 rows of one label each, without --validation)");
  app.add_option("--validation-split", command.files.validation_split,
                 "Share of the training rows to validate on instead")
      ->transform(number<double>())
      ->capture_default_str()
      ->excludes(validation)
      ->excludes(folds);
  auto* base =
      app.add_option("--base", command.base, "Base model: folder, hub id in the local cache, or alias")
          ->capture_default_str();
  app.add_option("--init-from", command.init_from,
                 "Finetuned model to go on from instead: its encoder, and its head for the labels it knows")
      ->excludes(base);
  app.add_flag("--compare", command.compare,
               "Compare with simpler methods on the held-out rows: majority class, TF-IDF with logistic "
               "regression, linear probe; with confidence intervals");
  app.add_flag("--learning-curve", command.learning_curve,
               "Also train on a quarter and on a half of the rows, and say what twice as many would give")
      ->excludes(folds);
  app.add_flag("--resume", command.resume,
               "Go on with a run that was cut off, to the same bytes; without one, start from the beginning");
  app.add_option("--checkpoint-minutes", command.checkpoint_minutes,
                 "Save the state to resume from this often, besides the end of each epoch; 0: only there")
      ->transform(number<double>())
      ->capture_default_str();
  app.add_flag("--overwrite", command.overwrite, "Replace an existing model once the new one is complete");
  auto* dry_run =
      app.add_flag("--dry-run", command.dry_run, "Read and check the data, print the settings, and stop");
  app.add_flag("--estimate", command.estimate,
               "Train for some seconds to say how long the run would take on this machine")
      ->needs(dry_run);
  bind_training_options(app, command.options);
  bind_input_options(app, command.input);
  command.runtime.bind(app);
}

void validate_command(const FinetuneCommand& command) {
  validate_options(command.options);
  if (!(command.files.validation_split > 0 && command.files.validation_split < 1)) {
    throw Error(ErrorKind::usage, "--validation-split: expected a number above 0 and below 1, found " +
                                      CLI::detail::to_string(command.files.validation_split));
  }
  if (!std::isfinite(command.checkpoint_minutes) || command.checkpoint_minutes < 0)
    throw Error(ErrorKind::usage, "--checkpoint-minutes: expected a number from 0, found " +
                                      CLI::detail::to_string(command.checkpoint_minutes));
  if (command.files.folds != 0 && (command.files.folds < 2 || command.files.folds > 1000))
    throw Error(ErrorKind::usage, "--folds: expected 2 to 1000, or 0 for one split, found " +
                                      std::to_string(command.files.folds));
  if (command.files.folds > 0 && !command.files.final_fit.value_or(true))
    throw Error(ErrorKind::usage, "--folds ends with a fit on all rows: give it without --no-final-fit");
  if (!command.init_from.empty() && command.options.refit_head.value_or(false))
    throw Error(ErrorKind::usage,
                "--refit-head: not with --init-from, whose head is to keep what it knows of other rows");
  if (command.resume && command.overwrite)
    throw Error(ErrorKind::usage,
                "--resume goes on with a run and --overwrite starts anew: give one of them");
  if (command.runtime.precision == Precision::int8)
    throw Error(
        ErrorKind::usage,
        "--precision int8: only for embed, classify and evaluate; finetune takes auto, float32, bfloat16 "
        "or int16");
}

void require_command_for(ProblemType problem, const FinetuneCommand& command) {
  require_options_for(problem, command.options);
  if (problem == ProblemType::single_label) return;
  const std::pair<const char*, bool> needs_one[] = {{"--folds", command.files.folds > 0},
                                                    {"--final-fit", command.files.final_fit.value_or(false)},
                                                    {"--compare", command.compare}};
  for (const auto& [option, given] : needs_one)
    if (given)
      throw Error(ErrorKind::usage,
                  std::string(option) + ": expected rows with one label each, found rows with any number");
}

}  // namespace reprtune::cli
