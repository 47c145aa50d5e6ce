#include <reprtune/train/class_weights.h>

#include <algorithm>
#include <numeric>

namespace reprtune {

const std::vector<std::string>& class_weights_names() {
  static const std::vector<std::string> names = {"none", "balanced"};
  return names;
}

std::vector<double> class_weights(const ClassWeights& weights, const LabelSet& labels,
                                  const std::vector<std::size_t>& rows_of_class) {
  if (weights.rule == ClassWeights::Rule::none) return {};
  std::vector<double> result(labels.size(), 0);
  if (weights.rule == ClassWeights::Rule::given) {
    for (const auto& [label, weight] : weights.given) result[labels.find(label).value()] = weight;
    return result;
  }
  const auto rows = std::accumulate(rows_of_class.begin(), rows_of_class.end(), std::size_t{0});
  const auto present = std::ranges::count_if(rows_of_class, [](std::size_t count) { return count > 0; });
  for (std::size_t c = 0; c < result.size(); ++c) {
    if (rows_of_class[c] > 0)
      result[c] =
          static_cast<double>(rows) / (static_cast<double>(present) * static_cast<double>(rows_of_class[c]));
  }
  return result;
}

}  // namespace reprtune
