#include <reprtune/io/random.h>
#include <reprtune/train/batch_sampler.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <numeric>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

using Rows = std::vector<std::size_t>;
using Batches = std::vector<Rows>;

/// Labels with so many rows of each class, in random order.
Rows labels_of(const Rows& class_sizes, std::uint64_t seed) {
  Rows labels;
  for (std::size_t c = 0; c < class_sizes.size(); ++c) labels.insert(labels.end(), class_sizes[c], c);
  Random random(seed);
  random.shuffle(std::span(labels));
  return labels;
}

struct Counts {
  std::size_t with_pair = 0, with_contrast = 0;
};

Counts count(const Batches& batches, const Rows& labels) {
  Counts counts;
  for (const Rows& batch : batches) {
    std::map<std::size_t, int> rows_of;
    for (const std::size_t row : batch) ++rows_of[labels[row]];
    const bool pair = std::ranges::any_of(rows_of, [](const auto& entry) { return entry.second > 1; });
    counts.with_pair += pair ? 1 : 0;
    counts.with_contrast += pair && rows_of.size() > 1 ? 1 : 0;
  }
  return counts;
}

/// What the header promises, for one distribution of labels; returns whether every batch has contrast.
bool check(const Rows& class_sizes, std::size_t batch_size, std::uint64_t seed) {
  const Rows labels = labels_of(class_sizes, seed);
  const BatchSampler sampler(labels, class_sizes.size(), batch_size, seed);
  const Batches batches = sampler.epoch(seed % 5);
  EXPECT_EQ(batches.size(), (labels.size() + batch_size - 1) / batch_size);
  EXPECT_EQ(batches.size(), sampler.batches_per_epoch());

  Rows seen, sizes;
  for (const Rows& batch : batches) {
    seen.insert(seen.end(), batch.begin(), batch.end());
    sizes.push_back(batch.size());
  }
  std::sort(seen.begin(), seen.end());
  Rows all(labels.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  EXPECT_EQ(seen, all);  // so no class vanishes
  const auto [smallest, largest] = std::minmax_element(sizes.begin(), sizes.end());
  EXPECT_LE(*largest, *smallest + 1);

  std::size_t pairs = 0;
  for (const std::size_t size : class_sizes) pairs += size / 2;
  const bool contrast = labels.size() >= 3 * batches.size() && pairs >= batches.size() &&
                        labels.size() - std::ranges::max(class_sizes) >= batches.size();
  EXPECT_EQ(sampler.has_contrast(), contrast);
  const Counts counts = count(batches, labels);
  const auto roomy =
      static_cast<std::size_t>(std::ranges::count_if(sizes, [](std::size_t size) { return size > 1; }));
  EXPECT_GE(counts.with_pair, std::min(pairs, roomy));
  EXPECT_TRUE(!contrast || counts.with_contrast == batches.size());
  return counts.with_contrast == batches.size();
}

TEST(BatchSampler, KeepsItsPromisesForRandomDistributions) {
  for (std::uint64_t seed = 0; seed < 6000; ++seed) {
    Random random(seed);
    Rows sizes(1 + random.below(seed % 3 == 0 ? 60 : 6));
    for (auto& size : sizes) size = random.below(seed % 2 == 0 ? 4 : 60);
    if (seed % 7 == 0) sizes[0] += 400;
    if (std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}) == 0) sizes[0] = 1;
    const std::size_t batch_size = 2 + random.below(seed % 5 == 0 ? 4 : 40);
    SCOPED_TRACE("seed " + std::to_string(seed) + ", batches of " + std::to_string(batch_size));
    check(sizes, batch_size, seed);
    if (HasFailure()) return;
  }
}

/// Whether rows of these classes can be put into batches of these sizes, from `batch` on, so that all have
/// contrast: by trying everything.
bool possible(Rows& left, const Rows& sizes, std::size_t batch);

bool possible(Rows& left, const Rows& sizes, std::size_t batch, std::size_t c, Rows& taken) {
  const std::size_t used = std::accumulate(taken.begin(), taken.end(), std::size_t{0});
  if (c == left.size()) {
    const bool pair = std::ranges::any_of(taken, [](std::size_t n) { return n > 1; });
    const auto classes = std::ranges::count_if(taken, [](std::size_t n) { return n > 0; });
    return used == sizes[batch] && pair && classes > 1 && possible(left, sizes, batch + 1);
  }
  const std::size_t most = std::min(left[c], sizes[batch] - used);
  bool found = false;
  for (std::size_t n = 0; n <= most && !found; ++n) {
    taken[c] = n;
    left[c] -= n;
    found = possible(left, sizes, batch, c + 1, taken);
    left[c] += n;
  }
  taken[c] = 0;
  return found;
}

