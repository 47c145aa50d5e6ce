#include <reprtune/data/data_check.h>
#include <reprtune/data/input_names.h>
#include <reprtune/data/split.h>
#include <reprtune/infer/embedder.h>
#include <reprtune/io/atomic_file.h>
#include <reprtune/io/error.h>
#include <reprtune/io/json_file.h>
#include <reprtune/io/json_text.h>
#include <reprtune/model/device.h>
#include <reprtune/model/model_location.h>
#include <reprtune/model/torch_error.h>
#include <reprtune/report/report.h>
#include <reprtune/train/final_fit.h>
#include <reprtune/train/learning_curve.h>
#include <reprtune/train/run_identity.h>

#include "command.h"
#include "finetune_command.h"
#include "finetune_messages.h"
#include "finetune_observer.h"
#include "interrupt.h"
#include "log.h"
#include "messages.h"
#include "model_output.h"
#include "progress_line.h"
#include "work_display.h"

#include <fstream>

#include <nlohmann/json.hpp>
#include <sys/resource.h>

namespace reprtune::cli {
namespace {

using Json = nlohmann::ordered_json;

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
  if (!command.input.cleaning) command.input.cleaning = model.cleaning();
  if (command.input.cleaning != model.cleaning()) {
    throw Error(ErrorKind::usage, "--clean: " + name + " was finetuned with " +
                                      cleaning_list(model.cleaning()) + ", found " +
                                      cleaning_list(*command.input.cleaning));
  }
  command.base =
      json_value<std::string>(read_reprtune_json(folder), "base_model", name, folder / "reprtune.json");
  return model;
}

/// The most memory this process has had at once, in MB.
std::int64_t peak_memory_mb() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

/// All that decides the outcome of a run, beside the rows and the model.
Json recorded_options(const FinetuneCommand& command, const Model& model) {
  Json options = options_json(command.options);
  options["precision"] = precision_name(model.precision());
  options["folds"] = command.files.folds;
  options["final-fit"] = command.files.folds > 0 || *command.files.final_fit;
  return options;
}

/// Where this process was started, and by which arguments.
Json typed_command() {
  Json arguments = Json::array();
  std::ifstream line("/proc/self/cmdline", std::ios::binary);
  std::string word;
  std::getline(line, word, '\0');  // the program
  while (std::getline(line, word, '\0')) arguments.push_back(word);
  return {{"folder", std::filesystem::current_path().string()}, {"arguments", std::move(arguments)}};
}

/// Begins the run folder, from a checkpoint where --resume finds one. Nothing is written before it is clear
/// that the checkpoint goes with this command.
std::optional<Checkpoint> begin_run(const FinetuneCommand& command, OutputFolder& output, const Split& rows,
                                    const Model& model) {
  Json options = recorded_options(command, model);
  options["init-from"] = command.init_from;
  options["clean"] = cleaning_list(command.input.cleaning_steps());
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
      const std::string warning = other_arithmetic(RunFolder::identity_of(found), identity);
      if (!warning.empty()) log_warning(warning);
      log_info("going on from step " + std::to_string(found.checkpoint->total_steps()) + " in " +
               output.partial().string());
    } else {
      log_info("no checkpoint in " + output.partial().string() + ": starting from the beginning");
    }
  }
  output.keep_run();
  run.begin(identity, output.replaces_model(), typed_command());
  if (found.checkpoint) run.go_on_from(found);
  return std::move(found.checkpoint);
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

/// What the learning curve is made from, as it is before anything is chosen.
struct CurvePlan {
  std::vector<Dataset> subsets;
  FinetuneOptions asked;
};

std::optional<CurvePlan> plan_curve(const FinetuneCommand& command, const Split& rows) {
  if (!command.learning_curve) return std::nullopt;
  return CurvePlan{learning_subsets(rows.train, command.options.seed), command.options};
}

/// What it adds to the time of the run.
std::vector<FurtherModel> further_models(const std::optional<CurvePlan>& curve, const Model& model) {
  std::vector<FurtherModel> models;
  if (!curve) return models;
  for (const Dataset& subset : curve->subsets)
    models.push_back({subset.examples.size(), *learning_options(curve->asked, subset, model).epochs});
  return models;
}

