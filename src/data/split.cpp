#include <reprtune/data/split.h>
#include <reprtune/io/error.h>
#include <reprtune/io/random.h>

#include "text_groups.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace reprtune {
namespace {

struct Group : TextGroup {
  bool validation = false;
};

std::vector<Group> groups_of(const Dataset& dataset) {
  std::vector<Group> groups;
  for (TextGroup& group : group_by_text(dataset)) groups.push_back({std::move(group)});
  return groups;
}

class Splitter {
 public:
  Splitter(const Dataset& dataset, double share, std::uint64_t seed)
      : groups_(groups_of(dataset)),
        class_rows_(dataset.class_counts()),
        train_groups_(class_rows_.size(), 0),
        validation_groups_(class_rows_.size(), 0),
        share_(share),
        random_(seed) {
    for (const Group& group : groups_) {
      for (const std::size_t label : group.classes) ++train_groups_[label];
    }
  }

  /// For each example, whether it goes to validation.
  std::vector<bool> choose() {
    for (std::size_t label = 0; label < class_rows_.size(); ++label) choose_class(label);
    lend_shared_texts();
    std::vector<bool> validation(rows(), false);
    for (const Group& group : groups_) {
      for (const std::size_t row : group.rows) validation[row] = group.validation;
    }
    return validation;
  }

 private:
  std::size_t rows() const {
    std::size_t count = 0;
    for (const Group& group : groups_) count += group.rows.size();
    return count;
  }

  bool can_spare(const Group& group) const {
    return std::all_of(group.classes.begin(), group.classes.end(),
                       [&](std::size_t c) { return train_groups_[c] > 1; });
  }

  void move_to_validation(Group& group) {
    group.validation = true;
    for (const std::size_t label : group.classes) {
      --train_groups_[label];
      ++validation_groups_[label];
    }
  }

  /// Takes texts of this class alone, in random order, as long as they fit; if none fits (a text repeated
  /// very often), the smallest.
  void choose_class(std::size_t label) {
    std::vector<Group*> own = own_groups(label);
    random_.shuffle(std::span(own));
    const double wanted = std::round(share_ * static_cast<double>(class_rows_[label]));
    const auto target = std::max<std::size_t>(1, static_cast<std::size_t>(wanted));
    std::size_t taken = 0;
    for (Group* group : own) {
      if (taken + group->rows.size() > target || !can_spare(*group)) continue;
      move_to_validation(*group);
      taken += group->rows.size();
    }
    if (taken > 0 || own.empty() || train_groups_[label] < 2) return;
    const auto smaller = [](const Group* a, const Group* b) { return a->rows.size() < b->rows.size(); };
    move_to_validation(**std::min_element(own.begin(), own.end(), smaller));
  }

  std::vector<Group*> own_groups(std::size_t label) {
    if (own_.empty()) {
      own_.resize(class_rows_.size());
      for (Group& group : groups_) {
        if (group.classes.size() == 1) own_[group.classes[0]].push_back(&group);
      }
    }
    return own_[label];
  }

  /// A class still without validation rows may get one text it shares with other classes, if all of those
  /// keep one in train.
  void lend_shared_texts() {
    for (Group& group : groups_) {
      const bool needed = std::any_of(group.classes.begin(), group.classes.end(),
                                      [&](std::size_t label) { return validation_groups_[label] == 0; });
      if (!group.validation && group.classes.size() > 1 && needed && can_spare(group))
        move_to_validation(group);
    }
  }

  std::vector<Group> groups_;
  std::vector<std::vector<Group*>> own_;        // [C]: groups of one class only
  std::vector<std::size_t> class_rows_;         // [C]
  std::vector<std::size_t> train_groups_;       // [C]
  std::vector<std::size_t> validation_groups_;  // [C]
  double share_;
  Random random_;
};

}  // namespace

Split stratified_split(Dataset dataset, double validation_share, std::uint64_t seed) {
  if (!(validation_share > 0.0 && validation_share < 1.0)) {
    throw Error(ErrorKind::usage, "validation share: expected a number between 0 and 1, found " +
                                      std::to_string(validation_share));
  }
  const std::vector<bool> validation = Splitter(dataset, validation_share, seed).choose();
  const auto held_out = static_cast<std::size_t>(std::count(validation.begin(), validation.end(), true));
  if (held_out == 0 || held_out == validation.size()) {
    throw Error(ErrorKind::data,
                dataset.name +
                    ": expected a class with two different texts to set rows aside for validation, "
                    "found none (add rows, or give a validation file)");
  }
  Split split;
  split.validation.name = dataset.name;
  split.validation.labels = dataset.labels;
  split.train = std::move(dataset);
  std::vector<Example> rows = std::exchange(split.train.examples, {});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    (validation[i] ? split.validation : split.train).examples.push_back(std::move(rows[i]));
  }
  return split;
}

}  // namespace reprtune
