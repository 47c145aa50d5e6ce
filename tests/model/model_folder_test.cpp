#include <reprtune/model/model_folder.h>

#include "error_of.h"
#include "golden.h"

#include <functional>
#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

/// A copy of a golden folder that a test may break.
class FolderCopy : public TemporaryFolder {
 public:
  explicit FolderCopy(const char* name) {
    std::filesystem::copy(Golden(name).folder, path(), std::filesystem::copy_options::recursive);
  }
  void set(const std::string& file, const char* key, const nlohmann::json& value) const {
    auto json = nlohmann::json::parse(file_bytes(*this / file));
    json[key] = value;
    write(file, json.dump());
  }
  std::string refused() const {
    return error_of(ErrorKind::model, [&] { read_model_folder(path()); });
  }
};

TEST(ModelFolder, BothLayoutsAndAPlainFolderAreUnderstood) {
  const auto old_mean = read_model_folder(Golden("mean_normalize").folder);
  EXPECT_EQ(old_mean.pooling.mode, Pooling::Mode::mean);
  EXPECT_TRUE(old_mean.pooling.normalize);
  EXPECT_EQ(old_mean.max_length, 32);
  EXPECT_FALSE(old_mean.has_head);
  const auto old_cls = read_model_folder(Golden("cls").folder);
  EXPECT_EQ(old_cls.pooling.mode, Pooling::Mode::cls);
  EXPECT_FALSE(old_cls.pooling.normalize);
  const auto modern = read_model_folder(Golden("saved_by_sentence_transformers").folder);
  EXPECT_EQ(modern.pooling.mode, Pooling::Mode::mean);
  EXPECT_TRUE(modern.pooling.normalize);
  EXPECT_EQ(modern.max_length, 32);
  const auto plain = read_model_folder(Golden("bert_prefix").folder);
  EXPECT_EQ(plain.pooling.mode, Pooling::Mode::mean);
  EXPECT_FALSE(plain.pooling.normalize);
}

TEST(ModelFolder, NewLayoutNamesItsPooling) {
  const FolderCopy folder("saved_by_sentence_transformers");
  folder.set("1_Pooling/config.json", "pooling_mode", "cls");
  EXPECT_EQ(read_model_folder(folder.path()).pooling.mode, Pooling::Mode::cls);
  folder.set("1_Pooling/config.json", "pooling_mode", "lasttoken");
  EXPECT_NE(folder.refused().find("1_Pooling/config.json"), std::string::npos);
  folder.set("1_Pooling/config.json", "pooling_mode", 7);
  folder.refused();
}

TEST(ModelFolder, OtherPoolingsAreRefused) {
  const char* const file = "1_Pooling/config.json";
  const FolderCopy folder("mean_normalize");
  folder.set(file, "pooling_mode_cls_token", true);  // both: a vector of 2H that this library does not make
  EXPECT_NE(folder.refused().find(file), std::string::npos);
  folder.set(file, "pooling_mode_cls_token", false);
  folder.set(file, "pooling_mode_max_tokens", true);
  folder.refused();
  folder.set(file, "pooling_mode_mean_tokens", false);
  folder.refused();
  folder.set(file, "pooling_mode_max_tokens", false);
  folder.refused();
}

TEST(ModelFolder, LengthNeverExceedsThePositionTable) {
  const FolderCopy folder("mean_normalize");
  for (const auto& [length, expected] :
       {std::pair(1000.0, 40), std::pair(1e30, 40), std::pair(12.0, 12), std::pair(0.0, 32)}) {
    folder.set("sentence_bert_config.json", "max_seq_length", length);
    EXPECT_EQ(read_model_folder(folder.path()).max_length, expected) << length;
  }
  folder.set("sentence_bert_config.json", "max_seq_length", nullptr);
  EXPECT_EQ(read_model_folder(folder.path()).max_length, 32);  // the tokenizer's
}

