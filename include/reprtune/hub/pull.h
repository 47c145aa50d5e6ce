#pragma once

#include <reprtune/hub/hub_settings.h>
#include <reprtune/io/work_progress.h>
#include <reprtune/model/hub_name.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace reprtune {

struct PulledModel {
  std::filesystem::path folder;
  std::size_t files = 0;    ///< downloaded now: 0 where all of it was here
  std::uint64_t bytes = 0;  ///< of these
};

/// The model, complete and of a sort that can be used here, in the hub cache or in the download folder of the
/// set-up. Asks the hub only when it is not there, or when `update` is set, which also follows a branch that
/// has moved. What arrives is checked against the checksum that the hub gives, and is in place, in the layout
/// that Hugging Face's own tools share, only when it is complete; what an interrupted pull has brought is
/// gone on from. Weights are downloaded last, when the rest says that they can be used.
///
/// `listener` is told often, also while nothing arrives; what it throws ends the pull. Throws Error: of kind
/// model when the hub does not have the model or does not let us have it, or it is of another sort; of kind
/// runtime when the network or the disk fails; one line that says which model.
PulledModel pull_model(const HubName& name, const HubSettings& settings, bool update,
                       const ProgressListener& listener);

}  // namespace reprtune
