#pragma once

#include "prediction_layout.h"

#include <cstddef>
#include <string>
#include <vector>

namespace reprtune {

/// Labels as a format spells them, ready to be copied, the abstain label last.
class SpelledLabels {
 public:
  template <typename Spell>
  SpelledLabels(const std::vector<std::string>& labels, const std::string& abstain_label, Spell spell) {
    for (const std::string& label : labels) spelled_.push_back(spell(label));
    spelled_.push_back(spell(abstain_label));
    silent_ = abstain_label.empty();
  }

  const std::string& operator[](std::size_t index) const { return spelled_[index]; }
  /// The label in place `rank` of a row.
  const std::string& at_rank(const Prediction& prediction, std::size_t rank) const {
    return rank == 0 && prediction.abstained ? spelled_.back() : spelled_[prediction.ranking[rank]];
  }

  /// Calls visit(label, probability) for each label that a row with any number of them is given, the abstain
  /// label unless it is empty.
  template <typename Visit>
  void each_given(const Prediction& prediction, Visit visit) const {
    if (prediction.abstained) {
      if (!silent_) visit(spelled_.back(), prediction.best());
      return;
    }
    for (const std::size_t index : prediction.given) visit(spelled_[index], prediction.probabilities[index]);
  }

 private:
  std::vector<std::string> spelled_;  // [C + 1]
  bool silent_ = false;
};

}  // namespace reprtune
