#include <reprtune/io/error.h>
#include <reprtune/model/encoder.h>

#include "cpu_inference_pass.h"
#include "cpu_training_pass.h"
#include "gradient_memory.h"
#include "inference_pass.h"
#include "training_pass.h"
#include "training_products.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace reprtune {
namespace {

/// Copies tensors out of a checkpoint whose names may carry a prefix and the old LayerNorm names.
class CheckpointReader {
 public:
  explicit CheckpointReader(const SafetensorsFile& file) : file_(file) {
    static const std::string anchor = "embeddings.word_embeddings.weight";
    for (const std::string& name : file.names()) {
      if (name.size() >= anchor.size() && name.ends_with(anchor))
        prefix_ = name.substr(0, name.size() - anchor.size());
    }
  }

  at::Tensor tensor(const std::string& name, const std::vector<std::int64_t>& shape) const {
    return file_.read(prefix_ + name, shape);
  }

  at::Tensor norm(const std::string& name, const char* field, const char* old_field,
                  std::int64_t size) const {
    const bool old = !file_.contains(prefix_ + name + field) && file_.contains(prefix_ + name + old_field);
    return tensor(name + (old ? old_field : field), {size});
  }

  Linear linear(const std::string& name, std::int64_t out, std::int64_t in) const {
    return {tensor(name + ".weight", {out, in}), tensor(name + ".bias", {out})};
  }

  bool contains(const std::string& name) const { return file_.contains(prefix_ + name); }

 private:
  const SafetensorsFile& file_;
  std::string prefix_;
};

const char* const kSelf = "attention.self.";

/// Divisors [H] for the columns of norm(x) that make these and the columns of the weight [out, H] equally
/// hard to round: the root of their magnitudes' quotient (Xiao et al., "SmoothQuant", 2023, with alpha 1/2).
/// Columns of normalised rows have mean 0 and variance 1 before the norm's weight and bias, so no text is
/// needed to know how large they are; those of the weight are compared after each row is divided by its own
/// size.
at::Tensor balance(const LayerNorm& norm, const at::Tensor& weight) {
  const auto root_mean_square = [](const at::Tensor& x, std::int64_t dim) {
    return x.square().mean(dim, true).sqrt().clamp_min(1e-6);
  };
  const at::Tensor input = (norm.weight.square() + norm.bias.square()).sqrt().clamp_min(1e-6);
  const at::Tensor rows = weight / root_mean_square(weight, 1);
  return (input / root_mean_square(rows, 0).squeeze(0)).sqrt().detach().contiguous();
}

std::string layer_prefix(std::size_t index) { return "encoder.layer." + std::to_string(index) + "."; }

}  // namespace

Encoder::Encoder(const EncoderConfig& config, const SafetensorsFile& file) : config_(config) {
  const CheckpointReader reader(file);
  const std::int64_t H = config.hidden_size;
  const auto norm = [&](const std::string& name) {
    return LayerNorm{reader.norm(name, ".weight", ".gamma", H), reader.norm(name, ".bias", ".beta", H),
                     config.layer_norm_epsilon};
  };
  embeddings_.word = reader.tensor("embeddings.word_embeddings.weight", {config.vocabulary_size, H});
  embeddings_.position = reader.tensor("embeddings.position_embeddings.weight", {config.max_positions, H});
  embeddings_.type = reader.tensor("embeddings.token_type_embeddings.weight", {config.token_types, H});
  embeddings_.norm = norm("embeddings.LayerNorm");
  embeddings_.position_offset = config.position_offset;
  for (std::int64_t i = 0; i < config.layers; ++i) {
    const std::string name = layer_prefix(static_cast<std::size_t>(i));
    const Linear query = reader.linear(name + kSelf + "query", H, H);
    const Linear key = reader.linear(name + kSelf + "key", H, H);
    const Linear value = reader.linear(name + kSelf + "value", H, H);
    layers_.push_back({
        .qkv = {at::cat({query.weight(), key.weight(), value.weight()}),
                at::cat({query.bias(), key.bias(), value.bias()})},
        .attention_output = reader.linear(name + "attention.output.dense", H, H),
        .attention_norm = norm(name + "attention.output.LayerNorm"),
        .intermediate = reader.linear(name + "intermediate.dense", config.intermediate_size, H),
        .output = reader.linear(name + "output.dense", H, config.intermediate_size),
        .output_norm = norm(name + "output.LayerNorm"),
    });
  }
  if (reader.contains("pooler.dense.weight")) {
    const Linear pooler = reader.linear("pooler.dense", H, H);
    unused_ = {{"pooler.dense.weight", pooler.weight()}, {"pooler.dense.bias", pooler.bias()}};
  }
}

void Encoder::for_each_tensor(const std::function<void(at::Tensor&)>& visit) {
  const auto visit_norm = [&](LayerNorm& norm) {
    visit(norm.weight);
    visit(norm.bias);
  };
  visit(embeddings_.word);
  visit(embeddings_.position);
  visit(embeddings_.type);
  visit_norm(embeddings_.norm);
  for (Linear* const linear : linears()) {
    visit(linear->weight());
    visit(linear->bias());
  }
  for (Layer& layer : layers_) {
    visit_norm(layer.attention_norm);
    visit_norm(layer.output_norm);
  }
}

void Encoder::to(const at::Device& device) {
  for_each_tensor([&](at::Tensor& tensor) { tensor = tensor.detach().to(device); });
}

