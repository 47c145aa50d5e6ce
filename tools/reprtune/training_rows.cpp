#include "training_rows.h"

#include <reprtune/data/dataset.h>
#include <reprtune/data/display_text.h>
#include <reprtune/io/error.h>
#include <reprtune/report/html.h>
#include <reprtune/train/finetune_options.h>

#include "log.h"
#include "messages.h"
#include "work_display.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace reprtune::cli {
namespace {

using Json = nlohmann::ordered_json;

Json class_list(const Dataset& data) {
  Json classes = Json::array();
  const auto counts = data.class_counts();
  for (std::size_t c = 0; c < counts.size(); ++c)
    classes.push_back({{"label", data.labels.name(c)}, {"rows", counts[c]}});
  return classes;
}

/// Rows as the model to go on from had them.
void require_problem(const Dataset& train, ProblemType problem) {
  if (train.problem == problem) return;
  const bool several = problem == ProblemType::multi_label;
  throw Error(ErrorKind::data,
              train.name + (several ? ": expected a list of labels per row, as the model to go on from had "
                                      "them, found one label per row"
                                    : ": expected one label per row, as the model to go on from had them, "
                                      "found lists of labels"));
}

}  // namespace

Split load_training_rows(const TrainingFiles& files, const InputOptions& input, const Head* known,
                         std::uint64_t seed) {
  Dataset train = load_dataset(files.train, input, show_work);
  log_reading(train.name, train.bad_row_count, train.bad_rows, train.cleaned_rows);
  if (!train.has_choice()) {
    const std::string labels = label_text(train.examples.front().labels, train.labels.names(), "', '");
    throw Error(ErrorKind::data,
                train.name + ": all rows have the label '" + display_text(labels, 40) +
                    "', expected at least two classes" +
                    (known != nullptr ? " (beside new labels, rows of some that the model knows)" : ""));
  }
  if (known != nullptr) {
    require_problem(train, known->problem);
    train = with_known_labels(std::move(train), known->labels);
  }
  if (files.folds > 0) {
    Dataset none = train.without_rows();
    return {std::move(train), std::move(none)};
  }
  if (files.validation.empty()) return stratified_split(std::move(train), files.validation_split, seed);
  Dataset validation = load_dataset(files.validation, input, train.labels, train.problem, show_work);
  log_reading(validation.name, validation.bad_row_count, validation.bad_rows, validation.cleaned_rows);
  return {std::move(train), std::move(validation)};
}

void choose_final_fit(TrainingFiles& files, const Split& rows) {
  const std::size_t count = rows.train.examples.size() + rows.validation.examples.size();
  if (!files.final_fit) {
    files.final_fit = count < kFewRows && rows.train.problem == ProblemType::single_label &&
                      files.validation.empty() && files.folds == 0;
  }
}

std::optional<RoundPlan> plan_rounds(const TrainingFiles& files, const Split& rows, std::uint64_t seed) {
  if (files.folds > 0) return RoundPlan::of_folds(rows.train, static_cast<std::size_t>(files.folds), seed);
  if (*files.final_fit) return RoundPlan::of_split(rows);
  return std::nullopt;
}

Json data_json(const Split& rows, const TrainingFiles& files, const DataCheck& check) {
  Json preview = Json::array();
  for (std::size_t i = 0; i < std::min<std::size_t>(rows.train.examples.size(), 8); ++i) {
    const Example& example = rows.train.examples[i];
    preview.push_back({{"text", display_text(example.text, kShownCharacters)},
                       {"label", label_text(example.labels, rows.train.labels.names(), ", ")}});
  }
  Json warnings = Json::array();
  for (const DataWarning& warning : check.warnings) {
    warnings.push_back({{"code", warning.code}, {"message", warning.message}, {"line", warning.line}});
  }
  const auto side = [](const Dataset& data) {
    return Json{{"name", data.name}, {"rows", data.examples.size()}, {"classes", class_list(data)}};
  };
  Json json = {{"train", side(rows.train)},
               {"validation", side(files.folds > 0 ? rows.train : rows.validation)},
               {"preview", preview},
               {"tokens", {{"p50", check.tokens_p50}, {"p95", check.tokens_p95}, {"max", check.tokens_max}}},
               {"truncated", check.truncated},
               {"warnings", warnings}};
  if (files.folds > 0) {
    json["folds"] = files.folds;
  } else if (*files.final_fit) {
    json["final_fit_rows"] = rows.train.examples.size() + rows.validation.examples.size();
  }
  return json;
}

void log_data(const Split& rows, const TrainingFiles& files, const DataCheck& check) {
  log_info(rows.train.name + ": " + count_text(rows.train.examples.size(), "training row") + ", " +
           (files.folds > 0 ? std::to_string(files.folds) + " folds"
                            : count_text(rows.validation.examples.size(), "validation row") +
                                  (*files.final_fit ? " (then learnt from, too: --final-fit)" : "")) +
           ", " + count_text(rows.train.labels.size(), "class") +
           (check.unlabelled ? ", any number of them per row (" +
                                   count_text(*check.unlabelled, "training row") + " without)"
                             : ""));
  for (const DataWarning& warning : check.warnings) {
    log_warning(warning.message +
                (warning.line > 0 ? " (for example line " + std::to_string(warning.line) + ")" : ""));
  }
}

}  // namespace reprtune::cli
