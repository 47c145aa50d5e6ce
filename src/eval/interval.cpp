#include <reprtune/eval/interval.h>
#include <reprtune/io/random.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

namespace reprtune {
namespace {

constexpr std::size_t kDraws = 1'000;
constexpr double kNormalQuantile = 1.959964;  // 97.5 %

/// Rows of a class that are true, predicted, both.
struct Counts {
  std::size_t truth = 0, predicted = 0, right = 0;
};

double macro_f1(std::span<const Counts> counts) {
  double sum = 0;
  std::size_t present = 0;
  for (const Counts& of_class : counts) {
    if (of_class.truth + of_class.predicted == 0) continue;
    sum += 2 * static_cast<double>(of_class.right) / static_cast<double>(of_class.truth + of_class.predicted);
    ++present;
  }
  return sum / static_cast<double>(present);
}

}  // namespace

Interval wilson_interval(std::size_t right, std::size_t rows) {
  assert(rows > 0 && right <= rows);
  const auto n = static_cast<double>(rows);
  const double share = static_cast<double>(right) / n, z = kNormalQuantile;
  const double middle = (share + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  return {right == 0 ? 0 : middle - half, right == rows ? 1 : middle + half};  // exact at the ends
}

Interval bootstrap_macro_f1(std::span<const std::size_t> truth, std::span<const std::size_t> predicted,
                            std::size_t classes, std::uint64_t seed) {
  assert(!truth.empty() && truth.size() == predicted.size());
  Random random(seed);
  std::vector<double> scores;
  std::vector<Counts> counts(classes);
  for (std::size_t draw = 0; draw < kDraws; ++draw) {
    std::ranges::fill(counts, Counts{});
    for (std::size_t i = 0; i < truth.size(); ++i) {
      const std::size_t row = random.below(truth.size());
      ++counts[truth[row]].truth;
      ++counts[predicted[row]].predicted;
      if (truth[row] == predicted[row]) ++counts[truth[row]].right;
    }
    scores.push_back(macro_f1(counts));
  }
  std::ranges::sort(scores);
  return {scores[kDraws / 40], scores[kDraws - 1 - kDraws / 40]};
}

}  // namespace reprtune
