#pragma once

#include <reprtune/data/data_check.h>
#include <reprtune/data/input_options.h>
#include <reprtune/data/round_plan.h>
#include <reprtune/data/split.h>
#include <reprtune/model/head.h>

#include <cstdint>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune::cli {

/// Where the rows of a run come from.
struct TrainingFiles {
  std::string train, validation;  ///< without a validation file, a share of the training rows is held out
  double validation_split = 0.1;
  std::int64_t folds = 0;  ///< cross-validation instead, when above 0
  /// Train on the validation rows, too, once they have been scored; absent: see choose_final_fit().
  std::optional<bool> final_fit;
};

/// Where it was not asked for: with fewer than kFewRows of one label each, a share of which was held out.
void choose_final_fit(TrainingFiles& files, const Split& rows);

/// The rounds of a run on these rows, when it is one of several; `files` are complete. Throws Error(data).
std::optional<RoundPlan> plan_rounds(const TrainingFiles& files, const Split& rows, std::uint64_t seed);

/// Reads the rows, and says how many were skipped or cleaned. With folds all of them are in train. Labels are
/// numbered after those of `known`, if it is given. Throws Error(data).
Split load_training_rows(const TrainingFiles& files, const InputOptions& input, const Head* known,
                         std::uint64_t seed);

/// What the report says of the data.
nlohmann::ordered_json data_json(const Split& rows, const TrainingFiles& files, const DataCheck& check);

/// Logs the numbers of rows and classes, and the warnings.
void log_data(const Split& rows, const TrainingFiles& files, const DataCheck& check);

}  // namespace reprtune::cli
