#include <reprtune/io/error.h>
#include <reprtune/io/json_file.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace reprtune {
namespace {

class JsonFileTest : public testing::Test {
 protected:
  ~JsonFileTest() override { std::filesystem::remove(file_); }

  /// What the error says of a file with this content, without its name.
  std::string refusal(const std::string& content) const {
    std::ofstream(file_, std::ios::binary) << content;
    try {
      const nlohmann::json copy = read_json_file(file_, ErrorKind::model);
      return copy.dump();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::model);
      const std::string text = error.what(), name = file_.string() + ": ";
      EXPECT_TRUE(text.starts_with(name)) << text;
      return text.substr(name.size());
    }
  }

  const std::filesystem::path file_ =
      std::filesystem::temp_directory_path() / ("reprtune-json-" + std::to_string(getpid()));
};

std::string nested(int levels) {
  const auto count = static_cast<std::size_t>(levels);
  return std::string(count, '[') + std::string(count, ']');
}

TEST_F(JsonFileTest, SaysWhatIsWrong) {
  EXPECT_EQ(refusal("[1,"), "not valid JSON at byte 4");
  EXPECT_EQ(refusal("[1e999]"), "has a number that is too large");
  EXPECT_EQ(refusal("[" + nested(1'000'000) + "]"), "nested deeper than 64 levels");
  EXPECT_EQ(refusal(nested(64)), nested(64));
}

TEST_F(JsonFileTest, DepthIsOfBracketsOutsideStrings) {
  EXPECT_FALSE(is_nested_deeper(R"({"[[[[": "[[\"[[", "b": [1], "c": [2]})", 2));
  EXPECT_FALSE(is_nested_deeper(R"(["\\", [1]])", 2));
  EXPECT_TRUE(is_nested_deeper(R"(["\\", [[1]]])", 2));
  EXPECT_FALSE(is_nested_deeper("", 0));
}

}  // namespace
}  // namespace reprtune
