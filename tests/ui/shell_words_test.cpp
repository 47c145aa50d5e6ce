#include <reprtune/ui/child_process.h>
#include <reprtune/ui/shell_words.h>

#include "temporary_folder.h"

namespace reprtune::ui {
namespace {

TEST(ShellWords, QuotesWhatAShellWouldTakeApart) {
  EXPECT_EQ(shell_line({"reprtune", "finetune", "a.csv", "--epochs=4"}),
            "reprtune finetune a.csv --epochs=4");
  EXPECT_EQ(shell_line({"a b", "", "it's", "$x"}), R"('a b' '' 'it'\''s' '$x')");
}

TEST(ShellWords, MeanTheSameToAShell) {
  const TemporaryFolder place;
  const std::vector<std::string> words = {"a b", "$(id)", "'", "\"", "\\", "*", "~", "ä;|&", "-n", "\t"};
  const ChildProcess child("/bin/sh", {"sh", "-c", "printf '%s\\n' " + shell_line(words)}, place.path());
  EXPECT_EQ(child.wait(), 0);
  std::string expected;
  for (const std::string& word : words) expected += word + "\n";
  EXPECT_EQ(child.output(), expected);
}

}  // namespace
}  // namespace reprtune::ui
