#pragma once

#include <reprtune/data/round_plan.h>
#include <reprtune/data/split.h>
#include <reprtune/train/finetune.h>

#include "finetune_command.h"
#include "output_folder.h"

#include <nlohmann/json.hpp>

namespace reprtune::cli {

/// Writes the model that a run came to, with all that is said of it, into the output folder. `plan`: which
/// rows were held out. Returns the summary for standard output.
nlohmann::ordered_json write_model(const FinetuneCommand& command, OutputFolder& output, const Split& rows,
                                   const RoundPlan& plan, Model& model, const FinetuneResult& result);

}  // namespace reprtune::cli
