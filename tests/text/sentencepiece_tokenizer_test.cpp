#include <reprtune/io/error.h>
#include <reprtune/text/sentencepiece_tokenizer.h>

#include "model_folder.h"
#include "shared_vectors.h"

#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

using Ids = std::vector<std::int32_t>;

std::filesystem::path shared_model(const std::string& name) {
  return shared_tokenizers() / "sentencepiece" / name;
}

nlohmann::json public_tests() {
  return nlohmann::json::parse(std::ifstream(shared_tokenizers() / "expected_from_public_tests.json"));
}

Ids ids(const Tokenizer& tokenizer, const std::string& text) {
  Encoding encoding;
  tokenizer.encode(text, 0, Truncation::none, encoding);
  return encoding.ids;
}

Ids text_ids(const Tokenizer& tokenizer, const std::string& text) {
  const Ids all = ids(tokenizer, text);
  return {all.begin() + 1, all.end() - 1};
}

std::string loading_error(const std::filesystem::path& folder) {
  try {
    load_tokenizer(folder);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return "";
}

void expect_raw_ids(const std::string& model_name, const std::string& vectors) {
  REPRTUNE_SKIP_WITHOUT(shared_tokenizers());
  const SentencePieceModel model(shared_model(model_name));
  const auto lines = read_json_lines(shared_tokenizers() / "vectors" / (vectors + ".jsonl"));
  ASSERT_EQ(lines.size(), 719U);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(model.encode(lines[i]["text"].get<std::string>()), lines[i]["ids"].get<Ids>()) << "line " << i;
  }
}

TEST(SentencePieceModel, RawIdsOfAlbert) { expect_raw_ids("hf-spiece.model", "albert-spiece-raw"); }
TEST(SentencePieceModel, RawIdsOfUnigram) {
  expect_raw_ids("hf-test_sentencepiece.model", "unigram1000-hf-test_sentencepiece");
}
TEST(SentencePieceModel, RawIdsOfBpe) {
  expect_raw_ids("hf-test_sentencepiece_bpe.model", "bpe1000-hf-test_sentencepiece_bpe");
}

TEST(SentencePieceModel, RoundTrip) {
  REPRTUNE_SKIP_WITHOUT(shared_tokenizers());
  const SentencePieceModel english(shared_model("google-test_model.model"));
  EXPECT_EQ(english.size(), 1000U);
  EXPECT_EQ(english.decode(english.encode("I saw a girl with a telescope.")),
            "I saw a girl with a telescope.");
  const SentencePieceModel japanese(shared_model("google-test_ja_model.model"));
  EXPECT_EQ(japanese.size(), 8000U);
  EXPECT_EQ(japanese.decode(japanese.encode("\u543E\u8F29\u306F\u732B\u3067\u3042\u308B\u3002")),
            "\u543E\u8F29\u306F\u732B\u3067\u3042\u308B\u3002");
  EXPECT_EQ(english.piece(-1), "");
  EXPECT_EQ(english.piece(1000), "");
}

