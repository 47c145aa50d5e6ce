#pragma once

#include <string>
#include <vector>

namespace reprtune {

/// The form of the contrastive term; losses.h has the formulas.
enum class ContrastiveLoss {
  supcon,  ///< supervised_contrastive_loss(): partners are to be more alike than all others
  cosine,  ///< cosine_contrastive_loss(): cosines are to be 1 within a class, 0 between
};

/// "supcon", "cosine".
const std::vector<std::string>& contrastive_loss_names();

}  // namespace reprtune
