#include "finetune_messages.h"

#include <reprtune/report/duration.h>

#include "log.h"
#include "messages.h"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace reprtune::cli {
namespace {

using Json = nlohmann::ordered_json;

/// "0.9123 ± 0.0045".
std::string spread_text(const Json& cross_validation, const char* key) {
  return score_text(cross_validation["mean"][key]) + " ± " + score_text(cross_validation["spread"][key]);
}

}  // namespace

void log_rounds(const Json& record) {
  if (!record.contains("final_fit")) return;
  if (record.contains("cross_validation")) {
    const Json& scores = record["cross_validation"];
    for (const Json& fold : scores["folds"]) {
      log_info("fold " + fold["fold"].dump() + ": accuracy " + score_text(fold["accuracy"]) + " macro-F1 " +
               score_text(fold["f1"]) + " loss " + score_text(fold["log_loss"]) + ", best epoch " +
               fold["best_epoch"].dump());
    }
    log_info("cross-validation, mean ± spread over the folds: accuracy " + spread_text(scores, "accuracy") +
             " macro-F1 " + spread_text(scores, "f1") + " loss " + spread_text(scores, "log_loss"));
  }
  log_info("final fit: " + count_text(record["final_fit"]["epochs"], "epoch") + " on all " +
           count_text(record["final_fit"]["rows"], "row") +
           ", calibrated by the predictions for the held-out ones");
}

void log_options(const FinetuneOptions& options) {
  std::string text = "settings:";
  const Json json = options_json(options);
  for (const auto& [name, value] : json.items()) {
    text += " " + name + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
  }
  log_info(text);
}

void log_learning_point(const LearningPoint& point) {
  log_info("learning curve: " + count_text(point.rows, "training row") + ": accuracy " +
           score_text(point.accuracy) + " macro-F1 " + score_text(point.macro_f1));
}

void log_estimate(const RunEstimate& estimate) {
  char rates[160];
  std::snprintf(
      rates, sizeof rates,
      " (%.0f s of training at %.0f tokens/s, %.0f s of embedding at %.0f tokens/s, %.0f s of the rest)",
      estimate.training_seconds, estimate.training_tokens_per_second, estimate.embedding_seconds,
      estimate.embedded_tokens_per_second, estimate.fitting_seconds);
  log_info("would take about " + duration_text(estimate.seconds) + " on this machine" + rates);
}

void log_abstention(const Abstention& abstention, const AnsweredRows& answered) {
  const std::string wish = "--abstain-for-precision " + score_text(abstention.precision);
  if (!abstention.class_thresholds.empty()) {
    const auto silent = static_cast<std::uint64_t>(
        std::count(abstention.class_thresholds.begin(), abstention.class_thresholds.end(), std::nullopt));
    const std::string outcome =
        wish + ": a threshold for each class; of the validation rows " + score_text(answered.coverage) +
        " are answered" + (answered.accuracy ? ", " + score_text(*answered.accuracy) + " of them right" : "");
    silent == 0 ? log_info(outcome)
                : log_warning(outcome + "; no threshold reaches it for " + count_text(silent, "class") +
                              ", which classify will never answer");
    return;
  }
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

void log_time_limit(const FinetuneOptions& options, const FinetuneResult& result) {
  if (!result.out_of_time) return;
  log_info("the time limit of " + time_limit_text(options.time_limit) +
           (result.rounds.empty() ? " ended training in epoch " + std::to_string(result.epochs_run) + " of " +
                                        std::to_string(*options.epochs)
                                  : " ended the training of a round"));
}

}  // namespace reprtune::cli