TEST(SentencePieceModel, AnyBytesAreAText) {
  REPRTUNE_SKIP_WITHOUT(shared_tokenizers());
  const SentencePieceModel model(shared_model("google-test_model.model"));
  for (const std::string& text :
       {std::string(), std::string(1, '\0'), std::string("\xFF\xC3"), std::string(10'000, 'a')}) {
    for (const std::int32_t id : model.encode(text)) EXPECT_LT(id, 1000);
  }
}

TEST(XlmRobertaTokenizer, ShiftsIdsAndKeepsItsOwnSpecialOnes) {
  REPRTUNE_SKIP_WITHOUT(shared_tokenizers());
  const auto file = shared_model("hf-test_sentencepiece.model");
  const SentencePieceModel raw(file);
  const XlmRobertaTokenizer tokenizer(SentencePieceModel(file), file);
  std::size_t unknown = 0;
  const auto tests = public_tests();  // named: a temporary would not outlive the head of the loop
  for (const auto& test : tests["sentencepiece_unigram"]["cases"]) {
    Ids expected = {0};
    for (const std::int32_t id : test["ids"].get<Ids>()) {
      expected.push_back(id == 0 ? 3 : id + 1);
      unknown += id == 0;
    }
    expected.push_back(2);
    EXPECT_EQ(ids(tokenizer, test["text"]), expected) << test["text"];
  }
  EXPECT_GT(unknown, 0U);
  EXPECT_EQ(tokenizer.vocabulary_size(), 1002U);
  const std::vector<std::string> first = {"<s>", "<pad>", "</s>", "<unk>", raw.piece(3)};
  for (std::int32_t id = 0; id < 5; ++id) EXPECT_EQ(tokenizer.piece(id), first[static_cast<std::size_t>(id)]);
  EXPECT_EQ(tokenizer.piece(1000), raw.piece(999));
  EXPECT_EQ(tokenizer.piece(1001), "<mask>");
  EXPECT_EQ(tokenizer.mask_id(), 1001);
  EXPECT_EQ(tokenizer.piece(tokenizer.unknown_id()), "<unk>");
  EXPECT_EQ(tokenizer.piece(1002), "");
}

TEST(XlmRobertaTokenizer, SpecialTokensInATextAreLiteral) {
  REPRTUNE_SKIP_WITHOUT(shared_tokenizers());
  const auto file = shared_model("hf-test_sentencepiece.model");
  const XlmRobertaTokenizer tokenizer(SentencePieceModel(file), file);
  for (const std::int32_t id : text_ids(tokenizer, "a </s> b <s> <pad> <mask>")) {
    EXPECT_GE(id, 3);
    EXPECT_LT(id, 1001);
  }
}

TEST(AlbertTokenizer, PublicUnitTests) {
  REPRTUNE_SKIP_WITHOUT(shared_tokenizers());
  const auto file = shared_model("hf-spiece.model");
  const auto tests = public_tests()["albert"];
  for (const auto& test : tests["cases"]) {
    const AlbertTokenizer tokenizer(SentencePieceModel(file), {.keep_accents = test["keep_accents"]}, file);
    EXPECT_EQ(text_ids(tokenizer, test["text"]), test["ids"].get<Ids>()) << test["text"];
  }
  const AlbertTokenizer tokenizer(SentencePieceModel(file), {}, file);
  for (const auto& test : tests["integration_albert_base_v2"]) {
    EXPECT_EQ(ids(tokenizer, test["text"]), test["ids_with_special"].get<Ids>()) << test["text"];
  }
  EXPECT_EQ(tokenizer.vocabulary_size(), 30000U);
  EXPECT_EQ(tokenizer.piece(2), "[CLS]");
  EXPECT_EQ(tokenizer.piece(tokenizer.mask_id()), "[MASK]");
  EXPECT_EQ(tokenizer.piece(tokenizer.unknown_id()), "<unk>");
}

TEST(AlbertTokenizer, Normalization) {
  REPRTUNE_SKIP_WITHOUT(shared_tokenizers());
  const auto file = shared_model("hf-spiece.model");
  const AlbertTokenizer tokenizer(SentencePieceModel(file), {}, file);
  const AlbertTokenizer cased(SentencePieceModel(file), {.do_lower_case = false}, file);
  const AlbertTokenizer accents(SentencePieceModel(file), {.keep_accents = true}, file);
  EXPECT_EQ(ids(tokenizer, "``Caf\u00E9'' \uFB01ne"), ids(tokenizer, "\"cafe\" fine"));
  EXPECT_EQ(ids(cased, "Caf\u00E9"), ids(cased, "Cafe"));
  EXPECT_NE(ids(cased, "Cafe"), ids(cased, "cafe"));
  EXPECT_EQ(ids(accents, "CAF\u00C9"), ids(accents, "caf\u00E9"));
  EXPECT_NE(ids(accents, "caf\u00E9"), ids(accents, "cafe"));
}

TEST(AlbertTokenizer, SpecialTokensInATextAreLiteral) {
  REPRTUNE_SKIP_WITHOUT(shared_tokenizers());
  const auto file = shared_model("hf-spiece.model");
  const AlbertTokenizer tokenizer(SentencePieceModel(file), {.do_lower_case = false}, file);
  for (const std::int32_t id : text_ids(tokenizer, "[CLS] a [SEP] <pad> [MASK]")) {
    EXPECT_TRUE(id == 1 || id > 4) << id;  // 0, 2, 3 and 4 are special; 1 is unknown
  }
}

TEST(SentencePieceLoading, TheLayoutIsDecidedOrRefused) {
  REPRTUNE_SKIP_WITHOUT(shared_tokenizers());
  const auto is_albert = [](const ModelFolder& folder) {
    return dynamic_cast<const AlbertTokenizer*>(load_tokenizer(folder.path()).get()) != nullptr;
  };
  const ModelFolder xlm_roberta;
  xlm_roberta.copy(shared_model("hf-test_sentencepiece.model"), "sentencepiece.bpe.model");
  EXPECT_FALSE(is_albert(xlm_roberta));
  xlm_roberta.write("tokenizer_config.json", R"({"tokenizer_class": "XLMRobertaTokenizerFast"})");
  xlm_roberta.write("config.json", R"({"model_type": "bert"})");
  xlm_roberta.write("tokenizer.json", R"({"model": {"type": "Unigram"}})");
  EXPECT_FALSE(is_albert(xlm_roberta));
  EXPECT_EQ(tokenizer_files(xlm_roberta.path()),
            (std::vector<std::string>{"tokenizer.json", "tokenizer_config.json", "sentencepiece.bpe.model"}));
}

TEST(SentencePieceLoading, ByClassTypeAndFileName) {
  REPRTUNE_SKIP_WITHOUT(shared_tokenizers());
  const ModelFolder folder;
  folder.copy(shared_model("hf-spiece.model"), "spiece.model");
  const auto first = [&] { return ids(*load_tokenizer(folder.path()), "")[0]; };
  EXPECT_EQ(first(), 2);
  folder.write("config.json", R"({"model_type": "xlm-roberta"})");
  EXPECT_NE(loading_error(folder.path()).find("XLM-R"), std::string::npos);  // the model's pieces do not fit
  folder.write("tokenizer_config.json", R"({"tokenizer_class": "AlbertTokenizer", "do_lower_case": false})");
  EXPECT_EQ(first(), 2);  // the tokenizer's class counts more than the model's type
  EXPECT_NE(ids(*load_tokenizer(folder.path()), "A"), ids(*load_tokenizer(folder.path()), "a"));
  folder.write("tokenizer_config.json", R"({"do_lower_case": "no", "tokenizer_class": "AlbertTokenizer"})");
  EXPECT_NE(loading_error(folder.path()).find("do_lower_case"), std::string::npos);
  folder.write("tokenizer_config.json", R"({"tokenizer_class": "CamembertTokenizer"})");
  EXPECT_NE(loading_error(folder.path()).find("CamembertTokenizer"), std::string::npos);
  folder.write("tokenizer_config.json", R"({"tokenizer_class": ["AlbertTokenizer"]})");
  EXPECT_NE(loading_error(folder.path()).find("tokenizer_class"), std::string::npos);
}

TEST(SentencePieceLoading, DamagedModels) {
  const ModelFolder folder;
  for (const std::string content : {"", "not a model", "\x0A\xFF\xFF\xFF\xFF\x0F"}) {
    folder.write("sentencepiece.bpe.model", content);
    EXPECT_NE(loading_error(folder.path()).find("sentencepiece.bpe.model: expected"), std::string::npos);
  }
  folder.write("sentencepiece.bpe.model", std::string(10'000, '\0'));
  loading_error(folder.path());
  REPRTUNE_SKIP_WITHOUT(shared_tokenizers());
  std::ifstream stream(shared_model("hf-test_sentencepiece.model"), std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(stream), {}};
  folder.write("sentencepiece.bpe.model", whole.substr(0, whole.size() / 2 + 3));
  loading_error(folder.path());
}

}  // namespace
}  // namespace reprtune
