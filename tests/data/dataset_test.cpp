#include <reprtune/data/dataset.h>
#include <reprtune/io/error.h>

#include "temporary_file.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

TEST(DatasetTest, NumbersLabelsAndKeepsFileOrder) {
  const TemporaryFolder folder;
  const Dataset dataset = load_dataset(folder.write("a.csv", "text,label\nq,10\nr,9\ns,10\n"), {});
  EXPECT_EQ(dataset.labels.names(), (std::vector<std::string>{"9", "10"}));
  ASSERT_EQ(dataset.examples.size(), 3u);
  EXPECT_EQ(dataset.examples[0].text, "q");
  EXPECT_EQ(dataset.examples[0].labels, 1u);
  EXPECT_EQ(dataset.examples[1].labels, 0u);
  EXPECT_EQ(dataset.examples[2].line, 4u);
  EXPECT_EQ(dataset.class_counts(), (std::vector<std::size_t>{1, 2}));
}

TEST(DatasetTest, TellsHowMuchIsRead) {
  const TemporaryFolder folder;
  std::string rows = "text,label\n";
  for (int i = 0; i < 5000; ++i) rows += std::to_string(i) + "," + std::to_string(i % 3) + "\n";
  std::vector<std::uint64_t> done;
  const Dataset dataset = load_dataset(folder.write("a.csv", rows), {}, [&](const WorkProgress& progress) {
    EXPECT_TRUE(progress.work.starts_with("reading "));
    EXPECT_EQ(progress.total, rows.size());
    done.push_back(progress.done);
  });
  EXPECT_EQ(done.size(), 4U);  // each 1,024 rows
  EXPECT_TRUE(std::ranges::is_sorted(done));
  EXPECT_LE(done.back(), rows.size());
}

TEST(DatasetTest, KnownLabelsComeFirstInTheirOrder) {
  const TemporaryFolder folder;
  const Dataset own = load_dataset(folder.write("a.csv", "text,label\nq,a\nr,c\ns,d\n"), {});
  const Dataset dataset = with_known_labels(own, LabelSet({"d", "b"}));
  EXPECT_EQ(dataset.labels.names(), (std::vector<std::string>{"d", "b", "a", "c"}));
  EXPECT_EQ(dataset.examples[0].labels, 2u);
  EXPECT_EQ(dataset.examples[1].labels, 3u);
  EXPECT_EQ(dataset.examples[2].labels, 0u);
  EXPECT_EQ(dataset.class_counts(), (std::vector<std::size_t>{1, 0, 1, 1}));
}

TEST(DatasetTest, AnEmptyResultIsAnError) {
  const TemporaryFolder folder;
  InputOptions options;
  options.skip_bad_rows = true;
  EXPECT_THROW(load_dataset(folder.write("a.csv", "text,label\n"), options), Error);
  try {
    load_dataset(folder.write("b.csv", "text,label\nx\n"), options);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("all 1 rows are bad, the first in line 2"), std::string::npos)
        << error.what();
  }
}

TEST(DatasetTest, KnownLabelsKeepTheirNumbers) {
  const TemporaryFolder folder;
  const LabelSet labels({"x", "a", "unused"});
  const auto file = folder.write("a.csv", "p,a\nq,x\n");
  const Dataset dataset = load_dataset(file, {}, labels);
  EXPECT_EQ(dataset.labels.names(), labels.names());
  EXPECT_EQ(dataset.examples[0].labels, 1u);
  EXPECT_EQ(dataset.class_counts(), (std::vector<std::size_t>{1, 1, 0}));
  try {
    load_dataset(folder.write("b.csv", "p,a\nq,b\nr\n"), {}, labels);
    FAIL();
  } catch (const Error& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("b.csv:2: label 'b' is not among the model's 3 labels (x, a, unused)\n"),
              std::string::npos)
        << message;
    EXPECT_NE(message.find("b.csv:3: expected 2 columns, found 1"), std::string::npos) << message;
  }
}

TEST(DatasetTest, TheHashSeesTextsLabelsAndOrder) {
  const TemporaryFolder folder;
  const auto hash = [&](const char* csv) {
    return dataset_hash(load_dataset(folder.write("a.csv", csv), {}));
  };
  const std::string first = hash("ab,x\nc,y\n");
  EXPECT_EQ(first.size(), 16u);
  EXPECT_EQ(hash("text,label\r\n\"ab\", x\r\nc,y"), first) << "how a row is written does not matter";
  EXPECT_NE(hash("c,y\nab,x\n"), first);
  EXPECT_NE(hash("ab,y\nc,x\n"), first);
  EXPECT_NE(hash("a,bx\nc,y\n"), first);
}

