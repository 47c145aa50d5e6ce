#pragma once

#include <reprtune/train/finetune.h>

#include "output_folder.h"

namespace reprtune::cli {

/// Draws and logs progress, keeps the run folder, checkpoints included, and stops the run on a signal.
/// `output` must outlive it.
FinetuneObserver make_observer(OutputFolder& output, double checkpoint_minutes);

}  // namespace reprtune::cli
