#include <reprtune/report/shell_words.h>

#include <cstdio>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(ShellWords, QuotesWhatAShellWouldTakeApart) {
  EXPECT_EQ(shell_line({"reprtune", "finetune", "a.csv", "--epochs=4"}),
            "reprtune finetune a.csv --epochs=4");
  EXPECT_EQ(shell_line({"a b", "", "it's", "$x"}), R"('a b' '' 'it'\''s' '$x')");
  EXPECT_EQ(shell_word("a/model+1"), "a/model+1");
}

TEST(ShellWords, MeanTheSameToAShell) {
  const std::vector<std::string> words = {"a b", "$(id)", "'", "\"", "\\", "*", "~", "ä;|&", "-n", "\t"};
  std::FILE* shell = ::popen(("printf '%s\\n' " + shell_line(words)).c_str(), "r");
  ASSERT_NE(shell, nullptr);
  std::string output, expected;
  for (int c; (c = std::fgetc(shell)) != EOF;) output += static_cast<char>(c);
  EXPECT_EQ(::pclose(shell), 0);
  for (const std::string& word : words) expected += word + "\n";
  EXPECT_EQ(output, expected);
}

}  // namespace
}  // namespace reprtune
