#include <reprtune/data/data_check_report.h>

#include "check_rows.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

TEST(DataCheckReportTest, WritesTheJsonOfTheContract) {
  Dataset train = dataset_of({{"aaa", "0"}, {"bbb", "1"}});
  train.bad_row_count = 1;
  train.bad_rows = {{9, "empty text"}};
  const auto json =
      nlohmann::json(data_check_json(check_data(train, nullptr, RowTokens{.counts = {3, 5}}, 4)));
  EXPECT_EQ(json.size(), 11u);
  EXPECT_EQ(json["rows"], 2);
  EXPECT_EQ(json["bad_rows"], 1);
  EXPECT_TRUE(json["columns"].is_null());
  EXPECT_EQ(json["first_rows"][1], nlohmann::json::parse(R"({"text": "bbb", "label": "1"})"));
  EXPECT_EQ(json["classes"],
            nlohmann::json::parse(R"([{"label": "0", "rows": 1}, {"label": "1", "rows": 1}])"));
  EXPECT_EQ(json["tokens"], nlohmann::json::parse(R"({"p50": 3, "p95": 5, "max": 5})"));
  EXPECT_EQ(json["truncated"], 1);
  EXPECT_TRUE(json["validation_overlap"].is_null());
  EXPECT_EQ(json["warnings"][0]["code"], "bad_rows");
  EXPECT_EQ(json["warnings"][0]["message"], "1 bad row was skipped (empty text)");
  EXPECT_EQ(json["warnings"][0]["line"], 9);
  EXPECT_TRUE(json["warnings"][1]["line"].is_null());
}

TEST(DataCheckReportTest, DrawsATable) {
  auto rows = plain_rows(1500, {"large"});
  for (const auto& row : plain_rows(500, {"naïve"})) rows.push_back(row);
  const std::string text = data_check_text(check_data(dataset_of(rows), nullptr, {}, 128), 44);
  EXPECT_EQ(text,
            "train.csv: 2,000 rows, 2 classes\n"
            "\n"
            "  first rows          large: text large0\n"
            "                      large: text large1\n"
            "                      large: text large2\n"
            "\n"
            "  class      rows    share\n"
            "  large     1,500    75.0%  ████████████████\n"
            "  naïve       500    25.0%  █████▎\n"
            "\n"
            "  duplicates          0\n"
            "  contradictions      0\n"
            "  bad rows            0\n");
}

TEST(DataCheckReportTest, SaysWhatIsReadFromWhichColumn) {
  Dataset dataset = dataset_of(plain_rows(3, {"x", "y"}));
  dataset.columns = {
      .header = true, .text = 2, .label = 0, .count = 4, .first = {"team", "id", "mail", "day"}};
  const DataCheck check = check_data(dataset, nullptr, {}, 128);
  const std::string text = data_check_text(check, 80);
  for (const char* line :
       {"  text                column 3 'mail'\n", "  label               column 1 'team'\n",
        "  not used            2 columns\n", "  header              yes\n"})
    EXPECT_NE(text.find(line), std::string::npos) << text;
  EXPECT_EQ(
      data_check_json(check).at("columns").dump(),
      R"({"header":true,"count":4,"text":{"number":3,"name":"mail"},"label":{"number":1,"name":"team"}})");
  dataset.columns->header = false;
  EXPECT_NE(data_check_text(check_data(dataset, nullptr, {}, 128), 80)
                .find("  text                column 3\n  label               column 1\n  not used            "
                      "2 columns\n"
                      "  header              no: the first line is a row\n"),
            std::string::npos);
}

TEST(DataCheckReportTest, RowsWithoutALabelAreNamedOnlyWhereThereMayBeSome) {
  Dataset dataset = dataset_of(plain_rows(3, {"x", "y"}));
  EXPECT_FALSE(data_check_json(check_data(dataset, nullptr, {}, 128)).contains("unlabelled"));
  dataset.problem = ProblemType::multi_label;
  dataset.examples[0].labels = RowLabels();
  const DataCheck check = check_data(dataset, nullptr, {}, 128);
  EXPECT_EQ(data_check_json(check).at("unlabelled"), 1);
  EXPECT_NE(data_check_text(check, 80).find("without a label"), std::string::npos);
}

}  // namespace
}  // namespace reprtune
