#include <reprtune/io/random.h>
#include <reprtune/model/encoder.h>
#include <reprtune/model/pooling.h>

#include "error_of.h"
#include "golden.h"

#include <algorithm>
#include <map>
#include <numeric>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

namespace reprtune {
namespace {

Encoder load(const Golden& golden) {
  return {load_encoder_config(golden.folder / "config.json"),
          SafetensorsFile(golden.folder / "model.safetensors")};
}

/// Tokens of row `row` within the packed hidden states.
at::Tensor tokens_of(const at::Tensor& hidden, const PackedBatch& batch, std::size_t row) {
  std::int64_t first = 0;
  std::size_t place = 0;
  for (const auto& group : batch.groups) {
    for (std::int64_t i = 0; i < group.rows; ++i, ++place, first += group.length) {
      if (batch.order[place] == static_cast<std::int64_t>(row)) return hidden.narrow(0, first, group.length);
    }
  }
  ADD_FAILURE() << "row " << row << " is not in the batch";
  return {};
}

class EncoderGolden : public testing::TestWithParam<const char*> {};

TEST_P(EncoderGolden, HiddenStatesAreThoseOfTransformers) {
  const Golden golden(GetParam());
  Encoder encoder = load(golden);
  const PackedBatch batch = pack(golden.ids);
  encoder.pack(Precision::float32);
  const at::Tensor inferred = encoder.infer(batch);
  encoder.pack(Precision::bfloat16);
  const at::Tensor rounded = encoder.infer(batch).to(at::kFloat);
  encoder.pack(Precision::int16);
  const at::Tensor fine_integers = encoder.infer(batch);
  encoder.pack(Precision::int8);
  const at::Tensor integers = encoder.infer(batch).to(at::kFloat);
  Dropout none(0, 1, 1);
  const at::Tensor trained = encoder.train(batch, none);
  for (std::size_t row = 0; row < golden.ids.size(); ++row) {
    EXPECT_LT(largest_difference(tokens_of(inferred, batch, row), golden.hidden[row]), 1e-5) << "row " << row;
    EXPECT_LT(largest_difference(tokens_of(trained, batch, row), golden.hidden[row]), 1e-5) << "row " << row;
    EXPECT_GT(cosine(tokens_of(fine_integers, batch, row).reshape(-1), as_tensor(golden.hidden[row])),
              0.99999)
        << "row " << row;
    EXPECT_GT(cosine(tokens_of(rounded, batch, row).reshape(-1), as_tensor(golden.hidden[row])), 0.999)
        << "row " << row;
    // In networks this narrow (16 or 32) there are few roundings to cancel each other.
    EXPECT_GT(cosine(tokens_of(integers, batch, row).reshape(-1), as_tensor(golden.hidden[row])), 0.998)
        << "row " << row;
  }
}

INSTANTIATE_TEST_SUITE_P(Layouts, EncoderGolden,
                         testing::Values("mean_normalize", "cls", "saved_by_sentence_transformers",
                                         "bert_prefix", "gamma_beta", "roberta", "xlmr"));

TEST(Encoder, ARowDoesNotDependOnItsBatchMates) {
  const Golden golden("mean_normalize");
  Encoder encoder = load(golden);
  encoder.pack(Precision::float32);
  Random random(3);
  for (int trial = 0; trial < 10; ++trial) {
    std::vector<std::size_t> rows(1 + random.below(12));
    for (auto& row : rows) row = random.below(golden.ids.size());
    const PackedBatch batch = pack(golden.ids, rows);
    const at::Tensor hidden = encoder.infer(batch);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_LT(largest_difference(tokens_of(hidden, batch, i), golden.hidden[rows[i]]), 1e-5);
    }
  }
}

TEST(Encoder, CheckpointGivesBackEveryTensorBitForBit) {
  for (const char* name : {"mean_normalize", "roberta", "saved_by_sentence_transformers"}) {
    const Golden golden(name);
    const SafetensorsFile file(golden.folder / "model.safetensors");
    std::map<std::string, at::Tensor> written;
    for (const auto& [tensor_name, tensor] : load(golden).checkpoint())
      EXPECT_TRUE(written.emplace(tensor_name, tensor).second);
    EXPECT_EQ(written.size(), file.names().size());
    for (const std::string& full_name : file.names()) {
      const std::string tensor_name = full_name.starts_with("roberta.") ? full_name.substr(8) : full_name;
      ASSERT_TRUE(written.contains(tensor_name)) << tensor_name;
      EXPECT_TRUE(same_bits(written[tensor_name], file.read(full_name, file.shape(full_name))))
          << tensor_name;
    }
  }
}

TEST(Encoder, OldAndPrefixedNamesAreWrittenUnderTheNewOnes) {
  for (const char* name : {"bert_prefix", "gamma_beta"}) {
    for (const auto& [tensor_name, tensor] : load(Golden(name)).checkpoint()) {
      EXPECT_TRUE(tensor_name.starts_with("embeddings.") || tensor_name.starts_with("encoder.") ||
                  tensor_name.starts_with("pooler."));
      EXPECT_EQ(tensor_name.find("gamma"), std::string::npos);
    }
  }
}

TEST(Encoder, WeightsOfAnotherShapeOrMissingAreRefused) {
  const Golden golden("mean_normalize");
  const SafetensorsFile file(golden.folder / "model.safetensors");
  EncoderConfig config = load_encoder_config(golden.folder / "config.json");
  config.layers = 3;
  EXPECT_NE(error_of(ErrorKind::model, [&] { Encoder(config, file); }).find("no tensor 'encoder.layer.2."),
            std::string::npos);
  config.layers = 2;
  config.vocabulary_size = 61;
  EXPECT_NE(error_of(ErrorKind::model, [&] { Encoder(config, file); }).find("[60, 32], expected [61, 32]"),
            std::string::npos);
  config.vocabulary_size = 60;
  config.intermediate_size = 65;
  EXPECT_NE(error_of(ErrorKind::model, [&] { Encoder(config, file); }).find("intermediate.dense.weight"),
            std::string::npos);
}

TEST(Encoder, DropoutIsAFunctionOfSeedAndStream) {
  const Golden golden("mean_normalize");
  const Encoder encoder = load(golden);
  const PackedBatch batch = pack(golden.ids);
  const auto run = [&](std::uint64_t seed, std::uint64_t stream) {
    Dropout dropout(0.1, seed, stream);
    return encoder.train(batch, dropout);
  };
  EXPECT_TRUE(same_bits(run(1, 2), run(1, 2)));
  EXPECT_FALSE(same_bits(run(1, 2), run(1, 3)));
  EXPECT_FALSE(same_bits(run(1, 2), run(2, 2)));
}

TEST(Encoder, ParametersAreTheWeightsThemselves) {
  Encoder encoder = load(Golden("cls"));
  std::int64_t count = 0;
  for (const Parameter& parameter : encoder.parameters()) {
    count += parameter.tensor.numel();
    EXPECT_EQ(parameter.weight_decay, parameter.tensor.dim() == 2) << parameter.name;
    parameter.tensor.zero_();
  }
  std::int64_t checkpoint_count = 0;
  for (const auto& [name, tensor] : encoder.checkpoint()) {
    if (name.starts_with("pooler.")) continue;
    checkpoint_count += tensor.numel();
    EXPECT_EQ(tensor.abs().max().item<double>(), 0) << name;
  }
  EXPECT_EQ(count, checkpoint_count);
}

TEST(Encoder, GradientsAgreeWithFiniteDifferences) {
  const Golden golden("cls");
  const EncoderConfig config = load_encoder_config(golden.folder / "config.json");
  const Encoder encoder(config, SafetensorsFile(golden.folder / "model.safetensors"));
  Encoder replica = encoder.replica();
  const PackedBatch batch = pack(golden.ids);
  const at::Tensor direction =
      at::sin(at::arange(batch.tokens() * config.hidden_size, at::kFloat)).view({-1, config.hidden_size});
  Dropout none(0, 0, 0);
  const auto loss = [&](const Encoder& which) { return (which.train(batch, none) * direction).sum(); };
  loss(replica).backward();
  for (std::size_t i = 0; i < replica.linears().size(); ++i)
    replica.join_gradient(i, {&replica, 1}, kernels::Update::replace);
  Random random(5);
  const auto leaves = replica.parameters();
  for (const Parameter& leaf : leaves) {
    at::Tensor gradient = leaf.tensor.grad();
    ASSERT_TRUE(gradient.defined()) << leaf.name;
    if (gradient.is_sparse()) gradient = gradient.to_dense();
    // Along the gradient itself the slope is its norm: one number that sees every coordinate.
    const double norm = gradient.norm().item<double>();
    if (norm < 1e-3) continue;  // for example the key biases, which softmax cancels
    const double step = 2e-3;
    const at::Tensor values = leaf.tensor.detach();
    const at::Tensor before = values.clone();
    values.copy_(before + gradient * (step / norm));
    const double above = loss(encoder).item<double>();
    values.copy_(before - gradient * (step / norm));
    const double below = loss(encoder).item<double>();
    values.copy_(before);
    EXPECT_NEAR((above - below) / (2 * step), norm, 0.02 * norm) << leaf.name;
  }
}

}  // namespace
}  // namespace reprtune
