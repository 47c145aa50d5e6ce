#include <reprtune/io/random.h>
#include <reprtune/train/batch_sampler.h>

#include <algorithm>

namespace reprtune {
namespace {

using Chunk = std::vector<std::size_t>;

/// Pairs, with one triple somewhere if the number is odd; a single row alone.
std::vector<Chunk> pair_up(std::vector<std::size_t> rows, Random& random) {
  random.shuffle(std::span(rows));
  std::vector<Chunk> chunks;
  for (std::size_t i = 0; i + 1 < rows.size(); i += 2) chunks.push_back({rows[i], rows[i + 1]});
  if (chunks.empty()) return {{rows.front()}};
  if (rows.size() % 2 != 0) chunks.back().push_back(rows.back());
  random.shuffle(std::span(chunks));
  return chunks;
}

}  // namespace

BatchSampler::BatchSampler(std::span<const std::size_t> labels, std::size_t classes, std::size_t batch_size,
                           std::uint64_t seed)
    : rows_of_class_(classes), batches_((labels.size() + batch_size - 1) / batch_size), seed_(seed) {
  for (std::size_t row = 0; row < labels.size(); ++row) rows_of_class_.at(labels[row]).push_back(row);
  std::erase_if(rows_of_class_, [](const auto& rows) { return rows.empty(); });
  std::size_t chunks = 0;
  for (const auto& rows : rows_of_class_) chunks += std::max<std::size_t>(rows.size() / 2, 1);
  batches_ = std::min(batches_, chunks);  // triples in batches of two: fewer chunks than batches
}

std::vector<std::vector<std::size_t>> BatchSampler::epoch(std::uint64_t epoch) const {
  Random random(Random(seed_).next() + epoch);
  std::vector<const std::vector<std::size_t>*> classes;
  for (const auto& rows : rows_of_class_) classes.push_back(&rows);
  random.shuffle(std::span(classes));
  const auto largest = std::max_element(classes.begin(), classes.end(),
                                        [](const auto* a, const auto* b) { return a->size() < b->size(); });
  if (largest != classes.end()) std::iter_swap(classes.begin(), largest);
  std::stable_partition(classes.begin(), classes.end(), [](const auto* rows) { return rows->size() > 1; });

  std::vector<std::vector<std::size_t>> batches(batches_);
  std::size_t dealt = 0;
  for (const auto* rows : classes) {
    for (const Chunk& chunk : pair_up(*rows, random)) {
      auto& batch = batches[dealt++ % batches_];
      batch.insert(batch.end(), chunk.begin(), chunk.end());
    }
  }
  random.shuffle(std::span(batches));
  return batches;
}

}  // namespace reprtune
