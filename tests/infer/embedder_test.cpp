#include <reprtune/infer/embedder.h>
#include <reprtune/io/error.h>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

Model tiny_model() {
  return Model::load(std::filesystem::path(REPRTUNE_SOURCE_DIR) / "tests/model/golden/mean_normalize",
                     Precision::float32, at::kCPU);
}

/// Of 1 to 12 words, some of them twice.
std::vector<std::string> texts_of_many_lengths(std::size_t count) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) {
    std::string text = "order";
    for (std::size_t word = 0; word < i * 7 % 12; ++word) text += word % 2 == i % 2 ? " late" : " parcel";
    texts.push_back(text);
  }
  return texts;
}

std::vector<std::vector<std::int32_t>> ids_of(const Model& model, const std::vector<std::string>& texts) {
  return tokenize(model, texts, Truncation::end, 1).ids;
}

TEST(Embedder, EachRowIsThatOfItsTextAlone) {
  const Model model = tiny_model();
  const auto ids = ids_of(model, texts_of_many_lengths(70));
  at::Tensor alone = at::empty({0, model.hidden_size()});
  for (const auto& row : ids) alone = at::cat({alone, embed_tokens(model, {&row, 1}, {})});
  for (const std::size_t threads : {1, 3}) {
    for (const bool deduplicate : {true, false}) {
      const at::Tensor together = embed_tokens(model, ids, {threads, 8, deduplicate});
      EXPECT_TRUE(at::allclose(together, alone, 0, 1e-6)) << threads << " threads";
    }
  }
}

TEST(Embedder, InThisThreadTheSame) {
  const Model model = tiny_model();
  const auto ids = ids_of(model, texts_of_many_lengths(30));
  const at::Tensor expected = embed_tokens(model, ids, {});
  const std::vector<float> found = embed_in_this_thread(model, ids, {.threads = 4});
  EXPECT_TRUE(at::equal(at::tensor(found).view_as(expected), expected));
}

TEST(Embedder, WithoutTextsThereIsNothing) {
  const Model model = tiny_model();
  EXPECT_EQ(embed_tokens(model, {}, {}).sizes(), (std::vector<std::int64_t>{0, model.hidden_size()}));
  EXPECT_TRUE(tokenize(model, {}, Truncation::end, 2).ids.empty());
}

TEST(Embedder, ProgressCountsTheTokensThatAreComputed) {
  const Model model = tiny_model();
  const auto ids = ids_of(model, texts_of_many_lengths(40));
  std::size_t all = 0, counted = 0;
  for (const auto& row : ids) all += row.size();
  embed_tokens(model, ids, {.threads = 2, .deduplicate = false},
               [&](std::size_t tokens) { counted += tokens; });
  EXPECT_EQ(counted, all);
}

TEST(Embedder, WhatProgressThrowsEndsTheWork) {
  const Model model = tiny_model();
  const auto ids = ids_of(model, texts_of_many_lengths(40));
  EXPECT_THROW(
      embed_tokens(model, ids, {.threads = 2}, [](std::size_t) { throw Error(ErrorKind::runtime, "stop"); }),
      Error);
}

TEST(Embedder, TextsAreTokenizedInTheirOrderByAnyThread) {
  const Model model = tiny_model();
  const auto texts = texts_of_many_lengths(300);
  const TokenizedTexts one = tokenize(model, texts, Truncation::end, 1),
                       three = tokenize(model, texts, Truncation::end, 3);
  EXPECT_EQ(one.ids, three.ids);
  EXPECT_EQ(one.full_lengths, three.full_lengths);
  EXPECT_EQ(one.ids.size(), texts.size());
}

TEST(Embedder, ALongTextIsNamedByItsLine) {
  const std::vector<std::uint64_t> lines = {2, 5};
  const std::vector<std::size_t> lengths = {4, 9};
  EXPECT_NO_THROW(refuse_long_texts("a.csv", lines, lengths, 9));
  try {
    refuse_long_texts("a.csv", lines, lengths, 8);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_EQ(std::string(error.what()).rfind("a.csv:5: text has 9 tokens, the model takes 8", 0), 0u)
        << error.what();
  }
}

}  // namespace
}  // namespace reprtune
