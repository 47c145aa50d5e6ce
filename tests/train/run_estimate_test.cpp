#include <reprtune/train/run_estimate.h>

#include "toy_data.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

std::size_t tokens_of(const Dataset& data) {
  const Model model = toy_model();
  std::size_t tokens = 0;
  Encoding encoding;
  for (const Example& example : data.examples) {
    model.tokenizer().encode(example.text, 32, Truncation::end, encoding);
    tokens += encoding.ids.size();
  }
  return tokens;
}

RunEstimate estimate(const FinetuneOptions& options, const Split& rows,
                     const std::optional<RoundPlan>& plan = std::nullopt,
                     const std::vector<FurtherModel>& further = {}) {
  Model model = toy_model();
  model.set_max_length(*options.max_length);
  return estimate_run(model, rows, plan, options, further);
}

TEST(RunEstimate, CountsWhatARunGoesThrough) {
  const Split rows{toy_data(), toy_data()};
  const std::size_t tokens = tokens_of(rows.train);
  const RunEstimate one = estimate(toy_options(3), rows);
  EXPECT_EQ(one.training_tokens, 3 * tokens);
  // The training rows before and after, the validation rows before, after each epoch, and at the end.
  EXPECT_EQ(one.embedded_tokens, 2 * tokens + 5 * tokens);
  EXPECT_GT(one.training_tokens_per_second, 0);
  EXPECT_GT(one.embedded_tokens_per_second, 0);
  EXPECT_DOUBLE_EQ(one.training_seconds,
                   static_cast<double>(one.training_tokens) / one.training_tokens_per_second);
  EXPECT_DOUBLE_EQ(one.seconds, one.training_seconds + one.embedding_seconds + one.fitting_seconds);
  EXPECT_EQ(run_estimate_json(one)["seconds"], one.seconds);
}

TEST(RunEstimate, KnowsRounds) {
  const Split split{toy_data(), toy_data()};
  const std::size_t tokens = tokens_of(split.train);
  // A round on the training rows, and one on these and the validation rows.
  EXPECT_EQ(estimate(toy_options(2), split, RoundPlan::of_split(split)).training_tokens, 2 * 3 * tokens);
  const Split all{toy_data(), toy_data().without_rows()};
  // Two rounds on half of the rows, and one on all.
  EXPECT_EQ(estimate(toy_options(2), all, RoundPlan::of_folds(all.train, 2, 1)).training_tokens,
            2 * 2 * tokens);
  // With the head alone every row is embedded once, however many rounds there are.
  FinetuneOptions head = toy_options(2);
  head.head_only = true;
  EXPECT_EQ(estimate(head, all, RoundPlan::of_folds(all.train, 2, 1)).embedded_tokens, tokens);
}

TEST(RunEstimate, KnowsFurtherModels) {
  const Split rows{toy_data(), toy_data()};
  const std::size_t tokens = tokens_of(rows.train), half = rows.train.examples.size() / 2;
  const RunEstimate both = estimate(toy_options(3), rows, std::nullopt, {{half, 4}});
  EXPECT_EQ(both.training_tokens, 3 * tokens + 4 * tokens / 2);
  EXPECT_EQ(both.embedded_tokens, 2 * tokens + 5 * tokens + 2 * tokens / 2 + 6 * tokens);
  EXPECT_NEAR(both.seconds, both.training_seconds + both.embedding_seconds + both.fitting_seconds, 1e-9);
  FinetuneOptions options = toy_options(10'000);
  options.time_limit.seconds = 0.5;
  EXPECT_GT(estimate(options, rows, std::nullopt, {{half, 4}}).seconds, 0.5);  // they come on top
  options.head_only = true;
  EXPECT_EQ(estimate(options, rows, std::nullopt, {{half, 4}}).training_tokens, 0U);
}

TEST(RunEstimate, KnowsWhatEndsARunEarlier) {
  const Split rows{toy_data(), toy_data()};
  FinetuneOptions options = toy_options(10'000);
  options.time_limit.seconds = 0.5;
  EXPECT_EQ(estimate(options, rows).seconds, 0.5);
  options.time_limit.seconds = 0;
  options.head_only = true;
  EXPECT_EQ(estimate(options, rows).training_tokens, 0U);
  EXPECT_EQ(estimate(options, rows).embedded_tokens, 2 * tokens_of(rows.train));
  EXPECT_LT(estimate(options, rows).seconds, 10);
}

}  // namespace
}  // namespace reprtune
