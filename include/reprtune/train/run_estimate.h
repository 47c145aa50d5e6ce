#pragma once

#include <reprtune/data/round_plan.h>
#include <reprtune/data/split.h>
#include <reprtune/model/model.h>
#include <reprtune/train/finetune_options.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// How long a run would take on this machine, and what that is made of.
struct RunEstimate {
  std::size_t training_tokens = 0;        ///< of all epochs of all rounds
  double training_tokens_per_second = 0;  ///< measured; 0 where only the head is fitted
  std::size_t embedded_tokens = 0;        ///< in baselines, validations and calibration
  double embedded_tokens_per_second = 0;  ///< measured
  double training_seconds = 0;
  double embedding_seconds = 0;
  double fitting_seconds = 0;  ///< of the linear probe and, at the end, t-SNE and files
  double seconds = 0;          ///< of all, no longer than a time limit; early stopping is not foreseen
};

/// A model that is trained besides, on a part of the training rows, as a learning curve does.
struct FurtherModel {
  std::size_t rows = 0;
  std::int64_t epochs = 0;
};

/// Trains for some steps, embeds some rows and fits a probe on them, for about three seconds or two steps,
/// and multiplies: tokens of the training rows x epochs / tokens per second of training, and the same for
/// what is embedded. `model` is of no use afterwards. `options` are complete (see choose_options), `plan` is
/// that of a run of several rounds; `further` models come on top of a time limit. `before_step` is called
/// before each step of training or embedding; what it throws ends the work. Throws what finetune() throws.
RunEstimate estimate_run(Model& model, const Split& rows, const std::optional<RoundPlan>& plan,
                         const FinetuneOptions& options, const std::vector<FurtherModel>& further = {},
                         const std::function<void()>& before_step = {});

/// Its members by name.
nlohmann::ordered_json run_estimate_json(const RunEstimate& estimate);

}  // namespace reprtune
