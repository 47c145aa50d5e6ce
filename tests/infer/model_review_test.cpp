#include <reprtune/infer/model_review.h>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

/// A model of two classes whose head answers the second one whatever the text is.
Model stubborn_model() {
  Model model = Model::load(REPRTUNE_SOURCE_DIR "/tests/model/golden/mean_normalize", Precision::float32,
                            at::Device(at::kCPU));
  model.set_head(
      {LabelSet({"parcel", "account"}), at::zeros({2, model.hidden_size()}), at::tensor({0.0F, 3.0F})});
  return model;
}

Dataset rows() {
  Dataset data;
  data.name = "new.csv";
  data.labels = LabelSet({"account", "greeting", "parcel"});
  data.examples = {{"my password", 0, 2}, {"hello", 1, 3}, {"my parcel", 2, 4}, {"hello", 1, 5}};
  return data;
}

TEST(ModelReview, LabelsAreThoseOfTheModel) {
  const ModelReview review = review_with_model(stubborn_model(), rows(), {});
  ASSERT_EQ(review.unknown_labels.size(), 1u);
  EXPECT_EQ(review.unknown_labels[0].label, "greeting");
  EXPECT_EQ(review.unknown_labels[0].rows, 2u);
  ASSERT_EQ(review.known.examples.size(), 2u);
  EXPECT_EQ(review.known.examples[1].labels, RowLabels(0));  // "parcel", as the model numbers it
  ASSERT_EQ(review.labels.issues.size(), 1u);
  EXPECT_EQ(review.labels.issues[0].row, 1u);
  EXPECT_TRUE(review.unusual.empty());

  const auto json = model_review_json(review, rows());
  EXPECT_EQ(json["labels"]["issues"]["first"][0]["line"], 4);
  EXPECT_EQ(json["labels"]["issues"]["first"][0]["suggested"], "account");
  const std::string text = model_review_text(review, rows());
  EXPECT_NE(text.find("line 4: 'parcel', the model says 'account' (0.95): \"my parcel\""), std::string::npos)
      << text;
}

TEST(ModelReview, WhatIsFartherThanAllHeldOutRowsIsUnusual) {
  Model model = stubborn_model();
  const std::int64_t H = model.hidden_size();
  const at::Tensor near = at::eye(H), centroid = at::zeros({1, H});
  model.set_novelty({near, centroid, at::full({3}, 2.0F)});  // vectors have length 1: nearer than all
  EXPECT_TRUE(review_with_model(model, rows(), {}).unusual.empty());
  model.set_novelty({near, centroid, at::full({3}, 0.5F)});
  const ModelReview review = review_with_model(model, rows(), {});
  ASSERT_EQ(review.unusual.size(), 4u);
  EXPECT_EQ(review.unusual[0].novelty, 0.75F);
}

}  // namespace
}  // namespace reprtune
