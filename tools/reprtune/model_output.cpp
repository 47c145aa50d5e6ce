#include "model_output.h"

#include <reprtune/data/input_names.h>
#include <reprtune/io/atomic_file.h>
#include <reprtune/model/model_location.h>
#include <reprtune/report/model_card.h>
#include <reprtune/train/run_identity.h>

#include "finetune_messages.h"
#include "messages.h"
#include "held_out_review.h"
#include "work_display.h"

namespace reprtune::cli {
namespace {

using Json = nlohmann::ordered_json;

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

/// What csv rows have, and are to have, between their labels.
std::string separator_of(const InputOptions& input) {
  return input.label_separator.empty() ? kLabelSeparator : input.label_separator;
}

}  // namespace

Json write_model(const FinetuneCommand& command, OutputFolder& output, const Split& rows,
                 const RoundPlan& plan, Model& model, const FinetuneResult& result) {
  RunFolder& run = output.run();
  Json& record = run.record();
  const bool one_label = rows.train.problem == ProblemType::single_label;
  model.set_cleaning(command.input.cleaning_steps());
  if (!one_label) model.set_label_separator(separator_of(command.input));
  const double temperature = model.head()->temperature;
  if (const auto& abstention = model.head()->abstention)
    record["abstention"] = abstention_json(*abstention, result.answered, rows.train.labels.names());
  const Dataset held_out = plan.held_out_rows();
  const Dataset shown = with_shown_texts(held_out);
  run.add(result, shown, temperature, show_work);
  if (!result.rounds.empty())
    record["final_fit"] = {{"rows", rows.train.examples.size() + rows.validation.examples.size()},
                           {"epochs", result.epochs_run}};
  output.drop_earlier_files();
  write_model_folder(output.partial(), model, model_record(command, rows, record, result));
  result.examples.save(output.partial() / "run");
  const auto base = hub_origin(record["base_model"]);
  write_file(output.partial() / "README.md", render_model_card(record, base ? base->id : std::string()));
  Json summary = {{"model", output.model().string()}, {"validation", scores_json(result.validation)},
                  {"baseline", record["baselines"]},  {"best_epoch", result.best_epoch},
                  {"epochs", result.epochs_run},      {"temperature", temperature}};
  record["predictions"] = predictions_json(shown, result.held_out, *model.head());
  if (one_label) {
    record["label_review"] = review_labels(held_out, result.held_out, *model.head(),
                                           output.partial() / "run" / "label_issues.csv");
    summary["label_issues"] = record["label_review"]["issues"]["count"];
  }
  if (command.compare) record["comparison"] = compare_methods(plan, result.held_out, command.options.seed);
  if (command.options.refit_head.value_or(false) && !command.options.head_only) {
    log_info("head fitted anew on the finetuned vectors: validation accuracy " +
             score_text(result.validation.accuracy) + " macro-F1 " +
             score_text(result.validation.macro.f1.value_or(0)));
  }
  log_rounds(record);
  if (const auto& abstention = model.head()->abstention) log_abstention(*abstention, result.answered);
  for (const char* key : {"final_fit", "cross_validation", "abstention", "comparison", "learning_curve"})
    if (record.contains(key)) summary[key] = record[key];
  if (command.options.time_limit.seconds > 0) summary["time_limit_reached"] = result.out_of_time;
  return summary;
}

}  // namespace reprtune::cli
