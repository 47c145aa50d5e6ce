#pragma once

#include <reprtune/report/run_status.h>

#include <string>

namespace reprtune {

/// What `reprtune status` prints for a person: a few lines, with small curves of loss and accuracy.
std::string run_status_text(const RunStatus& status);

}  // namespace reprtune
