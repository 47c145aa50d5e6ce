#include <reprtune/kernels/target.h>
#include <reprtune/model/model.h>

#include "error_of.h"
#include "golden.h"

#include <map>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

std::vector<std::vector<std::int32_t>> encode(const Model& model, const std::vector<std::string>& texts) {
  std::vector<std::vector<std::int32_t>> ids;
  Encoding encoding;
  for (const std::string& text : texts) {
    model.tokenizer().encode(text, static_cast<std::size_t>(model.max_length()), Truncation::end, encoding);
    ids.push_back(encoding.ids);
  }
  return ids;
}

/// From text to vector, as sentence-transformers does it.
void expect_vectors(const std::filesystem::path& folder, const Golden& golden) {
  for (const auto& [precision, least] :
       {std::pair(Precision::float32, 0.99999), std::pair(Precision::bfloat16, 0.999),
        std::pair(Precision::int16, 0.99999), std::pair(Precision::int8, 0.999)}) {
    const Model model = Model::load(folder, precision, at::kCPU);
    EXPECT_EQ(model.max_length(), 32);
    const auto ids = encode(model, golden.texts);
    ASSERT_EQ(ids, golden.ids);
    const at::Tensor vectors = model.embed(pack(ids));
    ASSERT_EQ(vectors.scalar_type(), at::kFloat);
    for (std::size_t row = 0; row < ids.size(); ++row) {
      const at::Tensor vector = vectors[static_cast<std::int64_t>(row)];
      EXPECT_GT(cosine(vector, as_tensor(golden.vectors[row])), least) << "row " << row;
      EXPECT_LT(largest_difference(vector, golden.vectors[row]), precision == Precision::float32 ? 1e-5
                                                                 : precision == Precision::int16 ? 0.005
                                                                                                 : 0.1);
    }
  }
}

TEST(Model, VectorsAreThoseOfSentenceTransformers) {
  for (const char* name :
       {"mean_normalize", "cls", "saved_by_sentence_transformers", "bert_prefix", "gamma_beta"}) {
    SCOPED_TRACE(name);
    const Golden golden(name);
    expect_vectors(golden.folder, golden);
  }
}

TEST(Model, EveryInstructionSetGivesTheseVectors) {
  const Golden golden("mean_normalize");
  for (const std::string& target : kernels::supported_targets()) {
    SCOPED_TRACE(target);
    kernels::choose_target(target);
    expect_vectors(golden.folder, golden);
  }
  kernels::choose_target(kernels::supported_targets().front());
}

TEST(Model, SaysWhatComputesItsProducts) {
  const Golden golden("mean_normalize");
  const std::map<std::string, std::string> expected = {
      {"AVX2", "kernels and float32 products AVX2"}, {"SCALAR", "kernels SCALAR, float32 products libtorch"}};
  for (const std::string& target : kernels::supported_targets()) {
    kernels::choose_target(target);
    const Model model = Model::load(golden.folder, Precision::float32, at::kCPU);
    EXPECT_NE(model.arithmetic().find(target), std::string::npos);
    if (expected.contains(target)) {
      EXPECT_EQ(model.arithmetic(), expected.at(target));
    }
  }
  kernels::choose_target(kernels::supported_targets().front());
}

TEST(Model, TokensOutsideTheTablesAreRefused) {
  const Model model = Model::load(Golden("mean_normalize").folder, Precision::float32, at::kCPU);
  const std::vector<std::vector<std::int32_t>> unknown = {{2, 60, 3}}, negative = {{-1}};
  const std::vector<std::vector<std::int32_t>> too_long = {std::vector<std::int32_t>(1000, 5)};
  for (const auto& ids : {unknown, negative, too_long})
    EXPECT_NE(error_of(ErrorKind::model, [&] { model.embed(pack(ids)); }).find("token"), std::string::npos);
}

TEST(Model, BertOverXlmRobertasTokenizer) {
  const auto tokenizer = std::filesystem::path(REPRTUNE_SOURCE_DIR) /
                         "../shared/tokenizers/sentencepiece/hf-test_sentencepiece.model";
  if (!std::filesystem::exists(tokenizer)) GTEST_SKIP() << "needs the shared SentencePiece model";
  const Golden golden("xlmr");
  const TemporaryFolder folder;
  std::filesystem::copy(golden.folder, folder.path(), std::filesystem::copy_options::recursive);
  std::filesystem::copy_file(tokenizer, folder / "sentencepiece.bpe.model");
  expect_vectors(folder.path(), golden);
}

