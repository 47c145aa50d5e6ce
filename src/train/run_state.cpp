#include <reprtune/train/run_state.h>

namespace reprtune {

const char* run_state_name(RunState state) {
  switch (state) {
    case RunState::preparing:
      return "preparing";
    case RunState::training:
      return "training";
    case RunState::validating:
      return "validating";
    case RunState::calibrating:
      return "calibrating";
    case RunState::done:
      return "done";
    case RunState::failed:
      return "failed";
    case RunState::interrupted:
      return "interrupted";
  }
  return "";
}

}  // namespace reprtune
