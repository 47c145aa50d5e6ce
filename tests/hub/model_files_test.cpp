#include "model_files.h"

#include "../model/error_of.h"

#include <string>
#include <vector>

namespace reprtune {
namespace {

using Paths = std::vector<std::string>;

TEST(ModelFiles, DescriptionsFirstAndWeightsLast) {
  EXPECT_EQ(choose_model_files(
                "org/name",
                {".gitattributes", "1_Pooling/config.json", "README.md", "model.safetensors", "config.json",
                 "modules.json", "onnx/model.onnx", "onnx/config.json", "pytorch_model.bin",
                 "sentence_bert_config.json", "tokenizer.json", "vocab.txt", "train_script.py",
                 "1_Pooling/model.safetensors", "1_a/b/config.json", "2_Dense/config.json"}),
            (Paths{"1_Pooling/config.json", "config.json", "modules.json", "sentence_bert_config.json",
                   "tokenizer.json", "vocab.txt", "2_Dense/config.json", "model.safetensors"}));
}

TEST(ModelFiles, TheHeadOfAFinetunedModel) {
  EXPECT_EQ(choose_model_files("org/name", {"config.json", "head.safetensors", "model.safetensors",
                                            "novelty.safetensors", "reprtune.json"}),
            (Paths{"config.json", "head.safetensors", "novelty.safetensors", "reprtune.json",
                   "model.safetensors"}));
}

TEST(ModelFiles, WhatCannotBeUsedIsSaid) {
  const auto message = [](const Paths& paths) {
    return error_of(ErrorKind::model, [&] { choose_model_files("org/name", paths); });
  };
  EXPECT_NE(message({"model.safetensors"}).find("config.json"), std::string::npos);
  EXPECT_NE(message({"config.json", "pytorch_model.bin"}).find("can run code"), std::string::npos);
  EXPECT_NE(message({"config.json", "model.safetensors.index.json"}).find("several files"),
            std::string::npos);
  EXPECT_NE(message({"config.json"}).find("no model.safetensors"), std::string::npos);
  EXPECT_TRUE(message({}).starts_with("org/name: "));
}

TEST(ModelFiles, NoPathLeadsOutside) {
  for (const char* path : {"", "/config.json", "../config.json", "a/../../b", "a//b", "./config.json", "a/",
                           "..", "a\\..\\b", "\n/../x"}) {
    const std::string message = error_of(ErrorKind::model, [&] {
      choose_model_files("org/name", {"config.json", "model.safetensors", path});
    });
    EXPECT_NE(message.find("outside"), std::string::npos) << path;
  }
}

}  // namespace
}  // namespace reprtune
