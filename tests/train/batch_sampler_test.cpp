#include <reprtune/io/random.h>
#include <reprtune/train/batch_sampler.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

using Rows = std::vector<std::size_t>;
using Batches = std::vector<Rows>;

std::size_t chunks_of(std::size_t rows) { return rows == 1 ? 1 : rows / 2; }

/// What the header promises, for one distribution of labels.
void check(const Rows& class_sizes, std::size_t batch_size, std::uint64_t seed) {
  Rows labels;
  for (std::size_t c = 0; c < class_sizes.size(); ++c) labels.insert(labels.end(), class_sizes[c], c);
  Random random(seed);
  random.shuffle(std::span(labels));
  const BatchSampler sampler(labels, class_sizes.size(), batch_size, seed);
  const Batches batches = sampler.epoch(seed % 5);
  ASSERT_EQ(batches.size(), sampler.batches_per_epoch());

  Rows seen;
  std::size_t largest = 0, smallest = labels.size();
  for (const Rows& batch : batches) {
    seen.insert(seen.end(), batch.begin(), batch.end());
    largest = std::max(largest, batch.size());
    smallest = std::min(smallest, batch.size());
  }
  std::sort(seen.begin(), seen.end());
  Rows all(labels.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  ASSERT_EQ(seen, all);
  // Chunks have one to three rows, and the batches the same number of them or one more.
  EXPECT_GE(smallest, 1u);
  EXPECT_LE(largest, 3 * batch_size / 2 + 3);

  std::size_t pairs = 0, chunks = 0, of_largest = 0;
  for (const std::size_t size : class_sizes) {
    if (size == 0) continue;
    pairs += size / 2;
    chunks += chunks_of(size);
    if (size == *std::max_element(class_sizes.begin(), class_sizes.end())) of_largest = chunks_of(size);
  }
  const bool pairs_suffice = pairs >= batches.size();
  const bool classes_suffice =
      chunks - of_largest >= batches.size() && (of_largest >= batches.size() || chunks >= 2 * batches.size());
  for (const Rows& batch : batches) {
    std::map<std::size_t, int> counts;
    for (const std::size_t row : batch) ++counts[labels[row]];
    const bool has_pair =
        std::any_of(counts.begin(), counts.end(), [](const auto& count) { return count.second > 1; });
    EXPECT_TRUE(has_pair || !pairs_suffice);
    EXPECT_TRUE(counts.size() > 1 || !classes_suffice);
  }
}

TEST(BatchSampler, KeepsItsPromisesForRandomDistributions) {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Random random(seed);
    Rows sizes(1 + random.below(seed % 3 == 0 ? 60 : 6));
    for (auto& size : sizes) size = random.below(seed % 2 == 0 ? 4 : 60);
    if (seed % 7 == 0) sizes[0] += 400;
    if (std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}) == 0) sizes[0] = 1;
    const std::size_t batch_size = 2 + random.below(40);
    SCOPED_TRACE("seed " + std::to_string(seed) + ", batches of " + std::to_string(batch_size));
    check(sizes, batch_size, seed);
    if (HasFailure()) return;
  }
}

TEST(BatchSampler, KeepsItsPromisesAtTheEdges) {
  check({2, 2}, 16, 1);
  check({2, 2}, 2, 1);
  check({1, 1}, 2, 1);
  check(Rows(500, 1), 16, 2);  // singles only
  check(Rows(300, 2), 32, 3);  // many classes
  check({5000, 2, 1}, 16, 4);  // a giant class
  check(Rows(9, 3), 2, 5);     // fewer triples than batches of two
  check({7}, 3, 6);
  check({0, 4, 0, 5}, 4, 7);
}

TEST(BatchSampler, IsAFunctionOfSeedAndEpoch) {
  Rows labels(100);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = i % 7;
  const BatchSampler sampler(labels, 7, 16, 1), same(labels, 7, 16, 1), other(labels, 7, 16, 2);
  EXPECT_EQ(sampler.epoch(3), same.epoch(3));
  EXPECT_EQ(sampler.epoch(3), sampler.epoch(3));
  EXPECT_NE(sampler.epoch(3), sampler.epoch(4));
  EXPECT_NE(sampler.epoch(3), other.epoch(3));
}

TEST(BatchSampler, PartnersChangeFromEpochToEpoch) {
  const Rows labels(40, 0);
  const BatchSampler sampler(labels, 1, 2, 1);
  std::set<Rows> pairs;
  for (std::uint64_t epoch = 0; epoch < 10; ++epoch) {
    for (Rows pair : sampler.epoch(epoch)) {
      std::sort(pair.begin(), pair.end());
      pairs.insert(pair);
    }
  }
  EXPECT_GT(pairs.size(), 150u);  // of 200 drawn from 780 possible ones
}

}  // namespace
}  // namespace reprtune
