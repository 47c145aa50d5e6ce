#include <reprtune/train/progress.h>

namespace reprtune {

std::string round_name(const Round& round) {
  if (round.number == round.count) return "final fit";
  if (round.count == 2) return "validation fit";
  return "fold " + std::to_string(round.number) + " of " + std::to_string(round.count - 1);
}

}  // namespace reprtune
