#include <reprtune/train/contrastive_loss.h>

namespace reprtune {

const std::vector<std::string>& contrastive_loss_names() {
  static const std::vector<std::string> names = {"supcon", "cosine"};
  return names;
}

}  // namespace reprtune
