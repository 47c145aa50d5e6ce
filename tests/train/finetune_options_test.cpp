#include <reprtune/train/finetune_options.h>

#include "../model/error_of.h"

#include <functional>
#include <limits>
#include <set>
#include <string>
#include <tuple>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

EncoderConfig encoder_of(std::int64_t hidden, std::int64_t layers = 6) {
  EncoderConfig config;
  config.layers = layers;
  config.hidden_size = hidden;
  return config;
}

TEST(FinetuneOptions, DefaultsAreValid) {
  EXPECT_NO_THROW(validate_options({}));
  EXPECT_NO_THROW(validate_options(choose_options({}, 1000, 5, encoder_of(384), 256)));
}

TEST(FinetuneOptions, ValuesOutOfRangeAreNamedWithTheirOption) {
  const double nan = std::numeric_limits<double>::quiet_NaN(),
               infinity = std::numeric_limits<double>::infinity();
  using Change = std::function<void(FinetuneOptions&)>;
  const std::vector<std::tuple<std::string, std::string, Change>> changes = {
      {"--epochs", "0", [](auto& o) { o.epochs = 0; }},
      {"--epochs", "10001", [](auto& o) { o.epochs = 10'001; }},
      {"--batch-size", "1", [](auto& o) { o.batch_size = 1; }},
      {"--learning-rate", "0", [](auto& o) { o.learning_rate = 0; }},
      {"--learning-rate", "-1e-04", [](auto& o) { o.learning_rate = -1e-4; }},
      {"--learning-rate", "nan", [&](auto& o) { o.learning_rate = nan; }},
      {"--learning-rate", "1.5", [](auto& o) { o.learning_rate = 1.5; }},
      {"--max-length", "2", [](auto& o) { o.max_length = 2; }},
      {"--contrastive-weight", "1.01", [](auto& o) { o.contrastive_weight = 1.01; }},
      {"--contrastive-weight", "-0.01", [](auto& o) { o.contrastive_weight = -0.01; }},
      {"--contrastive-temperature", "0", [](auto& o) { o.contrastive_temperature = 0; }},
      {"--contrastive-temperature", "inf", [&](auto& o) { o.contrastive_temperature = infinity; }},
      {"--head-learning-rate-factor", "-1", [](auto& o) { o.head_learning_rate_factor = -1; }},
      {"--layer-decay", "1.1", [](auto& o) { o.layer_decay = 1.1; }},
      {"--label-smoothing", "1", [](auto& o) { o.label_smoothing = 1; }},
      {"--dropout", "-0.1", [](auto& o) { o.dropout = -0.1; }},
      {"--dropout", "1", [](auto& o) { o.dropout = 1; }},
      {"--token-dropout", "-0.1", [](auto& o) { o.token_dropout = -0.1; }},
      {"--token-dropout", "1", [](auto& o) { o.token_dropout = 1; }},
      {"--adversarial-epsilon", "-0.1", [](auto& o) { o.adversarial_epsilon = -0.1; }},
      {"--weight-decay", "-0.1", [](auto& o) { o.weight_decay = -0.1; }},
      {"--warmup", "1.1", [](auto& o) { o.warmup = 1.1; }},
      {"--max-gradient-norm", "-1", [](auto& o) { o.max_gradient_norm = -1; }},
      {"--focal-gamma", "-0.5", [](auto& o) { o.focal_gamma = -0.5; }},
      {"--focal-gamma", "nan", [&](auto& o) { o.focal_gamma = nan; }},
      {"--patience", "-1", [](auto& o) { o.patience = -1; }},
      {"--time-limit", "-1", [](auto& o) { o.time_limit.seconds = -1; }},
      {"--threads", "0", [](auto& o) { o.threads = 0; }},
  };
  for (const auto& [name, found, change] : changes) {
    FinetuneOptions options;
    change(options);
    const std::string message = error_of(ErrorKind::usage, [&] { validate_options(options); });
    EXPECT_TRUE(message.starts_with(name + ": expected ")) << message;
    EXPECT_TRUE(message.ends_with(", found " + found)) << message;
  }
}

TEST(FinetuneOptions, ChoicesFollowDataAndBaseModel) {
  const auto small = choose_options({}, 100, 5, encoder_of(384), 256);
  EXPECT_EQ(small.epochs, 10);
  EXPECT_EQ(small.batch_size, 16);
  EXPECT_DOUBLE_EQ(*small.learning_rate, 2e-4);
  EXPECT_DOUBLE_EQ(*small.layer_decay, 0.79);
  EXPECT_DOUBLE_EQ(*choose_options({}, 100, 5, encoder_of(768, 12), 256).layer_decay, 0.89);
  EXPECT_EQ(small.label_smoothing, 0.1);
  EXPECT_EQ(choose_options({}, 100, 2, encoder_of(384), 256).label_smoothing, 0.0);
  EXPECT_EQ(small.contrastive_weight, 0.5);
  EXPECT_EQ(choose_options({}, 100, 2, encoder_of(384), 256).contrastive_weight, 0.5);
  EXPECT_EQ(choose_options({}, 1'000, 5, encoder_of(384), 256).contrastive_weight, 0.1);
  EXPECT_EQ(small.contrastive_loss, ContrastiveLoss::cosine);
  EXPECT_EQ(choose_options({}, 100, 2, encoder_of(384), 256).contrastive_loss, ContrastiveLoss::supcon);
  EXPECT_EQ(choose_options({}, 1'000, 5, encoder_of(384), 256).contrastive_loss, ContrastiveLoss::supcon);
  EXPECT_EQ(small.dropout, 0);
  EXPECT_EQ(choose_options({}, 299, 5, encoder_of(384), 256).dropout, 0);
  EXPECT_EQ(choose_options({}, 300, 5, encoder_of(384), 256).dropout, 0.1);
  EncoderConfig other = encoder_of(384);
  other.dropout = 0.2;
  EXPECT_EQ(choose_options({}, 300, 5, other, 256).dropout, 0.2);
  EXPECT_EQ(small.refit_head, true);
  EXPECT_EQ(choose_options({}, 1'000, 5, encoder_of(384), 256).refit_head, false);
  EXPECT_EQ(small.adversarial_epsilon, 0);
  EXPECT_EQ(choose_options({}, 3'999, 5, encoder_of(384), 256).adversarial_epsilon, 0);
  EXPECT_EQ(choose_options({}, 4'000, 5, encoder_of(384), 256).adversarial_epsilon, 0.2);
  EXPECT_EQ(choose_options({}, 4'000, 40, encoder_of(384), 256).adversarial_epsilon, 0.2);
  EXPECT_EQ(choose_options({}, 4'000, 41, encoder_of(384), 256).adversarial_epsilon, 0);
  EXPECT_EQ(choose_options({}, 19'999, 5, encoder_of(384), 256).adversarial_epsilon, 0.2);
  EXPECT_EQ(choose_options({}, 20'000, 5, encoder_of(384), 256).adversarial_epsilon, 0);
  EXPECT_EQ(small.max_length, 256);
  const auto large = choose_options({}, 100'000, 5, encoder_of(768), 512);
  EXPECT_EQ(large.epochs, 2);
  EXPECT_EQ(large.batch_size, 32);
  EXPECT_DOUBLE_EQ(*large.learning_rate, 5e-5);
  EXPECT_DOUBLE_EQ(*choose_options({}, 100, 5, encoder_of(1024), 512).learning_rate, 2.8e-5);
  EXPECT_EQ(choose_options({}, 0, 5, encoder_of(16), 32).epochs, 10);
  EXPECT_EQ(choose_options({}, 5'000, 5, encoder_of(384), 256).epochs, 4);
  EXPECT_DOUBLE_EQ(*choose_options({}, 100, 5, encoder_of(16), 32).learning_rate, 5e-4);
}

TEST(FinetuneOptions, WhereRowsHaveSeveralLabelsNoneIsSmoothed) {
  const auto chosen = choose_options({}, 100, 5, encoder_of(384), 256, ProblemType::multi_label);
  EXPECT_EQ(chosen.label_smoothing, 0.0);
  EXPECT_EQ(chosen.contrastive_weight, 0.1);
  EXPECT_EQ(chosen.contrastive_loss, ContrastiveLoss::supcon);
  EXPECT_EQ(chosen.epochs, 28);
  EXPECT_EQ(chosen.refit_head, false);
  EXPECT_EQ(chosen.dropout, 0.1);
  EXPECT_EQ(choose_options({}, 5'000, 5, encoder_of(384), 256, ProblemType::multi_label).adversarial_epsilon,
            0);
  EXPECT_NO_THROW(require_options_for(ProblemType::multi_label, chosen));
  FinetuneOptions smooth;
  smooth.label_smoothing = 0.1;
  EXPECT_NO_THROW(require_options_for(ProblemType::single_label, smooth));
  const std::string message =
      error_of(ErrorKind::usage, [&] { require_options_for(ProblemType::multi_label, smooth); });
  EXPECT_TRUE(message.starts_with("--label-smoothing: expected 0 ")) << message;
  FinetuneOptions cosine;
  cosine.contrastive_loss = ContrastiveLoss::cosine;
  EXPECT_NO_THROW(require_options_for(ProblemType::single_label, cosine));
  EXPECT_TRUE(error_of(ErrorKind::usage, [&] {
                require_options_for(ProblemType::multi_label, cosine);
              }).starts_with("--contrastive-loss: expected supcon "));
}

TEST(FinetuneOptions, WhatIsGivenStays) {
  FinetuneOptions given;
  given.epochs = 3;
  given.batch_size = 7;
  given.learning_rate = 0.123;
  given.layer_decay = 0.5;
  given.dropout = 0.05;
  given.label_smoothing = 0.3;
  given.adversarial_epsilon = 0.05;
  given.contrastive_weight = 0.2;
  given.contrastive_loss = ContrastiveLoss::supcon;
  given.max_length = 17;
  given.refit_head = false;
  const auto chosen = choose_options(given, 100, 5, encoder_of(384), 256);
  EXPECT_EQ(options_json(chosen), options_json(given));
}

TEST(FinetuneOptions, JsonHasEveryOptionByItsName) {
  const auto json = options_json({});
  std::set<std::string> names = {"threads"};
  FinetuneOptions options;
  visit_options(options, [&](const std::string& name, const std::string& description, auto&) {
    EXPECT_FALSE(description.empty());
    EXPECT_TRUE(names.insert(name).second) << name;
  });
  EXPECT_EQ(json.size(), names.size());
  for (const std::string& name : names) EXPECT_TRUE(json.contains(name)) << name;
  EXPECT_TRUE(json.at("epochs").is_null());
  EXPECT_EQ(json.at("class-weights"), "none");
  EXPECT_EQ(json.at("truncate"), "end");
  EXPECT_EQ(json.at("time-limit"), "none");
  options.class_weights = {ClassWeights::Rule::balanced, {}, {}};
  EXPECT_EQ(options_json(options).at("class-weights"), "balanced");
  options.class_weights = {ClassWeights::Rule::given, "weights.csv", {{"b", 2}, {"a", 0.5}}};
  EXPECT_EQ(options_json(options).at("class-weights").dump(), R"({"b":2.0,"a":0.5})");
}

}  // namespace
}  // namespace reprtune