TEST(ModelFolder, BrokenFoldersAreNamed) {
  EXPECT_NE(
      error_of(ErrorKind::model, [] { read_model_folder("no/such/folder"); }).find("no such model folder"),
      std::string::npos);
  const TemporaryFolder empty;
  EXPECT_NE(error_of(ErrorKind::model, [&] { read_model_folder(empty.path()); }).find("config.json"),
            std::string::npos);
  const FolderCopy folder("mean_normalize");
  for (const char* text :
       {"", "{", "{}", "7", "[7]", R"([{"type": 3}])", R"([{"type": "x.Dense", "path": "2_Dense"}])"}) {
    SCOPED_TRACE(text);
    folder.write("modules.json", text);
    folder.refused();
  }
}

TEST(ModelFolder, AnEncoderInAFolderOfItsOwnIsRefused) {
  // As sentence-transformers wrote it before version 2.
  const FolderCopy folder("mean_normalize");
  auto modules = nlohmann::json::parse(file_bytes(folder / "modules.json"));
  modules[0]["path"] = "0_Transformer";
  folder.write("modules.json", modules.dump());
  std::filesystem::create_directory(folder / "0_Transformer");
  std::filesystem::copy(folder / "config.json", folder / "0_Transformer");
  EXPECT_NE(folder.refused().find("modules.json: has its encoder in the folder '0_Transformer'"),
            std::string::npos);
}

TEST(EncoderConfig, WhatItCannotRunIsRefused) {
  const FolderCopy folder("mean_normalize");
  const std::string good = file_bytes(folder / "config.json");
  const std::vector<std::pair<const char*, nlohmann::json>> bad = {
      {"model_type", "distilbert"},
      {"model_type", 3},
      {"position_embedding_type", "relative_key"},
      {"hidden_act", "swish"},
      {"vocab_size", 0},
      {"vocab_size", -1},
      {"vocab_size", 1e12},
      {"vocab_size", "60"},
      {"hidden_size", 33},
      {"hidden_size", nullptr},
      {"num_hidden_layers", 0},
      {"num_hidden_layers", 100'000},
      {"num_attention_heads", 5},
      {"num_attention_heads", 0},
      {"intermediate_size", 0},
      {"max_position_embeddings", 2},
      {"type_vocab_size", 0},
      {"hidden_dropout_prob", 1},
      {"hidden_dropout_prob", -0.1},
      {"attention_probs_dropout_prob", "none"}};
  for (const auto& [key, value] : bad) {
    SCOPED_TRACE(std::string(key) + " " + value.dump());
    folder.write("config.json", good);
    folder.set("config.json", key, value);
    EXPECT_NE(folder.refused().find("config.json: "), std::string::npos);
  }
  folder.write("config.json", "[]");
  folder.refused();
}

TEST(EncoderConfig, ThePaddingIdOfRobertaIsAToken) {
  const FolderCopy folder("roberta");
  for (const nlohmann::json& id :
       {nlohmann::json(-1), nlohmann::json(std::numeric_limits<std::int64_t>::max())}) {
    folder.set("config.json", "pad_token_id", id);
    EXPECT_NE(folder.refused().find("config.json: 'pad_token_id'"), std::string::npos);
  }
}

TEST(EncoderConfig, RobertaCountsPositionsFromBehindThePaddingId) {
  const auto config = load_encoder_config(Golden("roberta").folder / "config.json");
  EXPECT_EQ(config.position_offset, 2);
  EXPECT_EQ(config.max_length(), 40);
  EXPECT_EQ(config.layer_norm_epsilon, 1e-5);
  EXPECT_EQ(load_encoder_config(Golden("gamma_beta").folder / "config.json").activation, "relu");
  EXPECT_EQ(load_encoder_config(Golden("bert_prefix").folder / "config.json").activation, "gelu_tanh");
}

}  // namespace
}  // namespace reprtune
