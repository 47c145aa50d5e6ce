#include <reprtune/eval/label_thresholds.h>

#include <algorithm>
#include <cassert>
#include <cmath>

namespace reprtune {
namespace {

/// Whether a row has a label, and how probable that is.
struct Decision {
  double log_odds = 0;
  bool has = false;
};

double log_odds_of(float probability) {
  const double p = std::clamp(static_cast<double>(probability), 1e-6, 1 - 1e-6);
  return std::log(p / (1 - p));
}

/// The log-odds from which on answering yes has the best F1; of equally good ones that nearest to `wished`.
/// It lies in the middle between two decisions.
double best_cut(std::vector<Decision> decisions, double wished) {
  std::sort(decisions.begin(), decisions.end(),
            [](const Decision& a, const Decision& b) { return a.log_odds > b.log_odds; });
  const auto support = static_cast<double>(
      std::count_if(decisions.begin(), decisions.end(), [](const Decision& d) { return d.has; }));
  double best_f1 = -1, best = wished, hits = 0;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    hits += decisions[i].has ? 1 : 0;
    const bool last = i + 1 == decisions.size();
    const double here = decisions[i].log_odds, next = last ? here - 1 : decisions[i + 1].log_odds;
    if (here == next) continue;  // yes to both, or to neither
    const double f1 = 2 * hits / (support + static_cast<double>(i + 1)), cut = (here + next) / 2;
    if (f1 < best_f1 || (f1 == best_f1 && std::abs(cut - wished) >= std::abs(best - wished))) continue;
    best_f1 = f1;
    best = cut;
  }
  return best;
}

}  // namespace

std::vector<float> fit_label_thresholds(std::span<const RowLabels> truth,
                                        std::span<const float> probabilities, std::size_t classes) {
  assert(probabilities.size() == truth.size() * classes);
  std::vector<std::vector<Decision>> of_label(classes);
  std::vector<Decision> all;
  for (std::size_t row = 0; row < truth.size(); ++row) {
    for (std::size_t c = 0; c < classes; ++c) {
      of_label[c].push_back({log_odds_of(probabilities[row * classes + c]), truth[row].contains(c)});
      all.push_back(of_label[c].back());
    }
  }
  const std::vector<std::size_t> support = count_labels(truth, classes);
  const bool any = std::any_of(support.begin(), support.end(), [](std::size_t count) { return count > 0; });
  const double common = any ? best_cut(std::move(all), 0) : 0;
  std::vector<float> thresholds;
  for (std::size_t c = 0; c < classes; ++c) {
    const auto rows = static_cast<double>(support[c]);
    const double own = support[c] > 0 ? best_cut(std::move(of_label[c]), common) : common;
    const double drawn = (rows * own + kCommonRows * common) / (rows + kCommonRows);
    thresholds.push_back(static_cast<float>(1 / (1 + std::exp(-drawn))));
  }
  return thresholds;
}

}  // namespace reprtune