Head head_of(std::int64_t hidden, std::vector<std::string> labels) {
  const auto classes = static_cast<std::int64_t>(labels.size());
  return {LabelSet(std::move(labels)), at::randn({classes, hidden}), at::randn({classes}),
          1.2345678901234567};
}

TEST(Model, SavedAndLoadedIsTheSameModelBitForBit) {
  for (const char* name : {"mean_normalize", "cls", "saved_by_sentence_transformers", "gamma_beta"}) {
    SCOPED_TRACE(name);
    const Golden golden(name);
    Model model = Model::load(golden.folder, Precision::float32, at::kCPU);
    const std::vector<std::string> labels = {
        "007", "NA", "a,b\n\"c\"", "\xc3\xa9t\xc3\xa9 \xf0\x9f\x99\x82", " ", "null", "\\"};
    Head head = head_of(model.hidden_size(), labels);
    head.abstention = {0.95, 1.0 / 3, {0, 0.1, std::nullopt, 1, 0.5, 0.25, std::nullopt}};
    model.set_head(std::move(head));
    model.set_cleaning({Cleaning::html, Cleaning::whitespace});
    QuantizationRanges ranges;
    for (std::int64_t i = 0; i < model.hidden_size(); ++i) {
      ranges.minimum.push_back(-0.1F * static_cast<float>(i));
      ranges.maximum.push_back(1.0F / 3 + static_cast<float>(i));
    }
    model.set_quantization_ranges(ranges);
    const at::Tensor rows = at::randn({9, model.hidden_size()});
    model.set_novelty(Novelty::fit(rows, std::vector<std::size_t>{0, 0, 0, 0, 2, 2, 2, 2, 2}, rows));
    model.set_max_length(17);
    const TemporaryFolder folder;
    write_model_folder(folder.path(), model, {{"seed", 42}});

    const Model again = Model::load(folder.path(), Precision::float32, at::kCPU);
    EXPECT_EQ(again.head()->labels.names(), labels);
    EXPECT_EQ(again.head()->temperature, 1.2345678901234567);
    EXPECT_TRUE(same_bits(again.head()->weight, model.head()->weight));
    EXPECT_TRUE(same_bits(again.head()->bias, model.head()->bias));
    EXPECT_EQ(again.cleaning(), model.cleaning());
    EXPECT_EQ(again.quantization_ranges()->minimum, ranges.minimum);
    EXPECT_EQ(again.quantization_ranges()->maximum, ranges.maximum);
    EXPECT_EQ(again.head()->abstention->precision, 0.95);
    EXPECT_EQ(again.head()->abstention->threshold, 1.0 / 3);
    EXPECT_EQ(again.head()->abstention->class_thresholds, model.head()->abstention->class_thresholds);
    EXPECT_TRUE(same_bits(again.novelty()->whitening(), model.novelty()->whitening()));
    EXPECT_TRUE(same_bits(again.novelty()->centroids(), model.novelty()->centroids()));
    EXPECT_TRUE(same_bits(again.novelty()->distances(), model.novelty()->distances()));
    EXPECT_EQ(again.max_length(), 17);
    EXPECT_EQ(again.pooling().mode, model.pooling().mode);
    EXPECT_EQ(again.pooling().normalize, model.pooling().normalize);
    EXPECT_EQ(read_reprtune_json(folder.path()).at("seed"), 42);
    const auto a = model.encoder().parameters(), b = again.encoder().parameters();
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(same_bits(a[i].tensor, b[i].tensor)) << a[i].name;
    const PackedBatch batch = pack(golden.ids);
    EXPECT_TRUE(same_bits(model.embed(batch), again.embed(batch)));
  }
}

TEST(Model, MaximalLengthHasLimits) {
  Model model = Model::load(Golden("cls").folder, Precision::float32, at::kCPU);
  EXPECT_NO_THROW(model.set_max_length(40));
  error_of(ErrorKind::usage, [&] { model.set_max_length(41); });
  error_of(ErrorKind::usage, [&] { model.set_max_length(2); });
}

TEST(Model, ATokenizerLargerThanTheEncoderIsRefused) {
  const TemporaryFolder folder;
  std::filesystem::copy(Golden("cls").folder, folder.path(), std::filesystem::copy_options::recursive);
  folder.write("vocab.txt", file_bytes(folder / "vocab.txt") + "another\n");
  EXPECT_NE(error_of(ErrorKind::model, [&] { Model::load(folder.path(), Precision::float32, at::kCPU); })
                .find("61 tokens"),
            std::string::npos);
}

