// WordPiece against ids that Hugging Face's tokenizers and llama.cpp gave, over bert-base-uncased's
// vocabulary.

#include <reprtune/text/tokenizer.h>

#include "model_folder.h"
#include "shared_vectors.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

using Ids = std::vector<std::int32_t>;

Ids ids(const Tokenizer& tokenizer, const std::string& text) {
  Encoding encoding;
  tokenizer.encode(text, 0, Truncation::none, encoding);
  return encoding.ids;
}

/// Where the base model lies after tools/setup.
std::filesystem::path base_model_folder() {
  const char* dependencies = std::getenv("REPRTUNE_DEPS");
  const char* home = std::getenv("HOME");
  const std::filesystem::path cache = dependencies != nullptr ? std::filesystem::path(dependencies)
                                      : home != nullptr ? std::filesystem::path(home) / ".cache" / "reprtune"
                                                        : std::filesystem::path();
  return cache / "models" / "sentence-transformers" / "all-MiniLM-L6-v2";
}

/// Compares all lines of the vectors. Four hold special tokens written in the text: special ids for Hugging
/// Face, literal text for us.
void expect_vectors(const Tokenizer& tokenizer) {
  const std::map<std::size_t, Ids> literal = {
      {200, {101, 1031, 18856, 2015, 1033, 7592, 1031, 19802, 1033, 102}},
      {201, {101, 1031, 7308, 1033, 102}},
      {202, {101, 7592, 1031, 7308, 1033, 2088, 102}},
      {204, {101, 1031, 4895, 2243, 1033, 1031, 11687, 1033, 102}},
  };
  const auto lines = read_json_lines(shared_tokenizers() / "vectors" / "bert-base-uncased.jsonl");
  ASSERT_EQ(lines.size(), 720U);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Ids expected = lines[i]["ids"];
    const Ids found = ids(tokenizer, lines[i]["text"]);
    if (literal.contains(i)) {
      EXPECT_EQ(lines[i]["src"], "stress/special_in_text");
      EXPECT_EQ(found, literal.at(i)) << "line " << i;
      EXPECT_NE(found, expected) << "line " << i;
    } else {
      EXPECT_EQ(found, expected) << "line " << i;
    }
  }
}

TEST(WordPieceVectors, FromTokenizerJson) {
  REPRTUNE_SKIP_WITHOUT(shared_tokenizers());
  const ModelFolder folder;
  folder.copy(shared_tokenizers() / "bert-base-uncased" / "tokenizer.json", "tokenizer.json");
  expect_vectors(*load_tokenizer(folder.path()));
}

TEST(WordPieceVectors, FromVocabulary) {
  REPRTUNE_SKIP_WITHOUT(shared_tokenizers());
  const ModelFolder folder;
  folder.copy(shared_tokenizers() / "bert-base-uncased" / "vocab.txt", "vocab.txt");
  folder.write("tokenizer_config.json", R"({"do_lower_case": true, "strip_accents": null})");
  expect_vectors(*load_tokenizer(folder.path()));
}

TEST(WordPieceVectors, FromTheBaseModel) {
  REPRTUNE_SKIP_WITHOUT(shared_tokenizers());
  REPRTUNE_SKIP_WITHOUT(base_model_folder());
  const auto tokenizer = load_tokenizer(base_model_folder());
  EXPECT_EQ(tokenizer->vocabulary_size(), 30522U);
  EXPECT_EQ(tokenizer->piece(101), "[CLS]");
  expect_vectors(*tokenizer);
}

TEST(WordPieceVectors, Truncation) {
  REPRTUNE_SKIP_WITHOUT(shared_tokenizers());
  const auto tokenizer = load_tokenizer(shared_tokenizers() / "bert-base-uncased");
  const auto lines = read_json_lines(shared_tokenizers() / "vectors" / "bert-base-uncased.truncation.jsonl");
  ASSERT_EQ(lines.size(), 240U);
  Encoding encoding;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    tokenizer->encode(lines[i]["text"].get<std::string>(), lines[i]["max_length"], Truncation::end, encoding);
    EXPECT_EQ(encoding.ids, lines[i]["ids"].get<Ids>()) << "line " << i;
  }
}

TEST(WordPieceVectors, LlamaCpp) {
  REPRTUNE_SKIP_WITHOUT(shared_tokenizers());
  const auto tokenizer = load_tokenizer(shared_tokenizers() / "bert-base-uncased");
  const auto file = shared_tokenizers() / "llama.cpp" / "ggml-vocab-bert-bge.gguf";
  std::ifstream inputs(file.string() + ".inp", std::ios::binary), outputs(file.string() + ".out");
  const std::string all{std::istreambuf_iterator<char>(inputs), {}};
  const std::string separator = "\n__ggml_vocab_test__\n";
  std::size_t begin = 0, count = 0;
  for (std::string line; std::getline(outputs, line); ++count) {
    const std::size_t end = all.find(separator, begin);
    ASSERT_NE(end, std::string::npos);
    Ids expected = {101};
    std::istringstream numbers(line);
    for (std::int32_t id = 0; numbers >> id;) expected.push_back(id);
    expected.push_back(102);
    EXPECT_EQ(ids(*tokenizer, all.substr(begin, end - begin)), expected) << "text " << count;
    begin = end + separator.size();
  }
  EXPECT_EQ(count, 46U);
}

/// The ids of expected_from_public_tests.json, over vocabularies of a few words.
TEST(WordPieceVectors, PublicUnitTests) {
  const auto file = shared_tokenizers() / "expected_from_public_tests.json";
  REPRTUNE_SKIP_WITHOUT(file);
  const auto expected = nlohmann::json::parse(std::ifstream(file));
  std::size_t count = 0;
  for (const char* group : {"wordpiece_full", "wordpiece_only"}) {
    for (const auto& test : expected[group]) {
      const ModelFolder folder;
      std::string vocabulary;
      for (const std::string piece : test["vocab"]) vocabulary += piece + "\n";
      folder.write("vocab.txt", vocabulary);
      folder.write("tokenizer_config.json", test.value("lowercase", false) ? R"({"do_lower_case": true})"
                                                                           : R"({"do_lower_case": false})");
      const auto tokenizer = load_tokenizer(folder.path());
      const Ids found = ids(*tokenizer, test["text"]);
      std::vector<std::string> tokens;
      for (std::size_t i = 1; i + 1 < found.size(); ++i) tokens.push_back(tokenizer->piece(found[i]));
      EXPECT_EQ(tokens, test["tokens"].get<std::vector<std::string>>()) << test["text"];
      if (test.contains("ids")) {
        EXPECT_EQ(Ids(found.begin() + 1, found.end() - 1), test["ids"].get<Ids>());
      }
      ++count;
    }
  }
  EXPECT_EQ(count, 5U);
}

}  // namespace
}  // namespace reprtune
