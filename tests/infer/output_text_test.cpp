#include <reprtune/infer/output_text.h>

#include <charconv>
#include <limits>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

std::string csv_field(std::string_view field) {
  return std::string(OutputText().add_csv_field(field).view());
}

std::string json_string(std::string_view text) {
  return std::string(OutputText().add_json_string(text).view());
}

TEST(OutputText, QuotesCsvFieldsWhereTheyMustBe) {
  EXPECT_EQ(csv_field(""), "");
  EXPECT_EQ(csv_field("where is my card"), "where is my card");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"no\""), "\"say \"\"no\"\"\"");
  EXPECT_EQ(csv_field("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(csv_field(" kept "), "\" kept \"");
}

TEST(OutputText, JsonStringsReadBack) {
  for (const std::string text :
       {"", "plain", "\"quoted\" \\ back", "tab\tline\n", "\x01\x1f", "größe 你好 \U0001F600"})
    EXPECT_EQ(nlohmann::json::parse(json_string(text)).get<std::string>(), text);
  EXPECT_EQ(nlohmann::json::parse(json_string("a\xff"
                                              "b"))
                .get<std::string>(),
            "a\uFFFDb");
}

TEST(OutputText, NumbersAreTheShortestThatReadBack) {
  using Limits = std::numeric_limits<float>;
  EXPECT_EQ(OutputText().add_number(0.1f).view(), "0.1");
  for (const float value : {0.1f, 1.0f / 3, -2.5e-7f, Limits::max(), Limits::denorm_min(), 16777216.0f}) {
    OutputText out;
    const std::string_view text = out.add_number(value).view();
    float read = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
    EXPECT_EQ(end, text.data() + text.size()) << text;
    EXPECT_EQ(read, value) << text;
  }
}

TEST(OutputText, ProbabilitiesHaveSixDigits) {
  EXPECT_EQ(OutputText().add_probability(1.0f / 3).view(), "0.333333");
  EXPECT_EQ(OutputText().add_probability(1).view(), "1");
  EXPECT_EQ(OutputText().add_probability(0).view(), "0");
}

TEST(OutputText, IsBuiltInOrderAndCleared) {
  OutputText out;
  out.add("row").add(',').add_integer(-12).add('\n');
  EXPECT_EQ(out.view(), "row,-12\n");
  out.clear();
  EXPECT_EQ(out.view(), "");
}

}  // namespace
}  // namespace reprtune
