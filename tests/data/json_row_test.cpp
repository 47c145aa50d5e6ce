#include <reprtune/data/json_row.h>

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

using Labels = std::vector<std::string>;

JsonRow read(std::string_view line) { return parse_json_row(line, "text", "label"); }

TEST(JsonRowTest, ReadsTextAndLabelWhereverTheyStand) {
  const JsonRow row = read(R"({"id": {"text": "no"}, "label": "a", "tags": ["b"], "text": "caf\u00e9"})");
  EXPECT_EQ(row.problem, "");
  EXPECT_EQ(row.text, "caf\u00e9");
  EXPECT_EQ(row.labels, Labels{"a"});
  EXPECT_FALSE(row.listed);
  EXPECT_EQ(parse_json_row(R"({"q": "x", "y": "z"})", "q", "y").text, "x");
}

TEST(JsonRowTest, LabelsKeepTheirSpelling) {
  EXPECT_EQ(read(R"({"label": 7})").labels, Labels{"7"});
  EXPECT_EQ(read(R"({"label": -1})").labels, Labels{"-1"});
  EXPECT_EQ(read(R"({"label": 123456789012345678901234567890})").labels,
            Labels{"123456789012345678901234567890"});
  EXPECT_EQ(read(R"({"label": 0})").labels, Labels{"0"});
  EXPECT_EQ(read(R"({"label": -0})").labels, Labels{"-0"});
  EXPECT_EQ(read(R"({"label": true})").labels, Labels{"true"});
  EXPECT_EQ(read(R"({"label": "007"})").labels, Labels{"007"});
}

TEST(JsonRowTest, AListMayHaveAnyNumberOfLabels) {
  const JsonRow row = read(R"({"text": "t", "label": ["a", 2, false]})");
  EXPECT_EQ(row.labels, (Labels{"a", "2", "false"}));
  EXPECT_TRUE(row.listed);
  EXPECT_EQ(read(R"({"label": []})").labels, Labels{});
  EXPECT_TRUE(read(R"({"label": []})").listed);
}

TEST(JsonRowTest, WhatIsAbsentIsAbsent) {
  EXPECT_EQ(read("{}").text, std::nullopt);
  EXPECT_EQ(read("{}").labels, std::nullopt);
  EXPECT_EQ(read("{}").problem, "");
}

TEST(JsonRowTest, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {R"(["a"])",
       "expected a JSON object, found a list (one object per line: jq -c '.[]' IN.json > OUT.jsonl)"},
      {R"("a")", "expected a JSON object, found a string"},
      {R"({"text": 1})", "expected a string under \"text\", found a number"},
      {R"({"text": null})", "expected a string under \"text\", found null"},
      {R"({"label": 1.5})",
       "expected a string or an integer under \"label\", found a number with a fraction"},
      {R"({"label": {}})", "expected a string or an integer under \"label\", found an object"},
      {R"({"label": [["a"]]})", "expected strings or integers in the list under \"label\", found a list"},
      {R"({"text": "a", "text": "b"})", "the key \"text\" occurs twice"},
      {"{\"text\": \"\xFF\"}", "not valid UTF-8 at column 11"},
  };
  for (const auto& [line, problem] : cases) EXPECT_EQ(read(line).problem, problem) << line;
  EXPECT_TRUE(read(R"({"text": )").problem.starts_with("not valid JSON at column "))
      << read(R"({"text": )").problem;
}

}  // namespace
}  // namespace reprtune
