#include <reprtune/data/data_check.h>
#include <reprtune/data/input_names.h>
#include <reprtune/data/split.h>
#include <reprtune/infer/embedder.h>
#include <reprtune/io/atomic_file.h>
#include <reprtune/io/byte_sink.h>
#include <reprtune/io/error.h>
#include <reprtune/io/json_file.h>
#include <reprtune/model/device.h>
#include <reprtune/model/model_location.h>
#include <reprtune/model/torch_error.h>
#include <reprtune/report/model_card.h>
#include <reprtune/report/report.h>
#include <reprtune/train/final_fit.h>
#include <reprtune/train/run_identity.h>

#include "command.h"
#include "finetune_observer.h"
#include "held_out_review.h"
#include "interrupt.h"
#include "number_check.h"
#include "output_folder.h"
#include "progress_line.h"
#include "training_rows.h"

#include <cmath>

#include <nlohmann/json.hpp>
#include <sys/resource.h>

namespace reprtune::cli {
namespace {

using Json = nlohmann::ordered_json;

struct FinetuneCommand {
  TrainingFiles files;
  std::string output;
  std::string base = "small", init_from;
  double checkpoint_minutes = 10;
  bool resume = false, overwrite = false, dry_run = false, compare = false;
  FinetuneOptions options;
  InputOptions input;
  RuntimeOptions runtime;
};

/// "html,urls", or "none".
std::string cleaning_text(const std::vector<Cleaning>& steps) {
  std::string text;
  for (const Cleaning step : steps) text += (text.empty() ? "" : ",") + std::string(cleaning_name(step));
  return text.empty() ? "none" : text;
}

/// "data/train.csv.gz" -> "train-model".
std::string default_output(const std::string& train) {
  if (train == "-") throw Error(ErrorKind::usage, "training rows from standard input need -o MODEL");
  std::filesystem::path name = std::filesystem::path(train).filename();
  if (name.extension() == ".gz") name = name.stem();
  return name.stem().string() + "-model";
}

/// The base model, or with --init-from the finetuned model to go on from, whose cleaning is repeated.
Model load_start(FinetuneCommand& command) {
  const std::string& name = command.init_from.empty() ? command.base : command.init_from;
  const auto folder = find_model(name);
  if (!command.init_from.empty() && !read_model_folder(folder).has_head) {
    throw Error(
        ErrorKind::model,
        name + ": has no classification head, expected a finetuned model to go on from (give it as --base)");
  }
  Model model = Model::load(folder, command.runtime.precision, resolve_device(command.runtime.device));
  log_detail((command.init_from.empty() ? "base model " : "going on from ") + folder.string() + " on " +
             model.device().str() + " in " + precision_name(model.precision()));
  if (command.init_from.empty()) return model;
  if (command.input.label_separator.empty()) command.input.label_separator = model.label_separator();
  if (command.input.cleaning.empty()) command.input.cleaning = model.cleaning();
  if (command.input.cleaning != model.cleaning()) {
    throw Error(ErrorKind::usage, "--clean: " + name + " was finetuned with " +
                                      cleaning_text(model.cleaning()) + ", found " +
                                      cleaning_text(command.input.cleaning));
  }
  command.base = read_reprtune_json(folder).value("base_model", name);
  return model;
}

std::string options_text(const FinetuneOptions& options) {
  std::string text = "settings:";
  const Json json = options_json(options);
  for (const auto& [name, value] : json.items()) {
    text += " " + name + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
  }
  return text;
}

Json scores_json(const Metrics& metrics) {
  Json scores = {{"rows", metrics.rows},
                 {"accuracy", metrics.accuracy},
                 {"precision", metrics.macro.precision.value_or(0)},
                 {"recall", metrics.macro.recall.value_or(0)},
                 {"f1", metrics.macro.f1.value_or(0)}};
  if (const auto& sets = metrics.label_sets) {
    scores["micro_f1"] = sets->micro.f1.value_or(0);
    scores["samples_f1"] = *sets->samples.f1;
    scores["hamming_loss"] = sets->hamming_loss;
  }
  scores["log_loss"] = metrics.log_loss;
  scores["ece"] = metrics.expected_calibration_error;
  return scores;
}

/// Says what abstaining comes to on the validation rows, or that it does not help.
void log_abstention(const Abstention& abstention, const AnsweredRows& answered) {
  const std::string wish = "--abstain-for-precision " + score_text(abstention.precision);
  if (!abstention.threshold) {
    log_warning(
        wish +
        ": no threshold reaches it on the validation rows, which are too few or too hard: classify will "
        "answer every row, " +
        score_text(*answered.accuracy) + " of them right");
    return;
  }
  if (*abstention.threshold == 0) {
    log_info(wish + ": classify will answer every row; of the validation rows " +
             score_text(*answered.accuracy) + " are right");
    return;
  }
  log_info(wish + ": below a probability of " + score_text(*abstention.threshold) +
           " classify abstains; of the validation rows " + score_text(answered.coverage) + " are answered, " +
           score_text(*answered.accuracy) + " of them right");
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// The most memory this process has had at once, in MB.
std::int64_t peak_memory_mb() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

/// One line on standard output.
void print(const Json& json) {
  const auto out = open_byte_sink("-");
  out->write(dump(json) + "\n");
  out->commit();
}

/// All that decides the outcome of a run, beside the rows and the model.
Json recorded_options(const FinetuneCommand& command, const Model& model) {
  Json options = options_json(command.options);
  options["precision"] = precision_name(model.precision());
  if (command.files.folds > 0) options["folds"] = command.files.folds;
  if (command.files.final_fit) options["final-fit"] = true;
  return options;
}

/// Begins the run folder, from a checkpoint where --resume finds one. Nothing is written before it is clear
/// that the checkpoint goes with this command.
std::optional<Checkpoint> begin_run(const FinetuneCommand& command, OutputFolder& output, const Split& rows,
                                    const Model& model) {
  Json options = recorded_options(command, model);
  options["init-from"] = command.init_from;
  options["clean"] = cleaning_text(command.input.cleaning);
  options["folds"] = command.files.folds;
  options["final-fit"] = command.files.final_fit;
  if (!command.input.label_separator.empty()) options["label-separator"] = command.input.label_separator;
  if (command.files.validation.empty()) options["validation-split"] = command.files.validation_split;
  const Json identity = run_identity(options, model, rows);
  RunFolder& run = output.run();
  CheckpointFolder::Found found;
  if (command.resume) {
    found = run.checkpoints().newest();
    if (!found.damaged.empty()) log_warning(found.damaged + ", going on from an earlier state");
    if (found.checkpoint) {
      require_same_run(RunFolder::identity_of(found), identity, output.partial().string(),
                       command.init_from.empty() ? "--base " + command.base : command.init_from, rows);
      log_info("going on from step " + std::to_string(found.checkpoint->total_steps()) + " in " +
               output.partial().string());
    } else {
      log_info("no checkpoint in " + output.partial().string() + ": starting from the beginning");
    }
  }
  output.keep_run();
  run.begin(identity, output.replaces_model());
  if (found.checkpoint) run.go_on_from(found);
  return std::move(found.checkpoint);
}

/// What becomes reprtune.json.
Json model_record(const FinetuneCommand& command, const Split& rows, const Json& run,
                  const FinetuneResult& result) {
  Json record = {{"version", REPRTUNE_VERSION}, {"base_model", command.base}};
  if (!command.init_from.empty()) record["init_from"] = command.init_from;
  record["data"] = {{"train", rows.train.name},
                    {"train_rows", rows.train.examples.size()},
                    {"validation_rows", result.validation.rows},
                    {"hash", dataset_hash(rows.train)}};
  record["options"] = run["options"];
  const auto weights =
      class_weights(command.options.class_weights, rows.train.labels, rows.train.class_counts());
  for (std::size_t c = 0; c < weights.size(); ++c)
    record["class_weights"][rows.train.labels.name(c)] = weights[c];
  record["best_epoch"] = result.best_epoch;
  for (const char* key : {"final_fit", "cross_validation"})
    if (run.contains(key)) record[key] = run[key];
  record["baselines"] = run["baselines"];
  record["validation"] = scores_json(result.validation);
  return record;
}

/// "0.9123 ± 0.0045".
std::string spread_text(const Json& cross_validation, const char* key) {
  return score_text(cross_validation["mean"][key]) + " ± " + score_text(cross_validation["spread"][key]);
}

void log_rounds(const Json& record, const FinetuneResult& result) {
  if (result.rounds.empty()) return;
  if (record.contains("cross_validation")) {
    const Json& scores = record["cross_validation"];
    for (const Json& fold : scores["folds"]) {
      log_info("fold " + dump(fold["fold"]) + ": accuracy " + score_text(fold["accuracy"]) + " macro-F1 " +
               score_text(fold["f1"]) + " loss " + score_text(fold["log_loss"]) + ", best epoch " +
               dump(fold["best_epoch"]));
    }
    log_info("cross-validation, mean ± spread over the folds: accuracy " + spread_text(scores, "accuracy") +
             " macro-F1 " + spread_text(scores, "f1") + " loss " + spread_text(scores, "log_loss"));
  }
  log_info("final fit: " + count_text(record["final_fit"]["epochs"], "epoch") + " on all " +
           count_text(record["final_fit"]["rows"], "row") +
           ", calibrated by the predictions for the held-out ones");
}

/// What csv rows have, and are to have, between their labels.
std::string separator_of(const InputOptions& input) {
  return input.label_separator.empty() ? kLabelSeparator : input.label_separator;
}

/// What the report says before there is anything to say of training.
void describe_run(const FinetuneCommand& command, OutputFolder& output, const Split& rows, const Model& model,
                  const DataCheck& check) {
  RunFolder& run = output.run();
  Json& record = run.record();
  record["model"] = output.model().string();
  record["base_model"] = command.base;
  if (!command.init_from.empty()) record["init_from"] = command.init_from;
  record["version"] = REPRTUNE_VERSION;
  if (rows.train.problem == ProblemType::multi_label)
    record["problem_type"] = problem_type_name(rows.train.problem);
  record["data"] = data_json(rows, command.files, check);
  record["options"] = recorded_options(command, model);
  run.on_change = [&] { write_file(output.partial() / "run" / "report.html", render_report(record)); };
  run.on_change();
}

/// Writes the model folder. Returns the summary for standard output.
Json write_model(const FinetuneCommand& command, OutputFolder& output, const Split& rows,
                 const RoundPlan& plan, Model& model, const FinetuneResult& result) {
  RunFolder& run = output.run();
  Json& record = run.record();
  const bool one_label = rows.train.problem == ProblemType::single_label;
  model.set_cleaning(command.input.cleaning);
  if (!one_label) model.set_label_separator(separator_of(command.input));
  const double temperature = model.head()->temperature;
  if (const auto& abstention = model.head()->abstention)
    record["abstention"] = abstention_json(*abstention, result.answered);
  const Dataset held_out = plan.held_out_rows();
  run.add(result, held_out, temperature);
  if (!result.rounds.empty())
    record["final_fit"] = {{"rows", rows.train.examples.size() + rows.validation.examples.size()},
                           {"epochs", result.epochs_run}};
  output.drop_earlier_files();
  write_model_folder(output.partial(), model, model_record(command, rows, record, result));
  write_file(output.partial() / "README.md", render_model_card(record));
  Json summary = {{"model", output.model().string()}, {"validation", scores_json(result.validation)},
                  {"baseline", record["baselines"]},  {"best_epoch", result.best_epoch},
                  {"epochs", result.epochs_run},      {"temperature", temperature}};
  if (one_label) {
    record["label_review"] = review_labels(held_out, result.held_out, *model.head(),
                                           output.partial() / "run" / "label_issues.csv");
    summary["label_issues"] = record["label_review"]["issues"]["count"];
  }
  if (command.compare) record["comparison"] = compare_methods(plan, result.held_out, command.options.seed);
  log_rounds(record, result);
  if (const auto& abstention = model.head()->abstention) log_abstention(*abstention, result.answered);
  for (const char* key : {"final_fit", "cross_validation", "abstention", "comparison"})
    if (record.contains(key)) summary[key] = record[key];
  if (command.options.time_limit.seconds > 0) summary["time_limit_reached"] = result.out_of_time;
  return summary;
}

[[noreturn]] void end_interrupted(OutputFolder& output, std::int64_t best_epoch) {
  RunFolder& run = output.run();
  run.set_state(RunState::interrupted, "stopped by a signal");
  log_info(output.partial().string() +
           (run.checkpoints().empty()
                ? ": stopped before the first step; the same command with --resume starts again"
                : ": state saved; the same command with --resume goes on") +
           (best_epoch > 0
                ? "; the best epoch so far (" + std::to_string(best_epoch) + ") is kept there as a model"
                : ""));
  throw Interrupted{interrupt_signal()};
}

void log_time_limit(const FinetuneOptions& options, const FinetuneResult& result) {
  if (!result.out_of_time) return;
  log_info("the time limit of " + time_limit_text(options.time_limit) +
           (result.rounds.empty() ? " ended training in epoch " + std::to_string(result.epochs_run) + " of " +
                                        std::to_string(*options.epochs)
                                  : " ended the training of a round"));
}

/// Trains into the output folder. Returns the summary for standard output.
Json train_model(const FinetuneCommand& command, OutputFolder& output, const Split& rows,
                 const std::optional<RoundPlan>& plan, Model& model, const DataCheck& check,
                 FinetuneStart start) {
  RunFolder& run = output.run();
  describe_run(command, output, rows, model, check);
  start.seconds = [&run] { return run.seconds(); };
  const FinetuneObserver observer = make_observer(output, command.checkpoint_minutes);
  const FinetuneResult result =
      plan ? final_fit(model, *plan, command.options, observer, std::move(start))
           : finetune(model, rows.train, rows.validation, command.options, observer, std::move(start));
  clear_progress_line();
  Json summary;
  if (result.best_epoch > 0)
    summary = write_model(command, output, rows, plan ? *plan : RoundPlan::of_split(rows), model, result);
  if (result.interrupted) end_interrupted(output, result.best_epoch);
  log_time_limit(command.options, result);
  run.set_state(RunState::done);
  summary["seconds"] = run.seconds();
  summary["peak_memory_mb"] = peak_memory_mb();
  log_detail("peak memory " + std::to_string(peak_memory_mb()) + " MB");
  return summary;
}

/// What --resume says of a model that is complete.
int report_finished(const OutputFolder& output) {
  const Json record = read_json_file_as<Json>(output.model() / "reprtune.json", ErrorKind::model);
  log_info("model " + output.model().string() + ": is finished, nothing to resume (--overwrite trains anew)");
  Json summary = {{"model", output.model().string()}};
  for (const auto& [key, name] :
       {std::pair("validation", "validation"), {"baseline", "baselines"}, {"best_epoch", "best_epoch"}})
    summary[key] = record.value(name, Json());
  for (const char* key : {"final_fit", "cross_validation"})
    if (record.contains(key)) summary[key] = record[key];
  print(summary);
  return 0;
}

void validate_command(const FinetuneCommand& command) {
  validate_options(command.options);
  if (!(command.files.validation_split > 0 && command.files.validation_split < 1)) {
    throw Error(ErrorKind::usage, "--validation-split: expected a number above 0 and below 1");
  }
  if (!std::isfinite(command.checkpoint_minutes) || command.checkpoint_minutes < 0)
    throw Error(ErrorKind::usage, "--checkpoint-minutes: expected a number from 0");
  if (command.files.folds != 0 && (command.files.folds < 2 || command.files.folds > 1000))
    throw Error(ErrorKind::usage, "--folds: expected 2 to 1000");
  if (command.resume && command.overwrite)
    throw Error(ErrorKind::usage,
                "--resume goes on with a run and --overwrite starts anew: give one of them");
  if (command.runtime.precision == Precision::int8)
    throw Error(
        ErrorKind::usage,
        "--precision int8: only for embed, classify and evaluate; finetune takes auto, float32 or bfloat16");
}

Existing existing_of(const FinetuneCommand& command) {
  if (command.resume) return Existing::resume;
  return command.overwrite ? Existing::overwrite : Existing::refuse;
}

DataCheck check_rows(const FinetuneCommand& command, const Split& rows, const Model& model) {
  const auto threads = static_cast<std::size_t>(command.options.threads);
  const auto lengths = tokenize_rows(model, rows.train, command.options.truncation, threads).full_lengths;
  if (command.options.truncation == Truncation::none)  // refuses a long text before anything is written
    tokenize_rows(model, rows.validation, Truncation::none, threads);
  return check_data(rows.train, &rows.validation, lengths,
                    static_cast<std::size_t>(*command.options.max_length));
}

/// Throws Error(usage) for what these rows cannot be used for.
void require_command_for(ProblemType problem, const FinetuneCommand& command) {
  require_options_for(problem, command.options);
  if (problem == ProblemType::single_label) return;
  const std::pair<const char*, bool> needs_one[] = {{"--folds", command.files.folds > 0},
                                                    {"--final-fit", command.files.final_fit},
                                                    {"--compare", command.compare}};
  for (const auto& [option, given] : needs_one)
    if (given)
      throw Error(ErrorKind::usage,
                  std::string(option) + ": expected rows with one label each, found rows with any number");
}

int run_finetune(FinetuneCommand& command) {
  command.runtime.apply();
  command.options.threads = command.runtime.threads;
  validate_command(command);
  find_model(command.init_from.empty() ? command.base : command.init_from);  // a wrong name is said first
  std::optional<OutputFolder> output;
  if (!command.dry_run) {
    output.emplace(command.output.empty() ? default_output(command.files.train) : command.output,
                   existing_of(command));
    if (output->is_finished()) return report_finished(*output);
  }

  Model model = load_start(command);
  const Head* known = command.init_from.empty() ? nullptr : &*model.head();
  const Split rows = load_training_rows(command.files, command.input, known, command.options.seed);
  throw_if_interrupted();
  require_command_for(rows.train.problem, command);
  if (auto& weights = command.options.class_weights; weights.rule == ClassWeights::Rule::given)
    weights.given = read_label_weights(weights.file, rows.train);
  const auto plan = plan_rounds(command.files, rows, command.options.seed);
  command.options =
      choose_options(command.options, plan ? plan->fewest_train_rows() : rows.train.examples.size(),
                     rows.train.labels.size(), model.folder().config, model.max_length(), rows.train.problem);
  model.set_max_length(*command.options.max_length);
  const DataCheck check = check_rows(command, rows, model);
  log_data(rows, command.files, check);
  log_info(options_text(command.options));
  if (command.dry_run) {
    print({{"base_model", command.base},
           {"data", data_json(rows, command.files, check)},
           {"options", options_json(command.options)}});
    return 0;
  }

  FinetuneStart start{begin_run(command, *output, rows, model), known, {}, nullptr};
  Json summary;
  try {
    summary = train_model(command, *output, rows, plan, model, check, std::move(start));
  } catch (const std::exception& error) {
    output->run().set_state(RunState::failed, torch_error_message(error).value_or(error.what()));
    throw;
  }
  output->commit();
  log_info("model " + output->model().string() + ": validation accuracy " +
           score_text(summary["validation"]["accuracy"]) + " macro-F1 " +
           score_text(summary["validation"]["f1"]) + ", best epoch " + dump(summary["best_epoch"]) + ", " +
           clock_text(summary["seconds"]) + "; see " + (output->model() / "run" / "report.html").string());
  print(summary);
  return 0;
}

}  // namespace

std::function<int()> bind_finetune(CLI::App& app) {
  auto command = std::make_shared<FinetuneCommand>();
  app.add_option("TRAIN", command->files.train,
                 "Training rows: .csv, .tsv, .jsonl (or .gz of these), - for standard input")
      ->required();
  app.add_option("-o,--output", command->output, "Model folder to write (default: <stem of TRAIN>-model)");
  auto* validation = app.add_option("--validation", command->files.validation, "Validation rows");
  auto* folds =
      app.add_option("--folds", command->files.folds,
                     "Cross-validate: as many models, each scored on the fold it did not see; then train on "
                     "all rows, for the median of their best epochs; 0: one split")
          ->check(is_number<std::int64_t>())
          ->capture_default_str()
          ->excludes(validation);
  app.add_flag("--final-fit", command->files.final_fit,
               "Once the best epoch is found, train anew on training and validation rows for so many epochs "
               "(--folds always does)");
  app.add_option("--validation-split", command->files.validation_split,
                 "Share of the training rows to validate on instead")
      ->check(is_number<double>())
      ->capture_default_str()
      ->excludes(validation)
      ->excludes(folds);
  auto* base =
      app.add_option("--base", command->base, "Base model: folder, hub id in the local cache, or alias")
          ->capture_default_str();
  app.add_option("--init-from", command->init_from,
                 "Finetuned model to go on from instead: its encoder, and its head for the labels it knows")
      ->excludes(base);
  app.add_flag("--compare", command->compare,
               "Compare with simpler methods on the held-out rows: majority class, TF-IDF with logistic "
               "regression, linear probe; with confidence intervals");
  app.add_flag("--resume", command->resume,
               "Go on with a run that was cut off, to the same bytes; without one, start from the beginning");
  app.add_option("--checkpoint-minutes", command->checkpoint_minutes,
                 "Save the state to resume from this often, besides the end of each epoch; 0: only there")
      ->check(is_number<double>())
      ->capture_default_str();
  app.add_flag("--overwrite", command->overwrite, "Replace an existing model once the new one is complete");
  app.add_flag("--dry-run", command->dry_run, "Read and check the data, print the settings, and stop");
  bind_training_options(app, command->options);
  bind_input_options(app, command->input);
  command->runtime.bind(app);
  return [command] { return run_finetune(*command); };
}

}  // namespace reprtune::cli
