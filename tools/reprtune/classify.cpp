#include <reprtune/infer/class_probabilities.h>
#include <reprtune/infer/prediction_writer.h>
#include <reprtune/io/error.h>

#include "command.h"
#include "format_option.h"
#include "log.h"
#include "messages.h"
#include "model_use.h"
#include "number_check.h"

namespace reprtune::cli {
namespace {

struct ClassifyCommand {
  ModelUse use;
  bool abstain = true;
  PredictionFormatOptions format;
};

/// The thresholds fitted for the precision that was wished when the model was finetuned. [C] or none
std::vector<float> stored_thresholds(const Model& model) {
  const auto& abstention = model.head()->abstention;
  if (!abstention) return {};
  if (!abstention->threshold && abstention->class_thresholds.empty()) {
    log_warning("no threshold of this model reaches the precision it was finetuned for, " +
                score_text(abstention->precision) + ": every row is answered");
  }
  return abstention->thresholds(model.head()->labels.size());
}

void require_novelty(const ModelUse& use, const Model& model) {
  if (model.novelty()) return;
  throw Error(ErrorKind::model, use.model +
                                    ": holds no novelty.safetensors, expected a model of a newer finetune "
                                    "for --with-novelty and --abstain-above-novelty (finetune it anew)");
}

/// A limit that no text of this model can be above.
void warn_of_limit_out_of_reach(const Model& model, double limit) {
  const std::int64_t rows = model.novelty()->distances().numel();
  const double most = static_cast<double>(rows) / static_cast<double>(rows + 1);
  if (limit < most) return;
  log_warning("--abstain-above-novelty " + CLI::detail::to_string(limit) + " has no effect: with " +
              count_text(static_cast<std::uint64_t>(rows), "validation row") +
              " this model's novelty is at most " + score_text(most));
}

int run_classify(ClassifyCommand& command) {
  ModelUse& use = command.use;
  use.runtime.apply();
  const auto sink = use.open_output();
  const Model model = use.load(true);
  if (command.abstain && !command.format.threshold)
    command.format.class_thresholds = stored_thresholds(model);
  const bool wants_novelty = command.format.with_novelty || command.format.highest_novelty;
  if (wants_novelty) require_novelty(use, model);
  if (command.format.highest_novelty) warn_of_limit_out_of_reach(model, *command.format.highest_novelty);
  command.format.label_thresholds = model.head()->thresholds;
  command.format.label_separator = use.input_options.label_separator;
  PredictionWriter writer(*sink, model.head()->labels.names(), command.format);
  stream_input(use, model, [&](const VectorWindow& window) {
    const auto novelty = wants_novelty ? model.novelty()->scores(window.vectors) : std::vector<float>();
    writer.write(window.texts, class_probabilities(model, window.vectors), window.blank, novelty);
    sink->flush();
  });
  writer.finish();
  sink->commit();
  return 0;
}

}  // namespace

std::function<int()> bind_classify(CLI::App& app) {
  auto command = std::make_shared<ClassifyCommand>();
  command->use.bind_model(app);
  app.add_option("FILE", command->use.input,
                 "Texts: .csv, .tsv, .jsonl, .txt (or .gz of these), - for standard input")
      ->capture_default_str();
  app.add_option("-o,--output", command->use.output, "Where to write; - is standard output")
      ->capture_default_str();
  add_format_option(app, command->format.format, prediction_format_names(), "--output");
  app.add_option("--top-k", command->format.top_k,
                 "Name this many classes per row, the best first; 0: what the format usually has")
      ->transform(number<int>(0, 1'000'000))
      ->capture_default_str();
  auto* threshold = app.add_option_function<double>(
                           "--threshold", [command](double value) { command->format.threshold = value; },
                           "Answer with the abstain label when the best probability is below this; where "
                           "rows may have several labels, give those from this on (default: as the model was "
                           "finetuned)")
                        ->transform(number<double>(0, 1));
  app.add_flag("!--no-abstain", command->abstain, "Answer every row, whatever the model was finetuned for")
      ->excludes(threshold);
  app.add_option("--abstain-label", command->format.abstain_label, "Label of rows below the threshold")
      ->capture_default_str();
  app.add_option_function<double>(
         "--abstain-above-novelty", [command](double value) { command->format.highest_novelty = value; },
         "Answer with the abstain label, too, when the novelty of a text is above this (default: never)")
      ->transform(number<double>(0, 1));
  app.add_flag("--with-novelty", command->format.with_novelty,
               "Also write how unlike the training data a text is: the share of the validation rows that are "
               "less so (csv, jsonl)");
  app.add_flag("--with-text", command->format.with_text, "Also write the texts");
  command->use.bind_options(app);
  return [command] { return run_classify(*command); };
}

}  // namespace reprtune::cli