/// The curve that ends with this run; null when a signal came.
Json measure_curve(const FinetuneCommand& command, const CurvePlan& plan, const Split& rows,
                   const Model& model, const Metrics& validation) {
  const bool goes_on = !command.init_from.empty();
  const auto folder = find_model(goes_on ? command.init_from : command.base);
  log_info("learning curve: training on a quarter and on a half of the rows");
  auto points = measure_learning_curve(
      plan.subsets, rows.validation, plan.asked,
      [&] { return Model::load(folder, model.precision(), model.device()); }, goes_on,
      [] { return interrupt_signal() != 0; }, log_learning_point);
  if (points.size() < plan.subsets.size()) return {};
  points.push_back({rows.train.examples.size(), validation.accuracy, validation.macro.f1.value_or(0)});
  log_learning_point(points.back());
  Json curve = learning_curve_json(points, validation.rows);
  log_info("learning curve: " + forecast_text(curve));
  return curve;
}

[[noreturn]] void end_interrupted(OutputFolder& output, std::int64_t best_epoch) {
  RunFolder& run = output.run();
  run.set_state(RunState::interrupted, "stopped by a signal");
  throw Interrupted{interrupt_signal(),
                    output.partial().string() +
                        (run.checkpoints().empty()
                             ? ": stopped before the first step; the same command with --resume starts again"
                             : ": state saved; the same command with --resume goes on") +
                        (best_epoch > 0 ? "; the best epoch so far (" + std::to_string(best_epoch) +
                                              ") is kept there as a model"
                                        : "")};
}

