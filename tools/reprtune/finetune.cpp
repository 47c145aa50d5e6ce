#include <reprtune/data/data_check.h>
#include <reprtune/data/display_text.h>
#include <reprtune/data/input_names.h>
#include <reprtune/data/split.h>
#include <reprtune/infer/embedder.h>
#include <reprtune/io/atomic_file.h>
#include <reprtune/io/byte_sink.h>
#include <reprtune/io/byte_source.h>
#include <reprtune/io/error.h>
#include <reprtune/model/device.h>
#include <reprtune/model/model_location.h>
#include <reprtune/model/torch_error.h>
#include <reprtune/report/model_card.h>
#include <reprtune/report/report.h>
#include <reprtune/train/finetune.h>

#include "command.h"
#include "interrupt.h"
#include "output_folder.h"
#include "progress_line.h"

#include <charconv>
#include <chrono>
#include <type_traits>

#include <nlohmann/json.hpp>
#include <sys/resource.h>

namespace reprtune::cli {
namespace {

using Json = nlohmann::ordered_json;

struct FinetuneCommand {
  std::string train, validation, output;
  std::string base = "small";
  double validation_split = 0.1;
  bool overwrite = false, dry_run = false;
  FinetuneOptions options;
  InputOptions input;
  RuntimeOptions runtime;
};

/// "data/train.csv.gz" -> "train-model".
std::string default_output(const std::string& train) {
  if (train == "-") throw Error(ErrorKind::usage, "training rows from standard input need -o MODEL");
  std::filesystem::path name = std::filesystem::path(train).filename();
  if (name.extension() == ".gz") name = name.stem();
  return name.stem().string() + "-model";
}

Split load_rows(const FinetuneCommand& command) {
  Dataset train = load_dataset(command.train, command.input);
  log_reading(train.name, train.bad_row_count, train.bad_rows, train.cleaned_row_count);
  if (train.labels.size() < 2) {
    throw Error(ErrorKind::data, train.name + ": all rows have the label '" +
                                     display_text(train.labels.name(0), 40) +
                                     "', expected at least two classes");
  }
  if (command.validation.empty())
    return stratified_split(std::move(train), command.validation_split, command.options.seed);
  Dataset validation = load_dataset(command.validation, command.input, train.labels);
  log_reading(validation.name, validation.bad_row_count, validation.bad_rows, validation.cleaned_row_count);
  return {std::move(train), std::move(validation)};
}

Json class_list(const Dataset& data) {
  Json classes = Json::array();
  const auto counts = data.class_counts();
  for (std::size_t c = 0; c < counts.size(); ++c)
    classes.push_back({{"label", data.labels.name(c)}, {"rows", counts[c]}});
  return classes;
}

/// What the report says of the data.
Json data_json(const Split& rows, const DataCheck& check) {
  Json preview = Json::array();
  for (std::size_t i = 0; i < std::min<std::size_t>(rows.train.examples.size(), 8); ++i) {
    const Example& example = rows.train.examples[i];
    preview.push_back({{"text", example.text}, {"label", rows.train.labels.name(example.label)}});
  }
  Json warnings = Json::array();
  for (const DataWarning& warning : check.warnings) {
    warnings.push_back({{"code", warning.code}, {"message", warning.message}, {"line", warning.line}});
  }
  const auto side = [](const Dataset& data) {
    return Json{{"name", data.name}, {"rows", data.examples.size()}, {"classes", class_list(data)}};
  };
  return {{"train", side(rows.train)},
          {"validation", side(rows.validation)},
          {"preview", preview},
          {"tokens", {{"p50", check.tokens_p50}, {"p95", check.tokens_p95}, {"max", check.tokens_max}}},
          {"truncated", check.truncated},
          {"warnings", warnings}};
}

void log_data(const Split& rows, const DataCheck& check) {
  log_info(rows.train.name + ": " + count_text(rows.train.examples.size(), "training row") + ", " +
           count_text(rows.validation.examples.size(), "validation row") + ", " +
           count_text(rows.train.labels.size(), "class"));
  for (const DataWarning& warning : check.warnings) {
    log_warning(warning.message +
                (warning.line > 0 ? " (for example line " + std::to_string(warning.line) + ")" : ""));
  }
}

std::string options_text(const FinetuneOptions& options) {
  std::string text = "settings:";
  const Json json = options_json(options);
  for (const auto& [name, value] : json.items()) {
    text += " " + name + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
  }
  return text;
}

/// Draws and logs progress, and keeps the run folder.
FinetuneObserver make_observer(RunFolder& run) {
  const auto start = std::make_shared<std::chrono::steady_clock::time_point>();
  FinetuneObserver observer;
  observer.on_state = [&run](RunState state) {
    run.set_state(state);
    if (state == RunState::preparing) log_info("measuring the baselines on the base model");
  };
  observer.on_baselines = [&run](const Baselines& baselines) {
    run.add(baselines);
    log_info("baselines on the validation rows: majority class accuracy " +
             score_text(baselines.majority_accuracy) + ", linear probe accuracy " +
             score_text(baselines.probe_accuracy) + " macro-F1 " + score_text(baselines.probe_macro_f1));
  };
  observer.on_step = [&run, start](const StepReport& step) {
    const auto now = std::chrono::steady_clock::now();
    if (*start == std::chrono::steady_clock::time_point{}) *start = now;
    run.add(step);
    if (!can_draw_progress()) return;
    const double elapsed = std::chrono::duration<double>(now - *start).count();
    const double left =
        elapsed / static_cast<double>(step.step) * static_cast<double>(step.steps - step.step);
    char text[128];
    std::snprintf(text, sizeof text, "epoch %ld/%ld  loss %.4f  %.0f tokens/s  %s left",
                  static_cast<long>(step.epoch), static_cast<long>(step.epochs), step.loss,
                  step.tokens_per_second, clock_text(left).c_str());
    draw_progress_line(static_cast<double>(step.step), static_cast<double>(step.steps), text);
  };
  observer.on_validation = [&run](const ValidationReport& report) {
    run.add(report);
    const Json& steps = run.record()["steps"];
    char loss[64] = "";
    if (!steps.empty()) std::snprintf(loss, sizeof loss, "loss %.4f, ", steps.back()["loss"].get<double>());
    log_info("epoch " + std::to_string(report.epoch) + ": " + loss + "validation accuracy " +
             score_text(report.metrics.accuracy) + " macro-F1 " + score_text(*report.metrics.macro.f1) +
             " loss " + score_text(report.metrics.log_loss) + (report.best ? " (best so far)" : ""));
  };
  observer.should_stop = [] { return interrupt_signal() != 0; };
  return observer;
}

Json scores_json(const Metrics& metrics) {
  return {{"rows", metrics.rows},
          {"accuracy", metrics.accuracy},
          {"precision", *metrics.macro.precision},
          {"recall", *metrics.macro.recall},
          {"f1", *metrics.macro.f1},
          {"log_loss", metrics.log_loss},
          {"ece", metrics.expected_calibration_error}};
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

/// Trains into the output folder. Returns the summary for standard output.
Json train_model(FinetuneCommand& command, OutputFolder& output, Split& rows, Model& model,
                 const DataCheck& check) {
  RunFolder& run = output.run();
  Json& record = run.record();
  record["model"] = output.model().string();
  record["base_model"] = command.base;
  record["version"] = REPRTUNE_VERSION;
  record["data"] = data_json(rows, check);
  record["options"] = options_json(command.options);
  record["options"]["precision"] = precision_name(model.precision());
  run.on_change = [&] { write_file(output.partial() / "run" / "report.html", render_report(record)); };
  output.keep_run();
  run.on_change();

  const FinetuneResult result =
      finetune(model, rows.train, rows.validation, command.options, make_observer(run));
  clear_progress_line();
  Json summary = {{"model", output.model().string()}};
  if (result.best_epoch > 0) {
    model.set_cleaning(command.input.cleaning);
    const double temperature = model.head()->temperature;
    run.add(result, rows.validation, temperature);
    const Json stored = {{"version", REPRTUNE_VERSION},
                         {"base_model", command.base},
                         {"data",
                          {{"train", rows.train.name},
                           {"train_rows", rows.train.examples.size()},
                           {"validation_rows", rows.validation.examples.size()},
                           {"hash", dataset_hash(rows.train)}}},
                         {"options", record["options"]},
                         {"best_epoch", result.best_epoch},
                         {"baselines", record["baselines"]},
                         {"validation", scores_json(result.validation)}};
    write_model_folder(output.partial(), model, stored);
    write_file(output.partial() / "README.md", render_model_card(record));
    summary["validation"] = scores_json(result.validation);
    summary["baseline"] = record["baselines"];
    summary["best_epoch"] = result.best_epoch;
    summary["epochs"] = result.epochs_run;
    summary["temperature"] = temperature;
  }
  if (result.interrupted) {
    run.set_state(RunState::interrupted, "stopped by a signal");
    if (result.best_epoch > 0) {
      log_info("the best epoch so far (" + std::to_string(result.best_epoch) + ") is kept as a model in " +
               output.partial().string());
    }
    throw Interrupted{interrupt_signal()};
  }
  run.set_state(RunState::done);
  summary["seconds"] = run.seconds();
  summary["peak_memory_mb"] = peak_memory_mb();
  log_detail("peak memory " + std::to_string(peak_memory_mb()) + " MB");
  return summary;
}

int run_finetune(FinetuneCommand& command) {
  command.runtime.apply();
  command.options.threads = command.runtime.threads;
  validate_options(command.options);
  if (!(command.validation_split > 0 && command.validation_split < 1)) {
    throw Error(ErrorKind::usage, "--validation-split: expected a number above 0 and below 1");
  }
  if (command.runtime.precision == Precision::int8) {
    throw Error(
        ErrorKind::usage,
        "--precision int8: only for embed, classify and evaluate; finetune takes auto, float32 or bfloat16");
  }
  const auto base = find_model(command.base);
  const at::Device device = resolve_device(command.runtime.device);
  std::optional<OutputFolder> output;
  if (!command.dry_run)
    output.emplace(command.output.empty() ? default_output(command.train) : command.output,
                   command.overwrite);

  Split rows = load_rows(command);
  throw_if_interrupted();
  Model model = Model::load(base, command.runtime.precision, device);
  command.options =
      choose_options(command.options, rows.train.examples.size(), model.folder().config, model.max_length());
  model.set_max_length(*command.options.max_length);
  const auto lengths = tokenize_rows(model, rows.train, command.options.truncation,
                                     static_cast<std::size_t>(command.options.threads))
                           .full_lengths;
  if (command.options.truncation == Truncation::none) {  // refuses a long text before anything is written
    tokenize_rows(model, rows.validation, Truncation::none,
                  static_cast<std::size_t>(command.options.threads));
  }
  const DataCheck check = check_data(rows.train, &rows.validation, lengths,
                                     static_cast<std::size_t>(*command.options.max_length));
  log_data(rows, check);
  log_info(options_text(command.options));
  log_detail("base model " + base.string() + " on " + device.str() + " in " +
             precision_name(model.precision()));
  if (command.dry_run) {
    print({{"base_model", command.base},
           {"data", data_json(rows, check)},
           {"options", options_json(command.options)}});
    return 0;
  }

  Json summary;
  try {
    summary = train_model(command, *output, rows, model, check);
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

/// Refuses what is not a number of type T from its first character to its last; CLI11 itself reads -1 into an
/// unsigned number and 1e999 as infinity.
template <typename T>
CLI::Validator is_number() {
  const auto check = [](const std::string& value) -> std::string {
    T number{};
    const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (code == std::errc() && end == value.data() + value.size()) return "";
    return std::string("expected a ") + (std::is_integral_v<T> ? "whole " : "") +
           (std::is_unsigned_v<T> ? "number from 0" : "number") + ", found '" + value + "'";
  };
  return CLI::Validator(check, "");
}

/// Declares one option of FinetuneOptions, whatever its type.
template <typename T>
void bind_field(CLI::App& app, const char* name, const char* description, std::optional<T>& field) {
  app.add_option_function<T>(
         std::string("--") + name, [&field](const T& value) { field = value; },
         std::string(description) + " (default: chosen from the data and the base model)")
      ->check(is_number<T>());
}
template <typename T>
void bind_field(CLI::App& app, const char* name, const char* description, T& field) {
  app.add_option(std::string("--") + name, field, description)->check(is_number<T>())->capture_default_str();
}
void bind_field(CLI::App& app, const char* name, const char* description, ClassWeights& field) {
  add_choice(app, std::string("--") + name, field, class_weights_names(), description);
}
void bind_field(CLI::App& app, const char* name, const char* description, bool& field) {
  app.add_flag(std::string("--") + name, field, description);
}
void bind_field(CLI::App& app, const char* name, const char* description, Truncation& field) {
  add_choice(app, std::string("--") + name, field, truncation_names(), description);
}

}  // namespace

std::function<int()> bind_finetune(CLI::App& app) {
  auto command = std::make_shared<FinetuneCommand>();
  app.add_option("TRAIN", command->train,
                 "Training rows: .csv, .tsv, .jsonl (or .gz of these), - for standard input")
      ->required();
  app.add_option("-o,--output", command->output, "Model folder to write (default: <stem of TRAIN>-model)");
  auto* validation = app.add_option("--validation", command->validation, "Validation rows");
  app.add_option("--validation-split", command->validation_split,
                 "Share of the training rows to validate on instead")
      ->check(is_number<double>())
      ->capture_default_str()
      ->excludes(validation);
  app.add_option("--base", command->base, "Base model: folder, hub id in the local cache, or alias")
      ->capture_default_str();
  app.add_flag("--overwrite", command->overwrite, "Replace an existing model once the new one is complete");
  app.add_flag("--dry-run", command->dry_run, "Read and check the data, print the settings, and stop");
  visit_options(command->options, [&](const char* name, const char* description, auto& field) {
    bind_field(app, name, description, field);
  });
  bind_input_options(app, command->input);
  command->runtime.bind(app);
  return [command] { return run_finetune(*command); };
}

}  // namespace reprtune::cli