bool possible(Rows& left, const Rows& sizes, std::size_t batch) {
  if (batch == sizes.size()) return true;
  Rows taken(left.size(), 0);
  return possible(left, sizes, batch, 0, taken);
}

TEST(BatchSampler, EveryBatchHasContrastExactlyWhenThatIsPossible) {
  int cases = 0, can = 0;
  for (std::size_t a = 0; a <= 9; ++a) {
    for (std::size_t b = 0; b <= std::min<std::size_t>(a, 7); ++b) {
      for (std::size_t c = 0; c <= std::min<std::size_t>(b, 4); ++c) {
        for (std::size_t d = 0; d <= std::min<std::size_t>(c, 1); ++d) {
          Rows class_sizes = {a, b, c, d};
          const std::size_t rows = a + b + c + d;
          for (std::size_t batch_size = 2; batch_size <= rows; ++batch_size) {
            const std::size_t batches = (rows + batch_size - 1) / batch_size;
            Rows sizes(batches, rows / batches);
            for (std::size_t i = 0; i < rows % batches; ++i) ++sizes[i];
            SCOPED_TRACE(::testing::PrintToString(class_sizes) + ", batches of " +
                         std::to_string(batch_size));
            const bool expected = possible(class_sizes, sizes, 0);
            for (const std::uint64_t seed : {1, 2, 3})
              EXPECT_EQ(check(class_sizes, batch_size, seed), expected);
            if (HasFailure()) return;
            ++cases;
            can += expected ? 1 : 0;
          }
        }
      }
    }
  }
  EXPECT_GT(can, 500);
  EXPECT_GT(cases - can, 500);
}

