#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// The report of a run as one HTML file that needs nothing else: no network, no other file; readable without
/// a script.
///
/// `run` is an object; every member may be absent (the report is rewritten while a run is going), and a
/// member of another type counts as absent. Nothing in it is trusted: every string is escaped and cut, every
/// list bounded.
///
///     state         "running" | "done" | "interrupted" | "failed"
///     reason        why it was interrupted or failed
///     model         the model folder as the user would write it; base_model: its base, as asked for
///     problem_type  "multi_label_classification" where rows may have any number of labels
///     version       of reprtune; started: when, as text; seconds: how long the run took so far
///     data          {"train": {"name", "rows", "classes": [{"label", "rows"}]}, "validation": the same
///     shape,
///                    "preview": [{"text", "label"}], "tokens": {"p50", "p95", "max"}, "truncated": rows,
///                    "warnings": [{"code", "message", "line"}], "folds": of a cross-validation, whose
///                    held-out rows are then those of validation; "final_fit_rows": rows that the model was
///                    trained on in the end, where that is more than train}
///     cross_validation  what cross_validation_json() gives for the folds
///     options       {name: value, ...}, shown in the order given
///     steps         the step lines of metrics.jsonl: [{"step", "epoch", "loss", "classification_loss",
///                    "contrastive_loss", "learning_rate", "tokens_per_second", "time"}]
///     validations   the validation lines: [{"step", "epoch", "validation": {"accuracy", "precision",
///     "recall", "f1",
///                    "loss"}}], the scores macro averages
///     best_epoch    the epoch whose weights were kept
///     baselines     {"majority": {"accuracy", "macro_f1"}, "linear_probe": {"accuracy", "macro_f1"}}, of the
///     same
///                    validation rows
///     metrics       what metrics_json() gives for the validation rows; temperature: the fitted one
///     abstention    what abstention_json() gives for them, when a precision was asked for
///     comparison    what comparison_json() gives; label_review: what label_review_json() gives
///     learning_curve  what learning_curve_json() gives
///     predictions   {"mistakes": what mistakes_json() gives, "examples": what confusion_examples_json()
///     gives,
///                    "threshold_curve": what threshold_curve_json() gives}, of the held-out rows
///     scatter       {"labels": [...], "points": [{"text", "label", "predicted", "before": [x, y], "after":
///     [x, y],
///                    "before_tsne": [x, y], "after_tsne": [x, y]}]}, label and predicted as strings of
///                    `labels`
///
/// The page of a run that is going loads itself again every minute, unless `refresh` is false.
std::string render_report(const nlohmann::ordered_json& run, bool refresh = true);

}  // namespace reprtune