/// Trains into the output folder. Returns the summary for standard output.
Json train_model(const FinetuneCommand& command, OutputFolder& output, const Split& rows,
                 const std::optional<RoundPlan>& plan, const std::optional<CurvePlan>& curve, Model& model,
                 const DataCheck& check, FinetuneStart start) {
  RunFolder& run = output.run();
  describe_run(command, output, rows, model, check);
  start.seconds = [&run] { return run.seconds(); };
  const FinetuneObserver observer = make_observer(output, command.checkpoint_minutes);
  const FinetuneResult result =
      plan ? final_fit(model, *plan, command.options, observer, std::move(start))
           : finetune(model, rows.train, rows.validation, command.options, observer, std::move(start));
  clear_progress_line();
  if (curve && !result.interrupted) {
    Json measured = measure_curve(command, *curve, rows, model, result.validation);
    if (measured.is_null()) end_interrupted(output, 0);
    run.record()["learning_curve"] = std::move(measured);
  }
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

/// Throws Error when the complete model was not made from these rows with these options: --resume must not
/// pass an old model off as that of new data. The precision may differ, as it does from machine to machine.
void require_made_from(const Json& record, const FinetuneCommand& command, const OutputFolder& output,
                       const Split& rows, const Model& model) {
  Json now = run_identity(recorded_options(command, model), model, rows), then = now;
  const auto file = output.model() / "reprtune.json";
  const auto options = json_value<std::map<std::string, Json>>(record, "options", {}, file);
  for (const auto& [name, value] : options)
    if (name != "precision") then["options"][name] = value;
  const auto data = json_value<std::map<std::string, Json>>(record, "data", {}, file);
  then["train"] = data.contains("hash") ? data.at("hash") : Json();
  require_same_run(then, now, output.model().string(), "--base " + command.base, rows);
}

/// What --resume says of a model that is complete.
int report_finished(const FinetuneCommand& command, const OutputFolder& output, const Split& rows,
                    const Model& model) {
  const Json record = read_reprtune_json(output.model());
  require_made_from(record, command, output, rows, model);
  log_info("model " + output.model().string() + ": is finished, nothing to resume (--overwrite trains anew)");
  Json summary = {{"model", output.model().string()}};
  for (const auto& [key, name] :
       {std::pair("validation", "validation"), {"baseline", "baselines"}, {"best_epoch", "best_epoch"}})
    summary[key] = record.contains(name) ? record[name] : Json();
  for (const char* key : {"final_fit", "cross_validation"})
    if (record.contains(key)) summary[key] = record[key];
  print_result(json_text(summary) + "\n");
  return 0;
}

Existing existing_of(const FinetuneCommand& command) {
  if (command.resume) return Existing::resume;
  return command.overwrite ? Existing::overwrite : Existing::refuse;
}

DataCheck check_rows(const FinetuneCommand& command, const Split& rows, const Model& model) {
  const auto threads = static_cast<std::size_t>(command.options.threads);
  const TokenizedTexts texts =
      tokenize_rows(model, rows.train, command.options.truncation, threads, show_work);
  RowTokens tokens{.counts = texts.full_lengths};
  for (std::size_t row = 0; row < texts.ids.size(); ++row) {
    if (!model.tokenizer().is_mostly_unknown(texts.ids[row])) continue;
    if (tokens.mostly_unknown++ == 0) tokens.unknown_row = row;
  }
  if (command.options.truncation == Truncation::none)  // refuses a long text before anything is written
    tokenize_rows(model, rows.validation, Truncation::none, threads);
  return check_data(rows.train, &rows.validation, tokens,
                    static_cast<std::size_t>(*command.options.max_length));
}

int run_finetune(FinetuneCommand& command) {
  command.runtime.apply();
  command.options.threads = command.runtime.threads;
  validate_command(command);
  find_model(command.init_from.empty() ? command.base : command.init_from);  // a wrong name is said first
  std::optional<OutputFolder> output;
  if (!command.dry_run) {
    output.emplace(command.output ? *command.output : default_output(command.files.train),
                   existing_of(command));
  }

  Model model = load_start(command);
  const Head* known = command.init_from.empty() ? nullptr : &*model.head();
  const Split rows = load_training_rows(command.files, command.input, known, command.options.seed);
  throw_if_interrupted();
  require_command_for(rows.train.problem, command);
  if (auto& weights = command.options.class_weights; weights.rule == ClassWeights::Rule::given)
    weights.given = read_label_weights(weights.file, rows.train);
  choose_final_fit(command.files, rows);
  if (known != nullptr) command.options.refit_head = false;
  const auto curve = plan_curve(command, rows);
  const auto plan = plan_rounds(command.files, rows, command.options.seed);
  command.options =
      choose_options(command.options, plan ? plan->fewest_train_rows() : rows.train.examples.size(),
                     rows.train.labels.size(), model.folder().config, model.max_length(), rows.train.problem);
  model.set_max_length(*command.options.max_length);
  if (output && output->is_finished()) return report_finished(command, *output, rows, model);
  const DataCheck check = check_rows(command, rows, model);
  log_data(rows, command.files, check);
  log_options(command.options);
  if (command.dry_run) {
    Json summary = {{"base_model", command.base},
                    {"data", data_json(rows, command.files, check)},
                    {"options", recorded_options(command, model)}};
    if (command.estimate) {
      const RunEstimate estimate = estimate_run(model, rows, plan, command.options,
                                                further_models(curve, model), throw_if_interrupted);
      log_estimate(estimate);
      summary["estimate"] = run_estimate_json(estimate);
    }
    print_result(json_text(summary) + "\n");
    return 0;
  }

  FinetuneStart start{begin_run(command, *output, rows, model), known, {}, nullptr, nullptr};
  Json summary;
  try {
    summary = train_model(command, *output, rows, plan, curve, model, check, std::move(start));
  } catch (const std::exception& error) {
    output->run().set_state(RunState::failed, torch_error_message(error).value_or(error.what()));
    throw;
  }
  output->commit();
  log_info("model " + output->model().string() + ": validation accuracy " +
           score_text(summary["validation"]["accuracy"]) + " macro-F1 " +
           score_text(summary["validation"]["f1"]) + ", best epoch " + json_text(summary["best_epoch"]) +
           ", " + clock_text(summary["seconds"]) + "; see " +
           (output->model() / "run" / "report.html").string());
  print_result(json_text(summary) + "\n");
  return 0;
}

}  // namespace

std::function<int()> bind_finetune(CLI::App& app) {
  auto command = std::make_shared<FinetuneCommand>();
  bind_finetune_command(app, *command);
  return [command] { return run_finetune(*command); };
}

}  // namespace reprtune::cli
