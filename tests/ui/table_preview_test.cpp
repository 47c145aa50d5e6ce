#include <reprtune/io/error.h>
#include <reprtune/ui/table_preview.h>

#include "temporary_folder.h"

#include <nlohmann/json.hpp>

namespace reprtune::ui {
namespace {

class TablePreviewTest : public testing::Test {
 protected:
  nlohmann::ordered_json preview(const std::string& name, const std::string& content,
                                 const InputOptions& options = {}) const {
    place_.write(name, content);
    return table_preview(place_.path() / name, options, 2, 10);
  }

  TemporaryFolder place_;
};

TEST_F(TablePreviewTest, ShowsTheFirstRows) {
  const auto json = preview("a.csv", "id,text,label\n1,\"Where, now\",x\n2,a text that is long,y\n3,b,z\n");
  EXPECT_EQ(
      json.dump(),
      R"({"header":true,"names":["id","text","label"],"rows":[["1","Where, now","x"],["2","a text th…","y"]],)"
      R"("text":1,"label":2,"can_choose":true,"problem":""})");
  const auto plain = preview("b.tsv", "a\tx\nb\ty\n");
  EXPECT_EQ(plain["header"], false);
  EXPECT_EQ(plain["rows"].dump(), R"([["a","x"],["b","y"]])");
}

TEST_F(TablePreviewTest, GoesByTheOptions) {
  const std::string rows = "x;first\ny;second\n";
  InputOptions options;
  options.delimiter = ';';
  options.text_column = "2";
  options.label_column = "1";
  const auto json = preview("a.csv", rows, options);
  EXPECT_EQ(json["text"], 1);
  EXPECT_EQ(json["label"], 0);
  options.text_column = "7";
  const auto wrong = preview("a.csv", rows, options);
  EXPECT_EQ(wrong["text"], nullptr);
  EXPECT_NE(wrong["problem"], "");
  EXPECT_EQ(wrong["rows"].size(), 2U);
}

TEST_F(TablePreviewTest, ReadsJsonLines) {
  const auto json = preview("a.jsonl", "{\"text\":\"a\",\"label\":[\"x\",\"y\"]}\n");
  EXPECT_EQ(json["rows"].dump(), R"([["a","x, y"]])");
  EXPECT_EQ(json["can_choose"], false);
}

TEST_F(TablePreviewTest, MakesTextsSafeToShow) {
  EXPECT_EQ(preview("a.csv", "\x1b[31mred,x\n")["rows"][0][0], "\xEF\xBF\xBD[31mred");
}

TEST_F(TablePreviewTest, RefusesWhatIsNoTable) {
  EXPECT_THROW(preview("a.csv", ""), Error);
  EXPECT_THROW(preview("a.csv", std::string("\xff\xfe"
                                            "a\0",
                                            4)),
               Error);
}

}  // namespace
}  // namespace reprtune::ui
