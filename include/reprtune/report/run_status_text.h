#pragma once

#include <reprtune/report/run_status.h>

#include <string>

namespace reprtune {

/// What `reprtune status` prints for a person: a few lines, with small curves of loss and accuracy.
std::string run_status_text(const RunStatus& status);

/// The same in one line without a line break, for those who follow a run in a file: "training, step 120 of
/// 900, epoch 2 of 3, loss 0.5321, accuracy 0.9120, about 3 min 5 s left".
std::string run_status_line(const RunStatus& status);

}  // namespace reprtune
