#pragma once

#include <reprtune/data/label_set.h>
#include <reprtune/data/label_weights.h>

#include <cstddef>
#include <string>
#include <vector>

namespace reprtune {

/// How much a row of each class counts in the classification loss.
struct ClassWeights {
  enum class Rule {
    none,      ///< every row counts the same
    balanced,  ///< a row counts rows / (classes * rows of its class), as scikit-learn's "balanced"
    given,     ///< as a file says
  };

  Rule rule = Rule::none;
  std::string file;    ///< given: where they are read from
  LabelWeights given;  ///< what was read
};

/// Of the rules that are not a file, in their order.
const std::vector<std::string>& class_weights_names();

/// The weight of each class, of `rows_of_class` [C] rows; 0 for a class without rows that was given none.
/// Empty when all count the same. // [C]
std::vector<double> class_weights(const ClassWeights& weights, const LabelSet& labels,
                                  const std::vector<std::size_t>& rows_of_class);

}  // namespace reprtune