TEST(BatchSampler, KeepsItsPromisesAtTheEdges) {
  EXPECT_TRUE(check({2, 2}, 16, 1));  // one batch of four
  EXPECT_FALSE(check({2, 2}, 2, 1));
  EXPECT_FALSE(check({1, 1}, 2, 1));
  EXPECT_FALSE(check({7}, 3, 6));               // one class
  EXPECT_FALSE(check(Rows(500, 1), 16, 2));     // singles only
  EXPECT_FALSE(check({5000, 2, 1}, 16, 4));     // a giant class, and too few others
  EXPECT_TRUE(check({5000, 334}, 16, 4));       // just enough: one for each batch
  EXPECT_FALSE(check({5000, 333}, 16, 4));      // one too few
  EXPECT_TRUE(check(Rows(300, 2), 32, 3));      // many classes
  EXPECT_TRUE(check(Rows(10'000, 2), 32, 8));   // ten thousand classes
  EXPECT_FALSE(check(Rows(10'000, 1), 32, 9));  // of one row each
  EXPECT_TRUE(check(Rows(10'000, 7), 4, 10));
  EXPECT_TRUE(check({6, 6}, 3, 11));  // both classes give pairs, both give opponents
  EXPECT_TRUE(check({0, 4, 0, 5}, 4, 7));
  EXPECT_FALSE(check({1}, 2, 1));
}

TEST(BatchSampler, NearlyEveryRowHasAPartner) {
  for (const Rows& sizes : {Rows(77, 130), Rows(2000, 2), Rows(500, 5), Rows{3000, 500, 60}}) {
    const Rows labels = labels_of(sizes, 1);
    std::size_t alone = 0;
    for (const Rows& batch : BatchSampler(labels, sizes.size(), 32, 1).epoch(1)) {
      std::map<std::size_t, int> rows_of;
      for (const std::size_t row : batch) ++rows_of[labels[row]];
      alone += static_cast<std::size_t>(
          std::ranges::count_if(rows_of, [](const auto& entry) { return entry.second == 1; }));
    }
    EXPECT_LE(alone, labels.size() / 16) << sizes.size();
  }
}

/// A line of /proc/self/status in bytes.
std::size_t status_bytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name + ":")) return std::stoul(line.substr(name.size() + 1)) * 1024;
  return 0;
}

TEST(BatchSampler, MemoryGrowsWithTheRowsAlone) {
  std::ofstream clear("/proc/self/clear_refs");
  if (!(clear << "5" << std::flush)) GTEST_SKIP() << "the peak of the memory cannot be reset here";
  for (const std::size_t classes : {std::size_t{2}, std::size_t{10'000}, std::size_t{400'000}}) {
    constexpr std::size_t kRows = 800'000;
    const Rows labels = labels_of(Rows(classes, kRows / classes), 1);
    clear << "5" << std::flush;
    const std::size_t before = status_bytes("VmRSS");
    const BatchSampler sampler(labels, classes, 32, 1);
    EXPECT_EQ(sampler.epoch(1).size(), kRows / 32);
    EXPECT_LT(status_bytes("VmHWM") - before, kRows * 250) << classes << " classes";
  }
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

/// Rows with so many labels each, of a distribution that has common and rare ones.
std::vector<RowLabels> random_sets(std::size_t rows, std::size_t classes, Random& random) {
  std::vector<RowLabels> sets;
  const std::uint64_t most = 1 + random.below(4);
  for (std::size_t row = 0; row < rows; ++row) {
    std::set<std::size_t> labels;
    for (std::uint64_t i = random.below(most + 1); i > 0; --i) {
      const auto a = random.below(classes), b = random.below(classes);
      labels.insert(std::min(a, b));  // low ones are common
    }
    sets.emplace_back(Rows(labels.begin(), labels.end()));
  }
  return sets;
}

bool overlap(const RowLabels& a, const RowLabels& b) {
  return std::ranges::any_of(a, [&](std::size_t label) { return b.contains(label); });
}

TEST(BatchSampler, RowsMayHaveAnyNumberOfLabels) {
  std::size_t with_contrast = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Random random(seed);
    const std::size_t classes = 1 + random.below(seed % 3 == 0 ? 200 : 8);
    const std::vector<RowLabels> sets = random_sets(1 + random.below(300), classes, random);
    const std::size_t batch_size = 2 + random.below(seed % 5 == 0 ? 4 : 40);
    SCOPED_TRACE("seed " + std::to_string(seed) + ", batches of " + std::to_string(batch_size));
    const BatchSampler sampler(sets, classes, batch_size, seed);
    const Batches batches = sampler.epoch(seed % 5);
    Rows seen;
    for (const Rows& batch : batches) seen.insert(seen.end(), batch.begin(), batch.end());
    std::sort(seen.begin(), seen.end());
    Rows all(sets.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    ASSERT_EQ(seen, all);  // every row once, those without a label too, so no label vanishes
    ASSERT_EQ(batches.size(), sampler.batches_per_epoch());
    ASSERT_EQ(batches, BatchSampler(sets, classes, batch_size, seed).epoch(seed % 5));
    if (!sampler.has_contrast()) continue;
    ++with_contrast;
    for (const Rows& batch : batches) {
      bool pair = false, opponents = false;
      for (std::size_t i = 0; i < batch.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
          const RowLabels &a = sets[batch[i]], &b = sets[batch[j]];
          pair = pair || overlap(a, b);
          opponents = opponents || a != b;
        }
      }
      ASSERT_TRUE(pair && opponents);
    }
  }
  EXPECT_GT(with_contrast, 1000u);
}

TEST(BatchSampler, SetsOfOneLabelAreDealtAsClassesAre) {
  const Rows labels = labels_of({20, 7, 3, 1}, 1);
  const std::vector<RowLabels> sets(labels.begin(), labels.end());
  EXPECT_EQ(BatchSampler(sets, 4, 8, 3).epoch(2), BatchSampler(labels, 4, 8, 3).epoch(2));
}

TEST(BatchSampler, RowsOfARareLabelMeetWhateverElseTheyHave) {
  std::vector<RowLabels> sets(1000, RowLabels(0));
  for (const std::size_t row : {100u, 900u}) sets[row] = RowLabels({0, 1});
  std::size_t met = 0;
  for (std::uint64_t epoch = 0; epoch < 20; ++epoch) {
    for (const Rows& batch : BatchSampler(sets, 2, 16, 1).epoch(epoch))
      met +=
          std::ranges::count_if(batch, [&](std::size_t row) { return sets[row].size() == 2; }) == 2 ? 1 : 0;
  }
  EXPECT_GT(met, 10u);  // by chance they would meet once in 63 epochs
}

}  // namespace
}  // namespace reprtune
