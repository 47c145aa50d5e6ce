#include <reprtune/io/error.h>
#include <reprtune/model/encoder.h>

#include <cmath>

#include <ATen/ATen.h>

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

std::string layer_prefix(std::size_t index) { return "encoder.layer." + std::to_string(index) + "."; }

}  // namespace

Encoder::Encoder(const EncoderConfig& config, const SafetensorsFile& file) : config_(config) {
  const CheckpointReader reader(file);
  const std::int64_t H = config.hidden_size;
  const auto norm = [&](const std::string& name) {
    return LayerNorm{reader.norm(name, ".weight", ".gamma", H), reader.norm(name, ".bias", ".beta", H)};
  };
  word_embeddings_ = reader.tensor("embeddings.word_embeddings.weight", {config.vocabulary_size, H});
  position_embeddings_ = reader.tensor("embeddings.position_embeddings.weight", {config.max_positions, H});
  type_embeddings_ = reader.tensor("embeddings.token_type_embeddings.weight", {config.token_types, H});
  embedding_norm_ = norm("embeddings.LayerNorm");
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
  visit(word_embeddings_);
  visit(position_embeddings_);
  visit(type_embeddings_);
  visit_norm(embedding_norm_);
  for (Layer& layer : layers_) {
    for (Linear* linear : {&layer.qkv, &layer.attention_output, &layer.intermediate, &layer.output}) {
      visit(linear->weight());
      visit(linear->bias());
    }
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
  return copy;
}

void Encoder::pack(at::ScalarType compute_type) {
  packed_type_ = compute_type;
  for (Layer& layer : layers_) {
    for (Linear* linear : {&layer.qkv, &layer.attention_output, &layer.intermediate, &layer.output}) {
      linear->pack(compute_type);
    }
  }
}

at::Tensor Encoder::layer_norm(const LayerNorm& norm, const at::Tensor& x) const {
  return at::layer_norm(x, {config_.hidden_size}, norm.weight, norm.bias, config_.layer_norm_epsilon);
}

/// Packed weights, fused attention, no dropout.
class Encoder::InferencePass {
 public:
  explicit InferencePass(const Encoder& encoder) : encoder_(encoder) {}

  at::ScalarType compute_type() const { return encoder_.packed_type_; }
  at::Tensor linear(const Linear& linear, const at::Tensor& x) const { return linear.packed(x); }
  at::Tensor activate(const Linear& linear, const at::Tensor& x) const {
    if (encoder_.config_.activation == "gelu") return linear.packed_gelu(x);
    const at::Tensor y = linear.packed(x);
    return encoder_.config_.activation == "relu" ? at::relu(y) : at::gelu(y, "tanh");
  }
  at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) const {
    return at::scaled_dot_product_attention(q, k, v);
  }
  at::Tensor hidden_dropout(const at::Tensor& x) const { return x; }

 private:
  const Encoder& encoder_;
};

/// Differentiable. Attention is written out: the backward of the fused one is several times slower in
/// bfloat16.
class Encoder::TrainingPass {
 public:
  TrainingPass(const EncoderConfig& config, at::ScalarType compute_type, Dropout& dropout)
      : config_(config), compute_type_(compute_type), dropout_(dropout) {}

  at::ScalarType compute_type() const { return compute_type_; }
  at::Tensor linear(const Linear& linear, const at::Tensor& x) const { return linear(x); }
  at::Tensor activate(const Linear& linear, const at::Tensor& x) const {
    const at::Tensor y = linear(x);
    if (config_.activation == "relu") return at::relu(y);
    return at::gelu(y, config_.activation == "gelu" ? "none" : "tanh");
  }
  at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) const {
    const double scale = 1 / std::sqrt(static_cast<double>(config_.head_size()));
    const auto flat = [](const at::Tensor& x) {
      return x.reshape({-1, x.size(2), x.size(3)});
    };  // [rows * A, T, D]
    const at::Tensor scores = at::bmm(flat(q) * scale, flat(k).transpose(1, 2));
    const at::Tensor weights = dropout_(at::softmax(scores, -1), config_.attention_dropout);
    return at::bmm(weights, flat(v)).view(q.sizes());
  }
  at::Tensor hidden_dropout(const at::Tensor& x) const { return dropout_(x, config_.hidden_dropout); }

 private:
  const EncoderConfig& config_;
  at::ScalarType compute_type_;
  Dropout& dropout_;
};

template <typename Pass>
at::Tensor Encoder::forward(const PackedBatch& batch, Pass&& pass) const {
  const std::int64_t A = config_.heads;
  const std::int64_t D = config_.head_size();
  std::vector<std::int64_t> group_tokens;
  for (const auto& group : batch.groups) group_tokens.push_back(group.rows * group.length);

  const auto self_attention = [&](const at::Tensor& qkv) {  // [N, 3H] -> [N, H]
    std::vector<at::Tensor> outputs;
    const auto blocks = at::split_with_sizes(qkv, group_tokens);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const std::int64_t rows = batch.groups[i].rows;
      const std::int64_t T = batch.groups[i].length;
      const auto heads =
          blocks[i].view({rows, T, 3, A, D}).permute({2, 0, 3, 1, 4}).unbind(0);  // [rows, A, T, D] each
      outputs.push_back(
          pass.attention(heads[0], heads[1], heads[2]).transpose(1, 2).reshape({rows * T, A * D}));
    }
    return outputs.size() == 1 ? outputs.front() : at::cat(outputs);
  };

  const at::Tensor ids = batch.ids.to(word_embeddings_.device());
  const at::Tensor positions = batch.positions.to(word_embeddings_.device()) + config_.position_offset;
  at::Tensor x = at::embedding(word_embeddings_, ids, -1, false, true) +
                 at::embedding(position_embeddings_, positions) + type_embeddings_.select(0, 0);
  x = pass.hidden_dropout(layer_norm(embedding_norm_, x).to(pass.compute_type()));
  for (const Layer& layer : layers_) {
    const at::Tensor context = self_attention(pass.linear(layer.qkv, x));
    x = layer_norm(layer.attention_norm,
                   x + pass.hidden_dropout(pass.linear(layer.attention_output, context)));
    const at::Tensor inner = pass.activate(layer.intermediate, x);
    x = layer_norm(layer.output_norm, x + pass.hidden_dropout(pass.linear(layer.output, inner)));
  }
  return x;
}

at::Tensor Encoder::infer(const PackedBatch& batch) const { return forward(batch, InferencePass(*this)); }

at::Tensor Encoder::train(const PackedBatch& batch, at::ScalarType compute_type, Dropout& dropout) const {
  return forward(batch, TrainingPass(config_, compute_type, dropout));
}

std::vector<Parameter> Encoder::parameters() const {
  std::vector<Parameter> result;
  const auto add_norm = [&](const std::string& name, const LayerNorm& norm) {
    result.push_back({name + ".weight", norm.weight, false});
    result.push_back({name + ".bias", norm.bias, false});
  };
  const auto add_linear = [&](const std::string& name, const Linear& linear) {
    result.push_back({name + ".weight", linear.weight(), true});
    result.push_back({name + ".bias", linear.bias(), false});
  };
  result.push_back({"embeddings.word_embeddings.weight", word_embeddings_, true});
  result.push_back({"embeddings.position_embeddings.weight", position_embeddings_, true});
  result.push_back({"embeddings.token_type_embeddings.weight", type_embeddings_, true});
  add_norm("embeddings.LayerNorm", embedding_norm_);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::string name = layer_prefix(i);
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
