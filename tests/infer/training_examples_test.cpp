#include <reprtune/infer/training_examples.h>
#include <reprtune/io/atomic_file.h>
#include <reprtune/io/error.h>

#include <filesystem>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

class TrainingExamplesTest : public testing::Test {
 protected:
  void SetUp() override {
    folder = std::filesystem::path(testing::TempDir()) / "training_examples_test";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::filesystem::path folder;
  TrainingExamples examples{{{"one", {"a"}}, {"two, \"quoted\"", {"b", "c"}}, {"three", {}}},
                            at::arange(12, at::kFloat).view({3, 4}),
                            at::arange(12, at::kFloat).view({3, 4}) * 2};
};

TEST_F(TrainingExamplesTest, AreReadAsTheyWereSaved) {
  EXPECT_FALSE(TrainingExamples::load(folder, 4));
  examples.save(folder);
  const auto read = TrainingExamples::load(folder, 4);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->rows, examples.rows);
  EXPECT_TRUE(read->after.equal(examples.after));
  EXPECT_TRUE(read->before.equal(examples.before));
}

TEST_F(TrainingExamplesTest, HaveOneSideWhereNothingChanged) {
  examples.before = at::Tensor();
  examples.save(folder);
  EXPECT_FALSE(TrainingExamples::load(folder, 4)->before.defined());
}

TEST_F(TrainingExamplesTest, LongTextsAreCut) {
  examples.rows[0].text = std::string(5000, 'x');
  examples.rows[1].text = "two\nlines";
  examples.save(folder);
  const auto rows = TrainingExamples::load(folder, 4)->rows;
  EXPECT_EQ(rows[0].text, std::string(TrainingExamples::kMostCharacters - 1, 'x') + "…");
  EXPECT_EQ(rows[1].text, "two lines");
}

TEST_F(TrainingExamplesTest, FilesThatDoNotFitAreRefused) {
  examples.save(folder);
  EXPECT_THROW(TrainingExamples::load(folder, 5), Error);
  write_file(folder / "examples.jsonl", "{\"text\": \"one\", \"label\": \"a\"}\n");
  EXPECT_THROW(TrainingExamples::load(folder, 4), Error);  // one row, three vectors
  write_file(folder / "examples.jsonl", "{\"text\": 3}\n");
  try {
    TrainingExamples::load(folder, 4);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    EXPECT_NE(std::string(error.what()).find("examples.jsonl: expected"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace reprtune
