#pragma once

#include <reprtune/data/split.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace reprtune {

/// Places of a round's rows, in their order.
struct RoundPlaces {
  std::vector<std::size_t> train, held_out;
};

/// Which rows the rounds of a run train on and hold out before a last one trains on all of them. Refers to
/// the rows that it was made from.
class RoundPlan {
 public:
  /// One round for each of so many stratified_folds(), which throws.
  static RoundPlan of_folds(const Dataset& rows, std::size_t folds, std::uint64_t seed);
  /// One round, whose held-out rows are those of validation.
  static RoundPlan of_split(const Split& rows);

  std::size_t size() const { return rounds_; }
  /// The rows of one of the rounds, from 0.
  Split rows_of(std::size_t round) const;
  Dataset all_rows() const;
  /// Where the rows of one of the rounds are among all_rows().
  RoundPlaces places_of(std::size_t round) const;
  /// The held-out rows of all rounds, round by round.
  Dataset held_out_rows() const;
  std::size_t class_count() const { return train_->labels.size(); }
  /// Rows that the smallest round trains on.
  std::size_t fewest_train_rows() const;

 private:
  RoundPlan(const Dataset& train, const Dataset* validation, std::vector<std::size_t> folds,
            std::size_t rounds)
      : train_(&train), validation_(validation), folds_(std::move(folds)), rounds_(rounds) {}

  const Dataset* train_;
  const Dataset* validation_;       ///< null with folds
  std::vector<std::size_t> folds_;  ///< of each row of train
  std::size_t rounds_;
};

}  // namespace reprtune