struct Shared {
  const char* file;
  std::size_t rows;
  std::size_t classes;
  const char* hash;
};

// Rows and hashes by Python's csv module: tests/data/compare_with_python_csv.py prints these lines.
constexpr Shared kShared[] = {
    {"banking77/test.csv", 3080, 77, "3a3b9404599266d8"},
    {"banking77/train.csv", 10003, 77, "71c87cb0829e49f1"},
    {"sms-spam/test.csv", 1156, 2, "47325a311fb15722"},
    {"sms-spam/train.csv", 4418, 2, "ac25902c54386f1c"},
    {"sst2-cohere/test.csv", 1821, 2, "50ee5842f7dfa708"},
    {"sst2-cohere/train.csv", 6920, 2, "094592a0a2b630b1"},
    {"sst2-cohere/validation.csv", 872, 2, "7f007ecade459886"},
    {"trec50/test.csv", 500, 42, "f76053bc713fe13e"},
    {"trec50/train.csv", 5452, 50, "f6094762b3139ba5"},
    {"trec6/test.csv", 500, 6, "113bbcc075fcbc1c"},
    {"trec6/train.csv", 5452, 6, "75ef968a901caa5a"},
};

TEST(DatasetTest, AgreesWithPythonOnRealFiles) {
  const std::filesystem::path folder =
      std::filesystem::path(REPRTUNE_SOURCE_DIR) / ".." / "shared" / "datasets";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no shared data sets here";
  for (const Shared& expected : kShared) {
    const Dataset dataset = load_dataset(folder / expected.file, {});
    EXPECT_EQ(dataset.examples.size(), expected.rows) << expected.file;
    EXPECT_EQ(dataset.labels.size(), expected.classes) << expected.file;
    EXPECT_EQ(dataset_hash(dataset), expected.hash) << expected.file;
  }
}

TEST(DatasetTest, RowsMayHaveAnyNumberOfLabels) {
  const TemporaryFolder folder;
  InputOptions options;
  options.label_separator = "|";
  const auto file = folder.write("a.csv", "text,label\np,b|a\nq,\nr,c\ns,a|b\n");
  const Dataset dataset = load_dataset(file, options);
  EXPECT_EQ(dataset.problem, ProblemType::multi_label);
  EXPECT_EQ(dataset.labels.names(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(dataset.row_labels(),
            (std::vector<RowLabels>{RowLabels({0, 1}), RowLabels(), RowLabels(2), RowLabels({0, 1})}));
  EXPECT_EQ(dataset.class_counts(), (std::vector<std::size_t>{2, 2, 1}));
  EXPECT_TRUE(dataset.has_choice());

  const Dataset again = load_dataset(file, options, LabelSet({"c", "b", "a"}), ProblemType::multi_label);
  EXPECT_EQ(again.examples[0].labels, RowLabels({1, 2}));
  EXPECT_EQ(with_known_labels(dataset, LabelSet({"z", "c"})).examples[2].labels, RowLabels(1));
  EXPECT_EQ(dataset_hash(dataset), dataset_hash(again));
  EXPECT_THROW(load_dataset(file, options, dataset.labels), Error);
}

TEST(DatasetTest, TheHashTellsWhichRowHasALabel) {
  const TemporaryFolder folder;
  InputOptions options;
  options.label_separator = "|";
  const auto hash = [&](const std::string& rows) {
    return dataset_hash(load_dataset(folder.write("a.csv", "text,label\n" + rows), options));
  };
  EXPECT_NE(hash("x,y|b\nz,b\n"), hash("x,y\nz,b|y\n"));
  EXPECT_EQ(hash("x,y|b\n"), hash("x,b|y\n"));
}

TEST(DatasetTest, NoLabelInAnyRowIsAnError) {
  const TemporaryFolder folder;
  try {
    load_dataset(folder.write("a.jsonl", "{\"text\": \"p\", \"label\": []}\n"), {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(std::string(error.what()).ends_with("expected labels, found none in any row"))
        << error.what();
  }
}

TEST(DatasetTest, SameLabelsEverywhereAreNoChoice) {
  Dataset dataset;
  EXPECT_FALSE(dataset.has_choice());
  dataset.examples = {{"p", RowLabels({0, 1}), 1}, {"q", RowLabels({0, 1}), 2}};
  EXPECT_FALSE(dataset.has_choice());
  dataset.examples.push_back({"r", RowLabels(), 3});
  EXPECT_TRUE(dataset.has_choice());
}

}  // namespace
}  // namespace reprtune
