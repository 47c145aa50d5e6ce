#include <reprtune/data/split.h>
#include <reprtune/io/error.h>
#include <reprtune/io/random.h>

#include "text_groups.h"

#include <algorithm>
#include <cmath>
#include <numeric>
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
        multi_label_(dataset.problem == ProblemType::multi_label),
        candidates_(dataset.labels.size() + 1),
        class_rows_(candidates_.size(), 0),
        train_groups_(candidates_.size(), 0),
        validation_groups_(candidates_.size(), 0),
        validation_rows_(candidates_.size(), 0),
        share_(share),
        random_(seed) {
    for (Group& group : groups_) {
      for (const std::size_t label : group.classes) {
        ++train_groups_[label];
        // Where a row has one label, a text under several of them is a contradiction, which stays in train.
        if (multi_label_ || group.classes.size() == 1) candidates_[label].push_back(&group);
      }
    }
    for (const Example& example : dataset.examples)
      for (const std::size_t label : classes_of(example, dataset)) ++class_rows_[label];
  }

  /// For each example, whether it goes to validation.
  std::vector<bool> choose() {
    for (const std::size_t label : order()) choose_class(label);
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

  /// The rarest first where rows have several labels: those of a common label can be chosen among, and many
  /// of them come with the rare ones.
  std::vector<std::size_t> order() const {
    std::vector<std::size_t> order(class_rows_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto rarer = [&](std::size_t a, std::size_t b) { return class_rows_[a] < class_rows_[b]; };
    if (multi_label_) std::stable_sort(order.begin(), order.end(), rarer);
    return order;
  }

  std::size_t target(std::size_t label) const {
    const double wanted = std::round(share_ * static_cast<double>(class_rows_[label]));
    return std::max<std::size_t>(1, static_cast<std::size_t>(wanted));
  }

  /// Whether none of its classes would have more rows in validation than it is to have.
  bool fits(const Group& group) const {
    return std::all_of(group.classes.begin(), group.classes.end(),
                       [&](std::size_t c) { return validation_rows_[c] + group.rows.size() <= target(c); });
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
      validation_rows_[label] += group.rows.size();
    }
  }

  /// Takes candidates in random order, as long as they fit; if none fits (a text repeated very often, or
  /// labels that have enough), the smallest.
  void choose_class(std::size_t label) {
    std::vector<Group*>& groups = candidates_[label];
    random_.shuffle(std::span(groups));
    for (Group* group : groups)
      if (!group->validation && fits(*group) && can_spare(*group)) move_to_validation(*group);
    if (validation_groups_[label] > 0) return;
    std::erase_if(groups, [&](const Group* group) { return !can_spare(*group); });
    if (groups.empty()) return;
    const auto smaller = [](const Group* a, const Group* b) { return a->rows.size() < b->rows.size(); };
    move_to_validation(**std::min_element(groups.begin(), groups.end(), smaller));
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
  bool multi_label_;
  std::vector<std::vector<Group*>> candidates_;  // [C + 1], the last for rows without a label
  std::vector<std::size_t> class_rows_;          // [C + 1]
  std::vector<std::size_t> train_groups_;        // [C + 1]
  std::vector<std::size_t> validation_groups_;   // [C + 1]
  std::vector<std::size_t> validation_rows_;     // [C + 1]
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
  split.validation.problem = dataset.problem;
  split.train = std::move(dataset);
  std::vector<Example> rows = std::exchange(split.train.examples, {});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    (validation[i] ? split.validation : split.train).examples.push_back(std::move(rows[i]));
  }
  return split;
}

}  // namespace reprtune
