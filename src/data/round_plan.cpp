#include <reprtune/data/folds.h>
#include <reprtune/data/round_plan.h>

#include <algorithm>
#include <utility>

namespace reprtune {

RoundPlan RoundPlan::of_folds(const Dataset& rows, std::size_t folds, std::uint64_t seed) {
  return {rows, nullptr, stratified_folds(rows, folds, seed), folds};
}

RoundPlan RoundPlan::of_split(const Split& rows) { return {rows.train, &rows.validation, {}, 1}; }

Split RoundPlan::rows_of(std::size_t round) const {
  if (validation_ != nullptr) return {*train_, *validation_};
  return hold_out(*train_, folds_, round);
}

Dataset RoundPlan::all_rows() const {
  Dataset all = *train_;
  if (validation_ != nullptr)
    all.examples.insert(all.examples.end(), validation_->examples.begin(), validation_->examples.end());
  return all;
}

RoundPlaces RoundPlan::places_of(std::size_t round) const {
  RoundPlaces places;
  const std::size_t before = train_->examples.size();
  for (std::size_t row = 0; row < before; ++row) {
    const bool held_out = validation_ == nullptr && folds_[row] == round;
    (held_out ? places.held_out : places.train).push_back(row);
  }
  if (validation_ != nullptr)
    for (std::size_t row = 0; row < validation_->examples.size(); ++row)
      places.held_out.push_back(before + row);
  return places;
}

Dataset RoundPlan::held_out_rows() const {
  if (validation_ != nullptr) return *validation_;
  Dataset rows = train_->without_rows();
  for (std::size_t round = 0; round < rounds_; ++round) {
    for (std::size_t row = 0; row < folds_.size(); ++row)
      if (folds_[row] == round) rows.examples.push_back(train_->examples[row]);
  }
  return rows;
}

std::size_t RoundPlan::fewest_train_rows() const {
  if (validation_ != nullptr) return train_->examples.size();
  std::vector<std::size_t> held(rounds_, 0);
  for (const std::size_t fold : folds_) ++held[fold];
  return folds_.size() - *std::ranges::max_element(held);
}

}  // namespace reprtune
