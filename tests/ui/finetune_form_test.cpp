#include <reprtune/ui/finetune_form.h>

#include "../serve/refused.h"
#include "temporary_folder.h"

#include <nlohmann/json.hpp>

namespace reprtune::ui {
namespace {

using Words = std::vector<std::string>;
using Json = nlohmann::json;

class FinetuneFormTest : public testing::Test {
 protected:
  void SetUp() override {
    place_.write("a.csv", "text,label\n");
    place_.write("base/config.json", "{}");
    place_.write("tuned/config.json", "{}");
    place_.write("tuned/reprtune.json", "{}");
    folder_.emplace(place_.path());
    form_.emplace(*folder_, settings_);
  }
  std::string refused(const Json& form) const {
    return serve::refusal([&] { form_->finetune_arguments(form); });
  }

  TemporaryFolder place_;
  std::optional<WorkFolder> folder_;
  nlohmann::ordered_json settings_ = {{{"name", "epochs"}, {"group", "Options"}},
                                      {{"name", "head-only"}, {"group", "Options"}},
                                      {{"name", "class-weights"}, {"group", "Options"}},
                                      {{"name", "delimiter"}, {"group", "Input"}},
                                      {{"name", "text-column"}, {"group", "Input"}}};
  std::optional<FinetuneForm> form_;
  const Json good_ = {{"train", "a.csv"}, {"model", "m"}, {"base", "base"}};
};

TEST_F(FinetuneFormTest, BecomesACommand) {
  Json form = good_;
  EXPECT_EQ(form_->finetune_arguments(form), (Words{"finetune", "a.csv", "-o", "m", "--base=base"}));
  form["settings"] = {{"epochs", 3},
                      {"head-only", true},
                      {"delimiter", "\t"},
                      {"text-column", "-x"},
                      {"class-weights", nullptr}};
  EXPECT_EQ(form_->finetune_arguments(form),
            (Words{"finetune", "a.csv", "-o", "m", "--base=base", "--delimiter=\\t", "--epochs=3",
                   "--head-only", "--text-column=-x"}));
  EXPECT_EQ(form_->check_arguments(form),
            (Words{"check", "a.csv", "--format=json", "--base=base", "--delimiter=\\t", "--text-column=-x"}));
  form.erase("base");
  form["init-from"] = "tuned";
  EXPECT_EQ(form_->finetune_arguments(form)[4], "--init-from=tuned");
  EXPECT_EQ(form_->check_arguments(form)[3], "--base=tuned");
}

TEST_F(FinetuneFormTest, RefusesWhatItDoesNotKnow) {
  const auto with = [this](const char* key, const Json& value) {
    Json form = good_;
    form[key] = value;
    return refused(form);
  };
  EXPECT_EQ(refused(good_), "nothing");
  for (const char* key : {"train", "model", "base"})
    for (const Json& value : {Json(), Json(""), Json(7), Json("../x"), Json("/etc/x.csv")})
      EXPECT_NE(with(key, value), "nothing") << key << " " << value;
  EXPECT_NE(with("base", "tuned"), "nothing");
  EXPECT_NE(with("init-from", "base"), "nothing");
  EXPECT_EQ(with("settings", {{"config", "x"}}), "there is no setting 'config'");
  EXPECT_NE(with("settings", {{"epochs", {1}}}), "nothing");
  EXPECT_NE(with("settings", {{"epochs", "1\n2"}}), "nothing");
  EXPECT_NE(with("settings", {{"class-weights", "/etc/passwd"}}), "nothing");
  EXPECT_EQ(with("settings", {{"class-weights", "balanced"}}), "nothing");
  EXPECT_EQ(with("settings", {{"class-weights", "a.csv"}}), "nothing");
}

TEST_F(FinetuneFormTest, OffersBaseModels) {
  const auto bases = form_->bases();
  EXPECT_EQ(bases[0]["name"], "small");
  EXPECT_EQ(bases[bases.size() - 2].dump(), R"({"name":"base","hub_id":null,"here":true,"has_head":false})");
  EXPECT_EQ(bases.back().dump(), R"({"name":"tuned","hub_id":null,"here":true,"has_head":true})");
}

}  // namespace
}  // namespace reprtune::ui
