#include <reprtune/infer/class_probabilities.h>

#include "../model/error_of.h"

#include <cmath>
#include <limits>
#include <string>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

/// Logits are the first two elements of a vector, the second less one.
Model plain_model(double temperature) {
  Model model = Model::load(REPRTUNE_SOURCE_DIR "/tests/model/golden/mean_normalize", Precision::float32,
                            at::Device(at::kCPU));
  Head head{LabelSet({"a", "b"}), at::eye(2, model.hidden_size()), at::tensor({0.0F, -1.0F})};
  head.temperature = temperature;
  model.set_head(head);
  return model;
}

/// Two vectors [2, H] that begin with these elements.
std::vector<float> vectors_of(const Model& model, const std::vector<float>& first,
                              const std::vector<float>& second) {
  const auto H = static_cast<std::size_t>(model.hidden_size());
  std::vector<float> vectors(2 * H, 0.25F);
  std::copy(first.begin(), first.end(), vectors.begin());
  std::copy(second.begin(), second.end(), vectors.begin() + static_cast<std::ptrdiff_t>(H));
  return vectors;
}

TEST(ClassProbabilitiesTest, AreTheSoftmaxOfTheLogitsOverTheTemperature) {
  const Model model = plain_model(2);
  const auto vectors = vectors_of(model, {3, 1}, {0, 1});
  EXPECT_EQ(class_logits(model, vectors), (std::vector<float>{3, 0, 0, 0}));
  const auto p = class_probabilities(model, vectors);
  ASSERT_EQ(p.size(), 4u);
  EXPECT_NEAR(p[0], 1 / (1 + std::exp(-1.5)), 1e-6);
  EXPECT_NEAR(p[0] + p[1], 1, 1e-6);
  EXPECT_NEAR(p[2], 0.5, 1e-6);
}

TEST(ClassProbabilitiesTest, OfNoVectorsThereAreNone) {
  EXPECT_TRUE(class_probabilities(plain_model(1), {}).empty());
  EXPECT_TRUE(class_logits(plain_model(1), {}).empty());
}

TEST(ClassProbabilitiesTest, WhatIsNotANumberIsTheModelsFault) {
  EXPECT_NO_THROW(require_probabilities(std::vector<float>{0, 1}, 7));
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    const std::string message = error_of(ErrorKind::model, [&] {
      require_probabilities(std::vector<float>{0, bad}, 7);
    });
    EXPECT_TRUE(message.starts_with("row 7: ")) << message;
  }
}

}  // namespace
}  // namespace reprtune
