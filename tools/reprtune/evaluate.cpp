#include <reprtune/eval/metrics.h>
#include <reprtune/eval/metrics_text.h>
#include <reprtune/infer/class_probabilities.h>
#include <reprtune/io/error.h>
#include <reprtune/io/json_text.h>

#include "command.h"
#include "format_option.h"
#include "interrupt.h"
#include "messages.h"
#include "model_use.h"
#include "number_check.h"
#include "option_kinds.h"
#include "progress_line.h"
#include "work_display.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace reprtune::cli {
namespace {

struct EvaluateCommand {
  ModelUse use;
  std::optional<double> threshold;
  bool json = false;
};

/// What is to be scored of answers that are withheld.
std::optional<Abstention> scored_abstention(const EvaluateCommand& command, const Model& model) {
  if (model.head()->problem == ProblemType::multi_label) return std::nullopt;
  if (command.threshold) return Abstention{0, command.threshold};
  const std::optional<Abstention>& abstention = model.head()->abstention;
  const bool withholds = abstention && (abstention->threshold || !abstention->class_thresholds.empty());
  return withholds ? abstention : std::nullopt;
}

/// The model's head, with the threshold asked for in the place of those of the labels.
Head scoring_head(const EvaluateCommand& command, const Model& model) {
  Head head = *model.head();
  if (command.threshold) std::ranges::fill(head.thresholds, static_cast<float>(*command.threshold));
  return head;
}

std::string abstention_text(const Abstention& abstention, const AnsweredRows& answered) {
  return "\nabstaining below " +
         (abstention.class_thresholds.empty() ? score_text(*abstention.threshold)
                                              : "the threshold of each class") +
         "\nanswered  " + std::to_string(answered.rows) + "\ncoverage  " + score_text(answered.coverage) +
         "\naccuracy  " + (answered.accuracy ? score_text(*answered.accuracy) : "-") + "\n";
}

int run_evaluate(EvaluateCommand& command) {
  ModelUse& use = command.use;
  use.runtime.apply();
  const auto sink = use.open_output();  // first: a place that cannot be written to is said at once
  const Model model = use.load(true);
  const LabelSet& labels = model.head()->labels;
  const Dataset data = load_dataset(use.input, use.input_options, labels, model.head()->problem, show_work);
  log_reading(data.name, data.bad_row_count, data.bad_rows, data.cleaned_rows);

  throw_if_interrupted();

  const std::vector<RowLabels> truth = data.row_labels();
  const TokenizedTexts tokens =
      tokenize_rows(model, data, use.truncation, static_cast<std::size_t>(use.runtime.threads), show_work);
  const ProgressListener listener = show_work;
  const at::Tensor vectors =
      embed_tokens(model, tokens.ids, use.embed_options(), count_embedded("embedding", tokens.ids, listener));
  clear_progress_line();
  const auto probabilities = class_probabilities(
      model, {vectors.const_data_ptr<float>(), static_cast<std::size_t>(vectors.numel())});
  for (std::size_t row = 0; row < truth.size(); ++row)
    require_probabilities(std::span(probabilities).subspan(row * labels.size(), labels.size()), row + 1);
  const Metrics metrics = scoring_head(command, model).score(truth, probabilities);

  nlohmann::ordered_json json = metrics_json(metrics, labels.names());
  std::string text = metrics_text(metrics, labels.names());
  if (const auto abstention = scored_abstention(command, model)) {
    const AnsweredRows answered =
        score_answered(class_indices(truth), probabilities, abstention->thresholds(labels.size()));
    json["abstention"] = abstention_json(*abstention, answered, labels.names());
    text += abstention_text(*abstention, answered);
  }

  sink->write(command.json ? json_text(json) + "\n" : text);
  sink->commit();
  return 0;
}

}  // namespace

std::function<int()> bind_evaluate(CLI::App& app) {
  auto command = std::make_shared<EvaluateCommand>();
  command->use.bind_model(app);
  app.add_option("FILE", command->use.input,
                 "Labelled rows: .csv, .tsv, .jsonl (or .gz of these), - for standard input")
      ->required();
  app.add_option("-o,--output", command->use.output, "Where to write; - is standard output")
      ->capture_default_str();
  app.add_option("--threshold", command->threshold,
                 "Also score the rows whose best probability is not below this; where rows may have several "
                 "labels, score those from this on (default: as the model was finetuned)")
      ->transform(number<double>(0, 1));
  add_format_option(app, command->json, {"text", "json"}, "--output");
  command->use.bind_options(app);
  return [command] { return run_evaluate(*command); };
}

}  // namespace reprtune::cli
