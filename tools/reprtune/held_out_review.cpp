#include "held_out_review.h"

#include <reprtune/eval/comparison.h>
#include <reprtune/train/tfidf_probe.h>

#include "command.h"

#include <nlohmann/json.hpp>

namespace reprtune::cli {

using Json = nlohmann::ordered_json;

Json compare_methods(const RoundPlan& plan, const HeldOut& held_out, std::uint64_t seed) {
  std::vector<std::size_t> tfidf;
  for (std::size_t round = 0; round < plan.size(); ++round) {
    const auto predictions = tfidf_predictions(plan.rows_of(round));
    tfidf.insert(tfidf.end(), predictions.begin(), predictions.end());
  }
  Json comparison = comparison_json(held_out.truth,
                                    {{"majority class", held_out.majority},
                                     {"TF-IDF, logistic regression", tfidf},
                                     {"linear probe", held_out.probe},
                                     {"finetuned", held_out.predictions()}},
                                    plan.class_count(), seed);
  log_info("comparison on the " + count_text(held_out.truth.size(), "held-out row") + ":");
  for (const std::string& line : comparison_lines(comparison)) log_info("  " + line);
  return comparison;
}

}  // namespace reprtune::cli
