#include <reprtune/infer/text_stream.h>
#include <reprtune/io/error.h>
#include <reprtune/io/random.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace reprtune {
namespace {

/// A text file that is gone when the test is.
class TextFile {
 public:
  explicit TextFile(const std::vector<std::string>& lines) {
    std::string pattern = (std::filesystem::temp_directory_path() / "reprtune-test-XXXXXX.txt").string();
    ::close(::mkstemps(pattern.data(), 4));
    path_ = pattern;
    std::ofstream file(path_);
    for (const std::string& line : lines) file << line << '\n';
  }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;
  ~TextFile() { std::filesystem::remove(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

Model tiny_model() {
  return Model::load(std::filesystem::path(REPRTUNE_SOURCE_DIR) / "tests/model/golden/mean_normalize",
                     Precision::float32, at::kCPU);
}

/// Texts of 1 to `longest` words; a small `kinds` gives many equal ones.
std::vector<std::string> random_texts(std::size_t count, std::size_t longest, std::uint64_t kinds) {
  constexpr std::array words = {"order", "parcel", "late", "refund", "card", "where", "is", "my", "please"};
  std::vector<std::string> texts;
  Random seeds(1);
  for (std::size_t i = 0; i < count; ++i) {
    Random random(seeds.below(kinds));
    std::string text;
    for (std::size_t k = 0, length = 1 + random.below(longest); k < length; ++k)
      text += std::string(k == 0 ? "" : " ") + words.at(random.below(words.size()));
    texts.push_back(text);
  }
  return texts;
}

struct Collected {
  std::vector<std::string> texts;
  std::vector<float> vectors;
  std::size_t windows = 0;
  StreamTotals totals;
};

Collected collect(const Model& model, const TextFile& file, const EmbedOptions& options,
                  Truncation truncation = Truncation::end) {
  RowReader reader(file.path(), {}, LabelColumn::optional);
  Collected result;
  result.totals =
      stream_vectors(reader, "texts.txt", model, truncation, options, [&](const VectorWindow& window) {
        ++result.windows;
        result.texts.insert(result.texts.end(), window.texts.begin(), window.texts.end());
        result.vectors.insert(result.vectors.end(), window.vectors.begin(), window.vectors.end());
      });
  return result;
}

float largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return INFINITY;
  float largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

TEST(TextStream, VectorsStandInTheOrderOfTheTexts) {
  const Model model = tiny_model();
  const auto texts = random_texts(300, 12, 1'000'000);
  const TextFile file(texts);
  std::vector<float> expected;
  for (const std::string& text : texts) {
    const auto alone = tokenize(model, std::vector<std::string>{text}, Truncation::end, 1);
    const at::Tensor vector = embed_tokens(model, alone.ids, {});
    expected.insert(expected.end(), vector.const_data_ptr<float>(), vector.const_data_ptr<float>() + 32);
  }
  for (const std::size_t threads : {1U, 2U, 5U}) {
    for (const std::size_t batch_size : {1U, 7U, 64U}) {
      const auto found = collect(model, file, {.threads = threads, .batch_size = batch_size});
      EXPECT_EQ(found.texts, texts);
      EXPECT_EQ(found.totals.rows, 300U);
      EXPECT_LT(largest_difference(found.vectors, expected), 1e-5);
    }
  }
}

TEST(TextStream, WhatIsThrownBeforeAStepEndsTheWorkWithinAWindow) {
  const Model model = tiny_model();
  const TextFile file(random_texts(5'000, 12, 1'000'000));
  std::atomic<int> steps = 0;
  const auto stop = [&] {
    if (++steps > 2) throw std::runtime_error("stop");
  };
  EXPECT_THROW(collect(model, file, {.threads = 2, .before_step = stop}), std::runtime_error);
  EXPECT_LT(steps, 10);  // of some hundred
  const auto tokens = tokenize(model, random_texts(500, 12, 1'000'000), Truncation::end, 1);
  EXPECT_THROW(embed_tokens(model, tokens.ids, {.threads = 2, .before_step = stop}), std::runtime_error);
}

TEST(TextStream, EqualTextsAreComputedOnceWithTheSameResult) {
  const Model model = tiny_model();
  const auto texts = random_texts(500, 20, 40);
  const TextFile file(texts);
  const auto once = collect(model, file, {.threads = 2});
  const auto each = collect(model, file, {.threads = 2, .deduplicate = false});
  EXPECT_EQ(once.texts, texts);
  EXPECT_EQ(once.totals.tokens, each.totals.tokens);
  EXPECT_LT(largest_difference(once.vectors, each.vectors), 1e-5);
}

TEST(TextStream, ManyWindowsKeepTheOrder) {
  const Model model = tiny_model();
  const auto texts = random_texts(13'000, 4, 60);
  const TextFile file(texts);
  const auto found = collect(model, file, {.threads = 3});
  ASSERT_EQ(found.texts, texts);
  EXPECT_GT(found.windows, 3U);
  std::map<std::string, std::size_t> first;
  for (std::size_t row = 0; row < texts.size(); ++row) {
    const std::size_t same = first.emplace(texts[row], row).first->second;
    for (std::size_t i = 0; i < 32; ++i)
      ASSERT_NEAR(found.vectors[row * 32 + i], found.vectors[same * 32 + i], 1e-5) << "row " << row;
  }
}

TEST(TextStream, ATextThatIsTooLongIsNamedByItsLine) {
  const Model model = tiny_model();
  auto texts = random_texts(9'000, 4, 60);
  texts[8'500] = random_texts(1, 1, 1)[0];
  for (int i = 0; i < 100; ++i) texts[8'500] += " order";
  const TextFile file(texts);
  try {
    collect(model, file, {.threads = 2}, Truncation::none);
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_NE(std::string(error.what()).find("texts.txt:8501:"), std::string::npos) << error.what();
  }
  EXPECT_EQ(collect(model, file, {.threads = 2}).totals.truncated.count, 1U);
}

TEST(TextStream, WhatConsumeThrowsPasses) {
  const Model model = tiny_model();
  const TextFile file(random_texts(9'000, 4, 60));
  RowReader reader(file.path(), {}, LabelColumn::optional);
  const auto stop = [](const VectorWindow&) { throw std::runtime_error("enough"); };
  EXPECT_THROW(stream_vectors(reader, "texts.txt", model, Truncation::end, {.threads = 2}, stop),
               std::runtime_error);
}

}  // namespace
}  // namespace reprtune
