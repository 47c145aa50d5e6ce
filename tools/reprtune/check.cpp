#include <reprtune/data/data_check.h>
#include <reprtune/data/data_check_report.h>
#include <reprtune/data/dataset.h>
#include <reprtune/data/input_options.h>
#include <reprtune/data/wrapped_text.h>
#include <reprtune/infer/model_review.h>
#include <reprtune/infer/parallel.h>
#include <reprtune/io/error.h>
#include <reprtune/io/json_text.h>
#include <reprtune/model/device.h>
#include <reprtune/model/model_folder.h>
#include <reprtune/model/model_location.h>
#include <reprtune/text/tokenizer.h>

#include "command.h"
#include "input_arguments.h"
#include "interrupt.h"
#include "messages.h"
#include "option_kinds.h"
#include "runtime_options.h"
#include "terminal_block.h"
#include "work_display.h"

#include <algorithm>
#include <mutex>
#include <optional>

#include <nlohmann/json.hpp>
#include <unistd.h>

namespace reprtune::cli {
namespace {

struct CheckOptions {
  std::string train, validation;
  std::string base = "small", model;
  bool json = false;
  InputOptions input;
  RuntimeOptions runtime;
};

std::size_t output_width() {
  const std::size_t columns = terminal_size(STDOUT_FILENO).columns;
  return columns >= 40 ? std::min<std::size_t>(columns, 120) : 80;
}

/// What the tokenizer makes of each text, nothing cut.
RowTokens count_tokens(const Dataset& data, const Tokenizer& tokenizer, std::size_t threads) {
  constexpr std::size_t kSlice = 256;
  RowTokens tokens;
  tokens.counts.resize(data.examples.size());
  std::vector<std::uint8_t> unknown(data.examples.size());
  auto& counts = tokens.counts;
  std::mutex progress_mutex;
  std::size_t done = 0;
  parallel_for(threads, (counts.size() + kSlice - 1) / kSlice, [&](std::size_t slice) {
    Encoding encoding;
    const std::size_t first = slice * kSlice, end = std::min(counts.size(), first + kSlice);
    for (std::size_t i = first; i < end; ++i) {
      tokenizer.encode(data.examples[i].text, 0, Truncation::none, encoding);
      counts[i] = encoding.full_length;
      unknown[i] = tokenizer.is_mostly_unknown(encoding.ids) ? 1 : 0;
    }
    const std::lock_guard lock(progress_mutex);
    show_work({"tokenizing", done += end - first, counts.size(), "row"});
  });
  tokens.mostly_unknown = static_cast<std::size_t>(std::ranges::count(unknown, std::uint8_t{1}));
  if (tokens.mostly_unknown > 0)
    tokens.unknown_row =
        static_cast<std::size_t>(std::ranges::find(unknown, std::uint8_t{1}) - unknown.begin());
  return tokens;
}

std::optional<Dataset> load_validation(const CheckOptions& options) {
  if (options.validation.empty()) return std::nullopt;
  Dataset validation = load_dataset(options.validation, options.input, show_work);
  log_reading(validation.name, validation.bad_row_count, validation.bad_rows, validation.cleaned_rows);
  return validation;
}

/// The model to review the rows with, whose cleaning is repeated.
std::optional<Model> load_reviewer(CheckOptions& options) {
  if (options.model.empty()) return std::nullopt;
  set_operator_threads(static_cast<std::size_t>(options.runtime.threads));
  const auto folder = find_model(options.model);
  if (!read_model_folder(folder).has_head)
    throw Error(ErrorKind::model, options.model +
                                      ": has no classification head, expected a finetuned model "
                                      "(--base counts tokens of a base model)");
  Model model = Model::load(folder, options.runtime.precision, resolve_device(options.runtime.device));
  if (model.head()->problem == ProblemType::multi_label)
    throw Error(ErrorKind::usage, "--model: " + options.model +
                                      " gives rows any number of labels, expected a model that gives one "
                                      "(without --model the rows are checked by themselves)");
  if (!options.input.cleaning) options.input.cleaning = model.cleaning();
  return model;
}

int run_check(CheckOptions& options) {
  options.runtime.apply();
  const auto threads = static_cast<std::size_t>(options.runtime.threads);
  const std::optional<Model> model = load_reviewer(options);
  const ModelFolder folder = model ? model->folder() : read_model_folder(find_model(options.base));
  const auto tokenizer = load_tokenizer(folder.path);
  const Dataset train = load_dataset(options.train, options.input, show_work);
  log_reading(train.name, train.bad_row_count, train.bad_rows, train.cleaned_rows);
  if (model && train.problem == ProblemType::multi_label)
    throw Error(ErrorKind::usage, "--model: " + train.name +
                                      ": expected rows with one label each, found rows with any number "
                                      "(without --model they are checked by themselves)");
  const std::optional<Dataset> validation = load_validation(options);
  const auto counts = count_tokens(train, *tokenizer, threads);
  const DataCheck check = check_data(train, validation ? &*validation : nullptr, counts,
                                     static_cast<std::size_t>(folder.max_length));
  nlohmann::ordered_json json = data_check_json(check);
  std::string text = data_check_text(check, output_width());
  if (model) {
    const ModelReview review =
        review_with_model(*model, train, {.threads = threads, .before_step = throw_if_interrupted});
    throw_if_interrupted();
    json["model"] = model_review_json(review, train);
    text += model_review_text(review, train);
  }
  print_result(options.json ? json_text(json) + "\n"
                            : (isatty(STDOUT_FILENO) != 0 ? wrapped_text(text, output_width()) : text));
  return 0;
}

}  // namespace

std::function<int()> bind_check(CLI::App& app) {
  auto options = std::make_shared<CheckOptions>();
  app.add_option("TRAIN", options->train,
                 "Training rows: .csv, .tsv, .jsonl (or .gz of these), - for standard input")
      ->required();
  app.add_option("--validation", options->validation,
                 "Validation rows, to look for texts that stand in both");
  auto* base =
      app.add_option("--base", options->base, "Base model whose tokens are counted")->capture_default_str();
  app.add_option(
         "--model", options->model,
         "Finetuned model to ask instead: labels that it contradicts or does not know, texts unlike its "
         "training data")
      ->excludes(base);
  add_choice(app, "--format", options->json, {"text", "json"}, "Form of the output");
  bind_input_options(app, options->input);
  options->runtime.bind(app);
  return [options] { return run_check(*options); };
}

}  // namespace reprtune::cli
