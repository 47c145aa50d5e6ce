#pragma once

#include <reprtune/data/input_options.h>
#include <reprtune/model/encoder.h>
#include <reprtune/model/head.h>
#include <reprtune/model/model_folder.h>
#include <reprtune/model/novelty.h>
#include <reprtune/model/precision.h>
#include <reprtune/text/tokenizer.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// Element ranges of the training embeddings, for int8 and uint8 vectors.
struct QuantizationRanges {
  std::vector<float> minimum, maximum;  // [H]
};

/// A representation model: tokenizer, encoder, pooling and, once finetuned, a classification head. Move-only.
class Model {
 public:
  /// Loads a folder and prepares it for inference. Throws Error(model).
  static Model load(const std::filesystem::path& folder, Precision precision, const at::Device& device);

  const ModelFolder& folder() const { return folder_; }
  const Tokenizer& tokenizer() const { return *tokenizer_; }
  std::int64_t max_length() const { return folder_.max_length; }
  std::int64_t hidden_size() const { return folder_.config.hidden_size; }
  Precision precision() const { return precision_; }
  const at::Device& device() const { return device_; }
  /// What embed() computes with, for messages: "kernels AVX3_BF16, bfloat16 products libtorch".
  std::string arithmetic() const;
  Encoder& encoder() { return encoder_; }
  const Encoder& encoder() const { return encoder_; }
  const Pooling& pooling() const { return folder_.pooling; }
  const std::optional<Head>& head() const { return head_; }
  /// Cleaning steps the texts went through in training, to be repeated in use.
  const std::vector<Cleaning>& cleaning() const { return cleaning_; }
  /// What stands between the labels of a row in csv and tsv; empty where a row has one label.
  const std::string& label_separator() const { return label_separator_; }
  const std::optional<QuantizationRanges>& quantization_ranges() const { return ranges_; }

  /// Absent without a head, and in models finetuned before there was one.
  const std::optional<Novelty>& novelty() const { return novelty_; }

  /// Throws Error(usage) when `tokens` is below 3 or above what the position table allows.
  void set_max_length(std::int64_t tokens);
  void set_head(Head head) { head_ = std::move(head); }
  void set_cleaning(std::vector<Cleaning> cleaning) { cleaning_ = std::move(cleaning); }
  void set_label_separator(std::string separator) { label_separator_ = std::move(separator); }
  void set_novelty(Novelty novelty) { novelty_ = std::move(novelty); }
  void set_quantization_ranges(QuantizationRanges ranges) { ranges_ = std::move(ranges); }

  /// Prepares embed() after the weights changed.
  void pack();

  /// The one inference path: [B, H] float32 vectors in the order the rows were packed from. Several threads
  /// may call it.
  at::Tensor embed(const PackedBatch& batch) const;

 private:
  Model(ModelFolder folder, std::unique_ptr<Tokenizer> tokenizer, Encoder encoder, Precision precision,
        at::Device device);

  ModelFolder folder_;
  std::unique_ptr<Tokenizer> tokenizer_;
  Encoder encoder_;
  std::optional<Head> head_;
  std::vector<Cleaning> cleaning_;
  std::string label_separator_;
  std::optional<QuantizationRanges> ranges_;
  std::optional<Novelty> novelty_;
  Precision precision_;
  at::Device device_;
};

}  // namespace reprtune
