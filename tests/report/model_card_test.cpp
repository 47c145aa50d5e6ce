#include <reprtune/report/model_card.h>

#include "example_run.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

std::string front_matter(const std::string& card) { return card.substr(0, card.find("\n---\n", 4)); }

TEST(ModelCard, HasTheFrontMatterOfTheHub) {
  const std::string card = render_model_card(example_run(3), "");
  EXPECT_EQ(card.rfind("---\nlibrary_name: sentence-transformers\npipeline_tag: ", 0), 0u);
  EXPECT_NE(front_matter(card).find("- type: accuracy\n      value: 0.7500\n"), std::string::npos);
}

TEST(ModelCard, ShowsDataAndScores) {
  const std::string card = render_model_card(example_run(3), "");
  EXPECT_NE(card.find("1,234 rows (train.csv) in 3 classes; 321 other rows for validation."),
            std::string::npos)
      << card;
  EXPECT_NE(card.find("| class2 | 30 |"), std::string::npos);
  EXPECT_NE(card.find("| this model | 0.7500 | 0.6250 |"), std::string::npos);
  EXPECT_NE(card.find("| linear probe on the base model | 0.6000 | 0.5500 |"), std::string::npos);
  EXPECT_NE(card.find("expected calibration error 0.0345"), std::string::npos);
  EXPECT_NE(card.find("SentenceTransformer(\"MODEL\")"), std::string::npos);
}

TEST(ModelCard, NamesTheBaseByItsPlaceOnTheHub) {
  auto run = example_run(2);
  run["base_model"] = "small";
  const std::string card = render_model_card(run, "org/base");
  EXPECT_NE(front_matter(card).find("\nbase_model: \"org/base\"\n"), std::string::npos);
  EXPECT_NE(card.find("finetuned from org/base with reprtune"), std::string::npos) << card;
  EXPECT_EQ(render_model_card(run, "").find("base_model:"), std::string::npos);
}

TEST(ModelCard, SaysNothingOfWhereFilesAre) {
  auto run = example_run(2);
  run["model"] = "/home/user/secret/my-model/";
  run["base_model"] = "../secret/base//";
  run["init_from"] = "secret/earlier";
  run["data"]["train"]["name"] = "/home/user/secret/train.csv";
  run["data"]["validation"]["name"] = "secret/validation.csv";
  const std::string card = render_model_card(run, "");
  EXPECT_EQ(card.find("secret"), std::string::npos) << card;
  EXPECT_NE(card.find("\n# my-model\n"), std::string::npos) << card;
  EXPECT_NE(card.find("finetuned from base, going on from the finetuned model earlier,"), std::string::npos);
  EXPECT_NE(card.find("rows (train.csv)"), std::string::npos);
  EXPECT_NE(front_matter(card).find("name: \"validation.csv\""), std::string::npos);
}

TEST(ModelCard, KeepsHostileStringsHarmless) {
  const std::string card = render_model_card(example_run(2, "\n---\nlicense: x\n| a | `b` <script>"), "");
  EXPECT_EQ(card.find("\nlicense: x"), std::string::npos);
  EXPECT_EQ(card.find("<script>", front_matter(card).size()), std::string::npos);
  EXPECT_NE(card.find("\\| a \\| \\`b\\` &lt;script&gt;"), std::string::npos);
  EXPECT_NE(front_matter(card).find("- name: \"my-model --- license: x | a"), std::string::npos);
}

TEST(ModelCard, WritesWhatIsKnown) {
  const std::string card = render_model_card(nlohmann::ordered_json::object(), "");
  EXPECT_EQ(card.find("## Training data"), std::string::npos);
  EXPECT_NE(card.find("## Use"), std::string::npos);
}

TEST(ModelCard, SaysHowSeveralLabelsAreGiven) {
  const std::string card = render_model_card(example_run_of_label_sets(), ""),
                    one = render_model_card(example_run(3), "");
  EXPECT_NE(card.find("in 3 classes, any number of them per row; 321"), std::string::npos);
  EXPECT_NE(card.find("Micro-F1 0.7460, samples-F1 0.7870, Hamming loss 0.0625"), std::string::npos);
  EXPECT_NE(card.find("1 / (1 + np.exp(-logits))"), std::string::npos);
  EXPECT_EQ(card.find("argmax"), std::string::npos);
  EXPECT_EQ(card.find("softmax"), std::string::npos);
  EXPECT_NE(one.find("argmax"), std::string::npos);
  EXPECT_EQ(one.find("Hamming"), std::string::npos);
}

}  // namespace
}  // namespace reprtune
