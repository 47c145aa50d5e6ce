#pragma once

namespace reprtune {

/// What a run is doing.
enum class RunState { preparing, training, validating, calibrating, done, failed, interrupted };
/// As `status` says it.
const char* run_state_name(RunState state);

}  // namespace reprtune