TEST(Model, BrokenHeadFilesAreNamed) {
  Model model = Model::load(Golden("cls").folder, Precision::float32, at::kCPU);
  model.set_head(head_of(16, {"a", "b"}));
  const TemporaryFolder folder;
  write_model_folder(folder.path(), model, nlohmann::ordered_json::object());
  const auto refused = [&] {
    return error_of(ErrorKind::model, [&] { Model::load(folder.path(), Precision::float32, at::kCPU); });
  };
  const std::string good = file_bytes(folder / "reprtune.json");
  const auto with = [&](const char* key, const nlohmann::json& value) {
    auto json = nlohmann::json::parse(good);
    json[key] = value;
    folder.write("reprtune.json", json.dump());
  };
  const auto ranges = [](double minimum, double maximum) {
    return nlohmann::json{{"minimum", std::vector<double>(16, minimum)},
                          {"maximum", std::vector<double>(16, maximum)}};
  };
  for (const auto& [key, value] : std::vector<std::pair<const char*, nlohmann::json>>{
           {"labels", nullptr},
           {"labels", {"a", "a"}},
           {"labels", {"a", ""}},
           {"labels", {1, 2}},
           {"labels", "ab"},
           {"labels", nlohmann::json::array()},
           {"labels", {"a", "b", "c"}},
           {"temperature", 0},
           {"temperature", -1},
           {"temperature", "hot"},
           {"abstention", 7},
           {"abstention", {{"threshold", 1.5}}},
           {"abstention", {{"threshold", "high"}}},
           {"abstention", {{"class_thresholds", {0.5}}}},
           {"abstention", {{"class_thresholds", {0.5, 1.5}}}},
           {"abstention", {{"class_thresholds", {0.5, "high"}}}},
           {"cleaning", 7},
           {"quantization_ranges", 7},
           {"quantization_ranges", {{"minimum", {1}}, {"maximum", {2}}}},
           {"quantization_ranges", ranges(0, 1e300)},
           {"quantization_ranges", ranges(-3e38, 3e38)},
           {"quantization_ranges", ranges(1, -1)}}) {
    SCOPED_TRACE(std::string(key) + " " + value.dump());
    with(key, value);
    refused();
  }
  folder.write("reprtune.json", "{");
  EXPECT_NE(refused().find("reprtune.json"), std::string::npos);
  folder.write("reprtune.json", "[]");
  refused();
  folder.write("reprtune.json", good);
  std::filesystem::remove(folder / "head.safetensors");
  EXPECT_NE(refused().find("head.safetensors"), std::string::npos);
}

TEST(Model, AHeadForSeveralLabelsIsSavedAndLoaded) {
  Model model = Model::load(Golden("cls").folder, Precision::float32, at::kCPU);
  Head head = head_of(16, {"a", "b"});
  head.problem = ProblemType::multi_label;
  head.thresholds = {1.0F / 3, 0.0625F};
  model.set_head(std::move(head));
  model.set_label_separator(" / ");
  const TemporaryFolder folder;
  write_model_folder(folder.path(), model, nlohmann::ordered_json::object());
  const Model again = Model::load(folder.path(), Precision::float32, at::kCPU);
  EXPECT_EQ(again.head()->problem, ProblemType::multi_label);
  EXPECT_EQ(again.head()->thresholds, model.head()->thresholds);
  EXPECT_EQ(again.label_separator(), " / ");

  const std::string good = file_bytes(folder / "reprtune.json");
  const auto refused_with = [&](const char* key, const nlohmann::json& value) {
    auto json = nlohmann::json::parse(good);
    json[key] = value;
    folder.write("reprtune.json", json.dump());
    return error_of(ErrorKind::model, [&] { Model::load(folder.path(), Precision::float32, at::kCPU); });
  };
  EXPECT_NE(refused_with("thresholds", {0.5}).find("'thresholds' must be 2 probabilities"),
            std::string::npos);
  EXPECT_NE(refused_with("thresholds", {0.5, 1.5}).find("'thresholds'"), std::string::npos);
  EXPECT_NE(refused_with("problem_type", "regression").find("found 'regression'"), std::string::npos);
}

TEST(Model, AHeadForOneLabelIsWrittenAsEver) {
  Model model = Model::load(Golden("cls").folder, Precision::float32, at::kCPU);
  model.set_head(head_of(16, {"a", "b"}));
  const TemporaryFolder folder;
  write_model_folder(folder.path(), model, nlohmann::ordered_json::object());
  const auto json = read_reprtune_json(folder.path());
  for (const char* key : {"problem_type", "thresholds", "label_separator"}) EXPECT_FALSE(json.contains(key));
}

}  // namespace
}  // namespace reprtune
