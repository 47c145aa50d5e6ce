#pragma once

#include <reprtune/kernels/update.h>
#include <reprtune/model/dropout.h>
#include <reprtune/model/embedding_tables.h>
#include <reprtune/model/encoder_config.h>
#include <reprtune/model/linear.h>
#include <reprtune/model/packed_batch.h>
#include <reprtune/model/precision.h>
#include <reprtune/model/safetensors.h>

#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// A trainable tensor and how the optimizer treats it.
struct Parameter {
  std::string name;
  at::Tensor tensor;          ///< float32, shared with the model
  bool weight_decay = false;  ///< matrices yes; biases and normalisation no
  std::size_t layer = 0;      ///< 0: the embeddings; from 1: the encoder's layers
  at::Tensor training_copy;   ///< bfloat16, to be written by who changes the tensor; may be undefined
};

/// The BERT encoder (Devlin et al., 2019) over packed rows: N tokens in, N hidden states out, no padding and
/// no mask. Weights are float32. One description of the network serves training and inference; the passes
/// (TrainingPass, CpuInferencePass, ...) say how its steps are done.
class Encoder {
 public:
  /// Reads the weights, with or without a name prefix ("bert.", "0.auto_model."). Throws Error(model).
  Encoder(const EncoderConfig& config, const SafetensorsFile& file);
  Encoder(Encoder&&) noexcept = default;
  Encoder& operator=(Encoder&&) noexcept = default;

  const EncoderConfig& config() const { return config_; }

  /// Moves the weights; what was packed is lost.
  void to(const at::Device& device);

  /// Prepares infer() for this precision, a resolved one; to be called again after the weights changed.
  void pack(Precision precision);
  /// Hidden states [N, H] in the activations' type. Needs pack(); several threads may call it at once.
  at::Tensor infer(const PackedBatch& batch) const;

  /// Prepares train() for this precision, a resolved one; to be called before replicas are made, and again
  /// after the weights were changed by anyone who does not write the training copies.
  void prepare_training(Precision precision);
  /// Hidden states [N, H] in the activations' type, differentiable, with this dropout.
  /// `perturbation` [N, H] float32 is added to the embeddings, before they are normalised; undefined: none.
  /// In float32 without prepare_training().
  at::Tensor train(const PackedBatch& batch, Dropout& dropout, const at::Tensor& perturbation = {}) const;

  /// All linear layers, in the order of the network.
  std::vector<Linear*> linears();

  /// The same network over the same storage, whose tensors are gradient leaves of their own: for a worker
  /// thread that runs forward and backward beside others. On the CPU the gradient of the word embeddings is
  /// sparse, and those of linear layers' matrices are still to be joined after the way back.
  Encoder replica() const;

  /// After ways back of replicas on the CPU, one each: the gradient of the matrix of linear layer `index`
  /// over the tokens of them all, in the type of the activations, in the place of that of this replica or
  /// added to it. So many threads share one product and one gradient, which is as large as the matrix.
  void join_gradient(std::size_t index, std::span<Encoder> replicas, kernels::Update update);

  /// After a way back of a replica: the gradient of the embeddings [N, H] of the tokens of its batch.
  at::Tensor embedding_gradient() const;

  /// All trainable tensors; fused ones (qkv) once.
  std::vector<Parameter> parameters() const;
  /// All tensors under the names of a Hugging Face checkpoint, without prefix; the tensors may share storage
  /// with the model.
  std::vector<std::pair<std::string, at::Tensor>> checkpoint() const;

 private:
  struct Layer {
    Linear qkv;               // [3H, H]: query, key and value in one product
    Linear attention_output;  // [H, H]
    LayerNorm attention_norm;
    Linear intermediate;  // [F, H]
    Linear output;        // [H, F]
    LayerNorm output_norm;
  };
  Encoder(const Encoder&) = default;
  void pack_int8();
  void for_each_tensor(const std::function<void(at::Tensor&)>& visit);
  template <typename Pass>
  at::Tensor forward(const PackedBatch& batch, const Pass& pass) const;

  EncoderConfig config_;
  EmbeddingTables embeddings_;
  std::vector<Layer> layers_;
  std::vector<std::pair<std::string, at::Tensor>>
      unused_;  ///< the pooler, kept so that a saved checkpoint is complete
  Precision packed_for_ = Precision::float32, training_in_ = Precision::float32;
};

}  // namespace reprtune
