#include <reprtune/data/label_weights.h>
#include <reprtune/io/error.h>

#include "temporary_file.h"

#include <string>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

/// Rows of "ham" and "spam, paid"; "late" is known but has none.
Dataset data() {
  Dataset dataset;
  dataset.name = "train.csv";
  dataset.labels = LabelSet({"ham", "spam, paid", "late"});
  dataset.examples = {{"a", 0, 1}, {"b", 1, 2}};
  return dataset;
}

LabelWeights read(const std::string& text) {
  const TemporaryFolder folder;
  return read_label_weights(folder.write("weights.csv", text), data());
}

TEST(LabelWeights, AreReadInTheOrderOfTheLabels) {
  const LabelWeights expected = {{"ham", 1}, {"spam, paid", 2.5}};
  EXPECT_EQ(read("label,weight\n\"spam, paid\", 2.5\nham,1\n"), expected);
  EXPECT_EQ(read("\xEF\xBB\xBF ham ,1e0\r\n\r\n\"spam, paid\",\"2.5\"\r\n"), expected);
  EXPECT_EQ(read("late,3\nham,1\n\"spam, paid\",2.5\n").size(), 3u);
}

TEST(LabelWeights, ABadFileIsOneLineThatNamesThePlace) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"ham,1\n", ": has no weight for the label 'spam, paid' (every label of train.csv needs one)"},
      {"ham,1\nhan,2\n", ":2: no row of train.csv has the label 'han'"},
      {"ham,1\n\nham,2\n", ":3: the label 'ham' has a weight in line 1 already"},
      {"ham\n", ":1: expected a label and a weight, found 1 column"},
      {"ham,1\nspam, paid,2\n", ":2: expected a label and a weight, found 3 columns"},
      {"ham,1\nlabel,weight\n", ":2: no row of train.csv has the label 'label'"},
      {"ham,\"1\n", ":1: "},
  };
  for (const auto& [text, expected] : cases) {
    try {
      read(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::data);
      const std::string what = error.what();
      EXPECT_NE(what.find("weights.csv" + expected), std::string::npos) << what;
      EXPECT_EQ(what.find('\n'), std::string::npos);
    }
  }
  for (const std::string weight :
       {"0", "-1", "inf", "nan", "1e999", "1e-7", "1000001", "", "heavy", "1,5", "1 2"}) {
    EXPECT_THROW(read("ham," + weight + "\n\"spam, paid\",1\n"), Error) << weight;
  }
  EXPECT_THROW(read(""), Error);
  EXPECT_THROW(read_label_weights("missing.csv", data()), Error);
}

}  // namespace
}  // namespace reprtune
