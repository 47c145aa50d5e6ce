#include <reprtune/train/class_sample.h>

#include <algorithm>
#include <map>
#include <numeric>

namespace reprtune {
namespace {

/// Which row of its class each row is, from 0. // [B]
std::vector<std::size_t> ranks_in_class(std::span<const std::size_t> classes) {
  std::map<std::size_t, std::size_t> seen;
  std::vector<std::size_t> ranks;
  for (const std::size_t label : classes) ranks.push_back(seen[label]++);
  return ranks;
}

}  // namespace

std::vector<std::size_t> first_of_each_class(std::span<const std::size_t> classes, std::size_t share) {
  const std::vector<std::size_t> ranks = ranks_in_class(classes);
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < ranks.size(); ++i)
    if (ranks[i] < share) rows.push_back(i);
  return rows;
}

std::vector<std::size_t> even_rows(std::span<const std::size_t> classes, std::size_t count) {
  const std::vector<std::size_t> ranks = ranks_in_class(classes);
  std::vector<std::size_t> rows(classes.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  std::ranges::stable_sort(rows, {}, [&](std::size_t row) { return ranks[row]; });
  rows.resize(std::min(count, rows.size()));
  std::ranges::sort(rows);
  return rows;
}

}  // namespace reprtune
