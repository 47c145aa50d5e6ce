#include <reprtune/data/data_check.h>
#include <reprtune/io/error.h>

#include "check_rows.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

std::optional<DataWarning> warning(const DataCheck& check, const std::string& code) {
  for (const DataWarning& w : check.warnings) {
    if (w.code == code) return w;
  }
  return std::nullopt;
}

TEST(DataCheckTest, AGoodFileHasNoWarnings) {
  const Dataset train = dataset_of(plain_rows(250, {"no", "yes"}));
  const DataCheck check = check_data(train, nullptr, {}, 128);
  EXPECT_EQ(check.rows, 500u);
  ASSERT_EQ(check.classes.size(), 2u);
  EXPECT_EQ(check.classes[1].label, "yes");
  EXPECT_EQ(check.classes[1].rows, 250u);
  EXPECT_TRUE(check.warnings.empty()) << check.warnings[0].message;
  EXPECT_EQ(check.validation_overlap, std::nullopt);
}

TEST(DataCheckTest, CountsDuplicatesAndContradictions) {
  const Dataset train = dataset_of(
      {{"aaa", "x"}, {"aaa", "x"}, {"aaa", "y"}, {"bbb", "y"}, {"aaa", "x"}, {"bbb", "z"}, {"aaa", "z"}});
  const DataCheck check = check_data(train, nullptr, {}, 128);
  EXPECT_EQ(check.duplicates, 2u);
  EXPECT_EQ(check.contradictions, 2u);
  EXPECT_EQ(warning(check, "duplicates")->line, 3u);
  EXPECT_EQ(warning(check, "contradictions")->line, 4u);
  EXPECT_EQ(warning(check, "contradictions")->message, "2 texts occur under different labels");
}

TEST(DataCheckTest, CountsValidationRowsThatAreInTrain) {
  const Dataset train = dataset_of({{"aaa", "x"}, {"bbb", "y"}});
  Dataset validation = dataset_of({{"ccc", "x"}, {"aaa", "y"}, {"aaa", "x"}});
  validation.name = "validation.csv";
  const DataCheck check = check_data(train, &validation, {}, 128);
  EXPECT_EQ(check.validation_overlap, 2u);
  EXPECT_EQ(warning(check, "validation_overlap")->line, 3u);
}

TEST(DataCheckTest, MeasuresLengths) {
  const Dataset train = dataset_of(plain_rows(10, {"x", "y"}));
  std::vector<std::size_t> counts(20);
  for (std::size_t i = 0; i < 20; ++i) counts[i] = 20 - i;  // 20, 19, ..., 1
  const DataCheck check = check_data(train, nullptr, {.counts = counts}, 18);
  EXPECT_EQ(check.tokens_p50, 10u);
  EXPECT_EQ(check.tokens_p95, 19u);
  EXPECT_EQ(check.tokens_max, 20u);
  EXPECT_EQ(check.truncated, 2u);
  EXPECT_EQ(warning(check, "truncated")->line, 2u);
  counts.pop_back();
  EXPECT_THROW(check_data(train, nullptr, {.counts = counts}, 18), Error);
}

TEST(DataCheckTest, GivesTheAdviceOfTheField) {
  EXPECT_NE(warning(check_data(dataset_of(plain_rows(100, {"x", "y"})), nullptr, {}, 128), "few_rows")
                ->message.find("200 rows"),
            std::string::npos);
  EXPECT_TRUE(warning(check_data(dataset_of(plain_rows(249, {"x", "y"})), nullptr, {}, 128), "few_rows"));
  EXPECT_TRUE(warning(check_data(dataset_of(plain_rows(9, {"x"})), nullptr, {}, 128), "one_class"));

  auto rows = plain_rows(41, {"big"});
  for (const auto& row : plain_rows(4, {"small", "smaller"})) rows.push_back(row);
  rows.emplace_back("the only one", "tiny");
  const DataCheck check = check_data(dataset_of(rows), nullptr, {}, 128);
  EXPECT_EQ(warning(check, "class_with_one_row")->message,
            "1 class: 'tiny' has a single row, which leaves none for validation");
  EXPECT_EQ(warning(check, "class_with_one_row")->line, 51u);
  EXPECT_EQ(warning(check, "rare_class")->message, "2 classes: 'small' (and 1 other) have fewer than 5 rows");
  EXPECT_EQ(warning(check, "imbalance")->message,
            "'big' has 41 rows, 'tiny' 1: more than 10 to 1 (--class-weights balanced may help)");
  EXPECT_FALSE(warning(check_data(dataset_of(plain_rows(10, {"x", "y"})), nullptr, {}, 128), "imbalance"));
}

