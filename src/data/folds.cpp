#include <reprtune/data/folds.h>
#include <reprtune/io/error.h>
#include <reprtune/io/random.h>

#include "text_groups.h"

#include <algorithm>
#include <string>
#include <tuple>

namespace reprtune {
namespace {

/// The class that most rows of this text have; the first of several.
std::size_t main_class(const TextGroup& group, const Dataset& dataset) {
  const auto rows_of = [&](std::size_t label) {
    return std::ranges::count_if(
        group.rows, [&](std::size_t row) { return dataset.examples[row].labels.contains(label); });
  };
  return *std::ranges::max_element(group.classes,
                                   [&](std::size_t a, std::size_t b) { return rows_of(a) < rows_of(b); });
}

/// Gives each text to the fold that has the fewest rows of its class, then the fewest of all.
class Dealer {
 public:
  explicit Dealer(std::size_t folds) : sizes_(folds, 0), of_class_(folds, 0) {}

  void begin_class() { std::ranges::fill(of_class_, 0); }

  std::size_t deal(const TextGroup& group) {
    std::size_t best = 0;
    for (std::size_t fold = 1; fold < sizes_.size(); ++fold) {
      if (std::tie(of_class_[fold], sizes_[fold]) < std::tie(of_class_[best], sizes_[best])) best = fold;
    }
    of_class_[best] += group.rows.size();
    sizes_[best] += group.rows.size();
    return best;
  }

 private:
  std::vector<std::size_t> sizes_, of_class_;  // [folds] rows
};

/// Whether the rows outside of every fold have two classes.
bool leaves_two_classes(const Dataset& dataset, std::span<const std::size_t> folds, std::size_t count) {
  std::vector<std::vector<std::size_t>> inside(count, std::vector<std::size_t>(dataset.labels.size(), 0));
  for (std::size_t row = 0; row < folds.size(); ++row)
    ++inside[folds[row]][dataset.examples[row].labels.only()];
  const std::vector<std::size_t> all = dataset.class_counts();
  return std::ranges::all_of(inside, [&](const std::vector<std::size_t>& rows) {
    std::size_t classes = 0;
    for (std::size_t c = 0; c < all.size(); ++c) classes += all[c] > rows[c] ? 1 : 0;
    return classes >= 2;
  });
}

}  // namespace

std::vector<std::size_t> stratified_folds(const Dataset& dataset, std::size_t count, std::uint64_t seed) {
  if (count < 2) throw Error(ErrorKind::usage, "folds: expected at least 2, found " + std::to_string(count));
  const std::vector<TextGroup> groups = group_by_text(dataset);
  if (groups.size() < count) {
    throw Error(ErrorKind::data, dataset.name + ": expected at least as many different texts as folds (" +
                                     std::to_string(count) + "), found " + std::to_string(groups.size()));
  }
  std::vector<std::vector<const TextGroup*>> of_class(dataset.labels.size());
  for (const TextGroup& group : groups) of_class[main_class(group, dataset)].push_back(&group);
  std::vector<std::size_t> folds(dataset.examples.size());
  Dealer dealer(count);
  Random random(seed);
  for (auto& texts : of_class) {
    dealer.begin_class();
    random.shuffle(std::span(texts));
    std::ranges::stable_sort(  // what is dealt last evens out
        texts, [](const TextGroup* a, const TextGroup* b) { return a->rows.size() > b->rows.size(); });
    for (const TextGroup* group : texts) {
      const std::size_t fold = dealer.deal(*group);
      for (const std::size_t row : group->rows) folds[row] = fold;
    }
  }
  if (!leaves_two_classes(dataset, folds, count)) {
    throw Error(ErrorKind::data, dataset.name +
                                     ": expected two classes with two different texts each, so that "
                                     "something is left to learn from without one fold, found fewer");
  }
  return folds;
}

Split hold_out(const Dataset& dataset, std::span<const std::size_t> folds, std::size_t fold) {
  Split split;
  split.train = split.validation = dataset.without_rows();
  for (std::size_t row = 0; row < folds.size(); ++row)
    (folds[row] == fold ? split.validation : split.train).examples.push_back(dataset.examples[row]);
  return split;
}

}  // namespace reprtune