Encoder Encoder::replica() const {
  Encoder copy(*this);
  copy.for_each_tensor([](at::Tensor& tensor) { tensor = tensor.detach().requires_grad_(true); });
  for (Linear* const linear : copy.linears()) linear->keep_gradient_factors();
  return copy;
}

void Encoder::join_gradient(std::size_t index, std::span<Encoder> replicas, kernels::Update update) {
  std::vector<GradientFactors> factors;
  for (Encoder& replica : replicas) factors.push_back(replica.linears()[index]->take_gradient_factors());
  const Linear& linear = *linears()[index];
  at::Tensor gradient = gradient_memory(linear.weight(), factors.front().x.scalar_type());
  const c10::NoGradGuard no_grad;
  weight_gradient(linear, factors, update, gradient);
}

void Encoder::pack(Precision precision) {
  packed_for_ = precision;
  if (precision == Precision::int8) return pack_int8();
  for (Linear* const linear : linears()) linear->pack(precision);
}

void Encoder::pack_int8() {
  const LayerNorm* norm = &embeddings_.norm;
  for (Layer& layer : layers_) {
    // Of query, key and value only the value is sensitive to how its input is rounded.
    layer.qkv.pack(Precision::int8, balance(*norm, layer.qkv.weight().slice(0, 2 * config_.hidden_size)));
    layer.attention_output.pack(Precision::int8);
    layer.intermediate.pack(Precision::int8, balance(layer.attention_norm, layer.intermediate.weight()));
    layer.output.pack(Precision::int8);
    norm = &layer.output_norm;
  }
}

template <typename Pass>
at::Tensor Encoder::forward(const PackedBatch& batch, const Pass& pass) const {
  at::Tensor x = pass.embed(embeddings_, batch);
  for (const Layer& layer : layers_) {
    const at::Tensor context = pass.self_attention(pass.linear(layer.qkv, x), batch);
    x = pass.add_norm(layer.attention_norm, x, pass.linear(layer.attention_output, context));
    const at::Tensor inner = pass.activate(layer.intermediate, x);
    x = pass.add_norm(layer.output_norm, x, pass.linear(layer.output, inner));
  }
  return x;
}

at::Tensor Encoder::infer(const PackedBatch& batch) const {
  if (!embeddings_.word.is_cpu()) return forward(batch, InferencePass(config_, compute_type(packed_for_)));
  return forward(batch, CpuInferencePass(config_, packed_for_)).narrow(0, 0, batch.tokens());
}

std::vector<Linear*> Encoder::linears() {
  std::vector<Linear*> result;
  for (Layer& layer : layers_)
    result.insert(result.end(), {&layer.qkv, &layer.attention_output, &layer.intermediate, &layer.output});
  return result;
}

void Encoder::prepare_training(Precision precision) {
  training_in_ = precision;
  for (Linear* const linear : linears()) linear->prepare_training(precision);
}

at::Tensor Encoder::train(const PackedBatch& batch, Dropout& dropout, const at::Tensor& perturbation) const {
  if (embeddings_.word.is_cpu()) {
    return forward(batch, CpuTrainingPass(config_, training_in_, dropout, perturbation))
        .narrow(0, 0, batch.tokens());
  }
  return forward(batch, TrainingPass(config_, compute_type(training_in_), dropout, perturbation));
}

at::Tensor Encoder::embedding_gradient() const { return embeddings_.word.grad()._values(); }

std::vector<Parameter> Encoder::parameters() const {
  std::vector<Parameter> result;
  std::size_t layer = 0;
  const auto add_norm = [&](const std::string& name, const LayerNorm& norm) {
    result.push_back({name + ".weight", norm.weight, false, layer, {}});
    result.push_back({name + ".bias", norm.bias, false, layer, {}});
  };
  const auto add_linear = [&](const std::string& name, const Linear& linear) {
    result.push_back({name + ".weight", linear.weight(), true, layer, linear.training_copy()});
    result.push_back({name + ".bias", linear.bias(), false, layer, {}});
  };
  result.push_back({"embeddings.word_embeddings.weight", embeddings_.word, true, layer, {}});
  result.push_back({"embeddings.position_embeddings.weight", embeddings_.position, true, layer, {}});
  result.push_back({"embeddings.token_type_embeddings.weight", embeddings_.type, true, layer, {}});
  add_norm("embeddings.LayerNorm", embeddings_.norm);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::string name = layer_prefix(i);
    layer = i + 1;
    add_linear(name + kSelf + "qkv", layers_[i].qkv);
    add_linear(name + "attention.output.dense", layers_[i].attention_output);
    add_norm(name + "attention.output.LayerNorm", layers_[i].attention_norm);
    add_linear(name + "intermediate.dense", layers_[i].intermediate);
    add_linear(name + "output.dense", layers_[i].output);
    add_norm(name + "output.LayerNorm", layers_[i].output_norm);
  }
  return result;
}

std::vector<std::pair<std::string, at::Tensor>> Encoder::checkpoint() const {
  std::vector<std::pair<std::string, at::Tensor>> result = unused_;
  for (const Parameter& parameter : parameters()) {
    const at::Tensor tensor = parameter.tensor.detach();
    const auto fused = parameter.name.find("qkv");
    if (fused == std::string::npos) {
      result.emplace_back(parameter.name, tensor);
      continue;
    }
    const auto parts = tensor.chunk(3, 0);
    const char* const names[] = {"query", "key", "value"};
    for (std::size_t i = 0; i < 3; ++i) {
      result.emplace_back(std::string(parameter.name).replace(fused, 3, names[i]), parts[i]);
    }
  }
  return result;
}

}  // namespace reprtune