TEST(DataCheckTest, FindsAColumnThatHasNoLabels) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (int i = 0; i < 100; ++i) rows.emplace_back("text", "id " + std::to_string(i));
  EXPECT_EQ(warning(check_data(dataset_of(rows), nullptr, {}, 128), "many_classes")->message,
            "100 classes for 100 rows: is this the column of the labels? (--label-column names it)");
  rows.pop_back();
  EXPECT_FALSE(warning(check_data(dataset_of(rows), nullptr, {}, 128), "many_classes"));
  for (int i = 0; i < 99; ++i) rows.emplace_back("more", "id " + std::to_string(i));
  rows.emplace_back("text", "more");
  rows.emplace_back("text", "more");  // 100 classes with two rows each
  EXPECT_FALSE(warning(check_data(dataset_of(rows), nullptr, {}, 128), "many_classes"));
}

TEST(DataCheckTest, FindsSimilarLabels) {
  const DataCheck check = check_data(
      dataset_of({{"aaa", "Spam"}, {"bbb", "ham"}, {"ccc", "spam"}, {"ddd", "spam "}}), nullptr, {}, 128);
  EXPECT_EQ(warning(check, "similar_labels")->message,
            "2 labels differ from another only by case or white space: 'Spam' and 'spam'");
}

TEST(DataCheckTest, FindsAHeaderThatNobodyKnows) {
  Dataset train =
      dataset_of({{"email_body", "squad"}, {"a parcel", "post"}, {"a card", "bank"}, {"a box", "post"}});
  train.columns = {.count = 2, .first = {"email_body", "squad"}, .looks_like_header = true};
  EXPECT_EQ(warning(check_data(train, nullptr, {}, 128), "header_row")->message,
            "the first row (email_body, squad) looks like a header, and is read as a row (--header yes reads "
            "it as one)");
  train.columns->looks_like_header = false;
  EXPECT_FALSE(warning(check_data(train, nullptr, {}, 128), "header_row"));
  Dataset rows = dataset_of({{"parcel", "post"}, {"card", "bank"}, {"box", "post"}});
  rows.columns = {.count = 2, .first = {"parcel", "post"}, .looks_like_header = true};
  EXPECT_FALSE(warning(check_data(rows, nullptr, {}, 128), "header_row")) << "its label is one of others";
}

TEST(DataCheckTest, FindsLabelsThatAreLists) {
  const auto lists = [](const std::vector<std::string>& labels) {
    return warning(check_data(dataset_of(plain_rows(4, labels)), nullptr, {}, 128), "label_lists");
  };
  const auto found = lists({"sport", "news", "news|sport", "sport|health", "health | news"});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->message,
            "3 labels look like lists, as 'health | news' (--label-separator '|' reads them so)");
  EXPECT_TRUE(lists({"a;b", "b;c", "c;a"}));
  EXPECT_FALSE(lists({"Paris, France", "Rome, Italy", "Berlin, Germany", "Madrid, Spain"}));
  EXPECT_FALSE(lists({"a|b", "a", "b", "c", "d"})) << "a single one";
}

TEST(DataCheckTest, FindsLeftovers) {
  const Dataset train = dataset_of({{"see www.example.org", "x"},
                                    {"<b>bold</b>", "x"},
                                    {"bell \x07", "y"},
                                    {"caf\xC3\x83\xC2\xA9", "y"},
                                    {"lost \xEF\xBF\xBD", "y"},
                                    {"é!", "y"},
                                    {"tab\tand\nline", "y"}});
  const DataCheck check = check_data(train, nullptr, {}, 128);
  EXPECT_EQ(warning(check, "urls")->line, 2u);
  EXPECT_EQ(warning(check, "html")->line, 3u);
  EXPECT_EQ(warning(check, "control_characters")->line, 4u);
  EXPECT_EQ(warning(check, "control_characters")->message,
            "1 text contains control characters (--clean symbols removes them)");
  EXPECT_EQ(warning(check, "mojibake")->message, "2 texts look as if they had been read in a wrong encoding");
  EXPECT_EQ(warning(check, "short_texts")->line, 7u);
}

TEST(DataCheckTest, CountsLabelsAndRowsWithoutOne) {
  Dataset dataset = dataset_of(plain_rows(3, {"x", "y"}));
  EXPECT_FALSE(check_data(dataset, nullptr, {}, 128).unlabelled);
  dataset.problem = ProblemType::multi_label;
  dataset.examples[0].labels = RowLabels({0, 1});
  dataset.examples[1].labels = RowLabels();
  dataset.examples.push_back(dataset.examples[0]);
  dataset.examples.push_back({dataset.examples[0].text, RowLabels(0), 9});
  const DataCheck check = check_data(dataset, nullptr, {}, 128);
  EXPECT_EQ(check.classes[0].rows, 4u);
  EXPECT_EQ(check.classes[1].rows, 5u);
  EXPECT_EQ(check.unlabelled, 1u);
  EXPECT_EQ(check.duplicates, 1u);
  EXPECT_EQ(check.contradictions, 1u);
}

}  // namespace
}  // namespace reprtune
