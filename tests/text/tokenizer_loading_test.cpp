#include <reprtune/io/error.h>
#include <reprtune/text/tokenizer.h>

#include "model_folder.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using nlohmann::json;
using Ids = std::vector<std::int32_t>;

Ids ids(const Tokenizer& tokenizer, const std::string& text) {
  Encoding encoding;
  tokenizer.encode(text, 0, Truncation::none, encoding);
  return encoding.ids;
}

json small_tokenizer_json() {
  return json::parse(R"({
    "truncation": {"max_length": 4}, "padding": {"strategy": {"Fixed": 128}},
    "added_tokens": [{"id": 1, "content": "[CLS]", "special": true}, {"id": 8, "content": "[MASK]", "special": true}],
    "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null,
                   "lowercase": true},
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "post_processor": {"type": "TemplateProcessing",
      "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                 {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
      "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [1]}, "[SEP]": {"id": "[SEP]", "ids": [2]}}},
    "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
              "max_input_chars_per_word": 100,
              "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "low": 3, "##er": 4, "new": 5, "Low": 6, "d\u00e9": 7}}})");
}

constexpr const char* kVocabulary = "[UNK]\n[CLS]\n[SEP]\nlow\n##er\nnew\nLow\nd\u00E9\nde\n\u535A\u63A8\n";

/// The message of the Error(model) that loading gives; it has to be one line.
std::string loading_error(const std::filesystem::path& folder) {
  try {
    load_tokenizer(folder);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    const std::string message = error.what();
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_LT(message.size(), 600U) << message;
    return message;
  }
  ADD_FAILURE() << "no error";
  return "";
}

std::string json_error(const json& content) {
  const ModelFolder folder;
  folder.write("tokenizer.json", content.dump());
  const std::string message = loading_error(folder.path());
  EXPECT_NE(message.find("tokenizer.json: "), std::string::npos) << message;
  return message;
}

TEST(TokenizerLoading, TokenizerJson) {
  const ModelFolder folder;
  folder.write("tokenizer.json", small_tokenizer_json().dump());
  const auto tokenizer = load_tokenizer(folder.path());
  EXPECT_EQ(ids(*tokenizer, "LOWER new lows"), (Ids{1, 3, 4, 5, 0, 2}));
  EXPECT_EQ(tokenizer->vocabulary_size(), 9U);
  EXPECT_EQ(tokenizer->piece(8), "[MASK]");
  EXPECT_EQ(tokenizer->mask_id(), 8);
}

TEST(TokenizerLoading, TokenizerJsonOptions) {
  const ModelFolder folder;
  json content = small_tokenizer_json();
  content["normalizer"]["lowercase"] = false;
  content["model"]["max_input_chars_per_word"] = 4;
  content["post_processor"] =
      json::parse(R"({"type": "BertProcessing", "sep": ["new", 5], "cls": ["low", 3]})");
  folder.write("tokenizer.json", content.dump());
  const auto tokenizer = load_tokenizer(folder.path());
  EXPECT_EQ(ids(*tokenizer, "Low lower d\u00E9"), (Ids{3, 6, 0, 7, 5}));  // strip_accents follows lowercase
}

TEST(TokenizerLoading, TokenizerJsonWinsOverVocabulary) {
  const ModelFolder folder;
  folder.write("tokenizer.json", small_tokenizer_json().dump()).write("vocab.txt", "nothing of use");
  EXPECT_EQ(ids(*load_tokenizer(folder.path()), "new"), (Ids{1, 5, 2}));
}

TEST(TokenizerLoading, VocabularyFollowsItsConfiguration) {
  const ModelFolder folder;
  folder.write("vocab.txt", kVocabulary).write("tokenizer_config.json", R"({"do_lower_case": true})");
  EXPECT_EQ(ids(*load_tokenizer(folder.path()), "Low D\u00E9"), (Ids{1, 3, 8, 2}));
  folder.write("tokenizer_config.json", R"({"do_lower_case": false})");
  EXPECT_EQ(ids(*load_tokenizer(folder.path()), "Low d\u00E9"), (Ids{1, 6, 7, 2}));
  folder.write("tokenizer_config.json", R"({"do_lower_case": true, "strip_accents": false})");
  EXPECT_EQ(ids(*load_tokenizer(folder.path()), "D\u00C9"), (Ids{1, 7, 2}));
  EXPECT_EQ(ids(*load_tokenizer(folder.path()), "\u535A\u63A8"), (Ids{1, 0, 0, 2}));
  folder.write("tokenizer_config.json", R"({"do_lower_case": true, "tokenize_chinese_chars": false})");
  EXPECT_EQ(ids(*load_tokenizer(folder.path()), "\u535A\u63A8"), (Ids{1, 9, 2}));
  folder.write("tokenizer_config.json",
               R"({"do_lower_case": true, "cls_token": {"content": "new"}, "sep_token": "low"})");
  EXPECT_EQ(ids(*load_tokenizer(folder.path()), ""), (Ids{5, 3}));
}

TEST(TokenizerLoading, VocabularyWithWindowsLineEnds) {
  const ModelFolder folder;
  folder.write("vocab.txt", "[UNK]\r\n[CLS]\r\n[SEP]\r\nlow")
      .write("tokenizer_config.json", R"({"do_lower_case": true})");
  EXPECT_EQ(ids(*load_tokenizer(folder.path()), "low"), (Ids{1, 3, 2}));
}

TEST(TokenizerLoading, LowerCasingIsNeverGuessed) {
  const ModelFolder folder;
  folder.write("vocab.txt", kVocabulary);
  EXPECT_NE(loading_error(folder.path()).find("do_lower_case"), std::string::npos);
  folder.write("tokenizer_config.json", R"({"tokenizer_class": "BertTokenizer"})");
  EXPECT_NE(loading_error(folder.path()).find("do_lower_case"), std::string::npos);
  folder.write("tokenizer_config.json", R"({"do_lower_case": "yes"})");
  EXPECT_NE(loading_error(folder.path()).find("do_lower_case"), std::string::npos);
  folder.write("tokenizer_config.json", "[1]");
  loading_error(folder.path());
}

TEST(TokenizerLoading, MissingTokens) {
  const ModelFolder folder;
  folder.write("tokenizer_config.json", R"({"do_lower_case": true})")
      .write("vocab.txt", "[UNK]\n[SEP]\nlow\n");
  EXPECT_NE(loading_error(folder.path()).find("[CLS]"), std::string::npos);
  folder.write("vocab.txt", "");
  EXPECT_NE(loading_error(folder.path()).find("empty"), std::string::npos);
}

TEST(TokenizerLoading, NoTokenizerNamesTheFilesLookedFor) {
  const ModelFolder folder;
  for (const std::string& message : {loading_error(folder.path()), loading_error(folder.path() / "absent")}) {
    for (const char* name : {"tokenizer.json", "vocab.txt", "sentencepiece.bpe.model", "spiece.model"}) {
      EXPECT_NE(message.find(name), std::string::npos) << message;
    }
  }
  EXPECT_EQ(tokenizer_files(folder.path()), std::vector<std::string>());
}

TEST(TokenizerLoading, FilesToCopy) {
  const ModelFolder folder;
  folder.write("vocab.txt", "a")
      .write("tokenizer.json", "{}")
      .write("model.safetensors", "x")
      .write("config.json", "{}");
  EXPECT_EQ(tokenizer_files(folder.path()), (std::vector<std::string>{"tokenizer.json", "vocab.txt"}));
}

TEST(TokenizerLoading, DamagedJson) {
  const ModelFolder folder;
  for (const std::string content : {"", "{", "[1, 2]", "null", "\"text\"", "{\"model\": \"\xFF\"}"}) {
    folder.write("tokenizer.json", content);
    loading_error(folder.path());
  }
  folder.write("tokenizer.json", std::string(100'000, '['));
  loading_error(folder.path());
  const std::string whole = small_tokenizer_json().dump();
  for (std::size_t length = 0; length < whole.size(); length += 7) {
    folder.write("tokenizer.json", whole.substr(0, length));
    loading_error(folder.path());
  }
}

TEST(TokenizerLoading, EveryFieldOfAWrongTypeIsAnError) {
  for (const char* pointer : {"/model",
                              "/model/type",
                              "/model/vocab",
                              "/model/vocab/low",
                              "/model/unk_token",
                              "/model/continuing_subword_prefix",
                              "/model/max_input_chars_per_word",
                              "/added_tokens",
                              "/added_tokens/0",
                              "/added_tokens/0/content",
                              "/added_tokens/0/id",
                              "/added_tokens/0/special",
                              "/normalizer",
                              "/normalizer/type",
                              "/normalizer/lowercase",
                              "/normalizer/strip_accents",
                              "/pre_tokenizer",
                              "/post_processor",
                              "/post_processor/single",
                              "/post_processor/single/0",
                              "/post_processor/special_tokens",
                              "/post_processor/special_tokens/[CLS]/ids"}) {
    for (const json& wrong : {json(-1), json(1e300), json({{"a", 1}}), json::array({json::array()})}) {
      json content = small_tokenizer_json();
      content[json::json_pointer(pointer)] = wrong;
      SCOPED_TRACE(std::string(pointer) + " " + wrong.dump());
      json_error(content);
    }
  }
}

TEST(TokenizerLoading, IdsWithHolesOrTwice) {
  json content = small_tokenizer_json();
  content["model"]["vocab"]["new"] = 9;
  EXPECT_NE(json_error(content).find("found 9"), std::string::npos);
  content["model"]["vocab"]["new"] = 4;
  EXPECT_NE(json_error(content).find("4 twice"), std::string::npos);
  content["model"]["vocab"]["new"] = 18446744073709551615ULL;
  json_error(content);
  content["model"]["vocab"] = json::object();
  json_error(content);
  content["model"].erase("vocab");
  json_error(content);
}

TEST(TokenizerLoading, ATokenTwiceInTheVocabularyIsAnError) {
  std::string content = small_tokenizer_json().dump();
  const std::string before = R"("low":3)";
  content.replace(content.find(before), before.size(), R"("low":3,"low":8)");
  const ModelFolder folder;
  folder.write("tokenizer.json", content);
  EXPECT_NE(loading_error(folder.path()).find(R"("low" twice)"), std::string::npos);
}

TEST(TokenizerLoading, OfAMemberThatIsThereTwiceTheLastCounts) {
  std::string content = small_tokenizer_json().dump();
  const std::string before = R"("lowercase":true)";
  content.replace(content.find(before), before.size(), R"("lowercase":true,"lowercase":false)");
  const ModelFolder folder;
  folder.write("tokenizer.json", content);
  EXPECT_EQ(ids(*load_tokenizer(folder.path()), "Low"), (Ids{1, 6, 2}));
}

TEST(TokenizerLoading, SpecialTokensOutsideTheVocabulary) {
  json content = small_tokenizer_json();
  content["post_processor"]["special_tokens"]["[SEP]"]["ids"] = {4'000'000};
  EXPECT_NE(json_error(content).find("SEP"), std::string::npos);
  content = small_tokenizer_json();
  content["model"]["unk_token"] = "<unk>";
  EXPECT_NE(json_error(content).find("<unk>"), std::string::npos);
  content = small_tokenizer_json();
  content["added_tokens"][1]["id"] = 20;
  EXPECT_NE(json_error(content).find("[MASK]"), std::string::npos);
}

TEST(TokenizerLoading, OtherTokenizersAreRefused) {
  json content = small_tokenizer_json();
  content["added_tokens"][1]["special"] = false;
  EXPECT_NE(json_error(content).find("not a special token"), std::string::npos);
  for (const char* type : {"Unigram", "BPE"}) {
    content = small_tokenizer_json();
    content["model"]["type"] = type;
    EXPECT_NE(json_error(content).find(type), std::string::npos);
  }
  content = small_tokenizer_json();
  content["normalizer"] = {{"type", "NFKC"}};
  EXPECT_NE(json_error(content).find("NFKC"), std::string::npos);
  content["normalizer"] = nullptr;
  EXPECT_NE(json_error(content).find("none"), std::string::npos);
}

}  // namespace
}  // namespace reprtune
