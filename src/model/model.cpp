#include <reprtune/data/input_names.h>
#include <reprtune/io/error.h>
#include <reprtune/io/json_file.h>
#include <reprtune/kernels/int8_product.h>
#include <reprtune/kernels/target.h>
#include <reprtune/model/model.h>

#include "own_products.h"

#include <algorithm>
#include <cmath>
#include <future>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

std::optional<Abstention> load_abstention(const ModelFolder& folder, const nlohmann::json& json,
                                          std::size_t classes) {
  const auto found = json.find("abstention");
  if (found == json.end() || found->is_null()) return std::nullopt;
  const auto file = folder.path / "reprtune.json";
  if (!found->is_object()) throw Error(ErrorKind::model, file.string() + ": 'abstention' is not an object");
  const auto probability = [&file](const nlohmann::json& value) -> std::optional<double> {
    if (value.is_null()) return std::nullopt;
    if (!value.is_number() || !(value.get<double>() >= 0 && value.get<double>() <= 1))
      throw Error(ErrorKind::model, file.string() + ": 'threshold' must be a probability");
    return value.get<double>();
  };
  Abstention abstention{json_value<double>(*found, "precision", 0, file),
                        probability(found->value("threshold", nlohmann::json())),
                        {}};
  for (const nlohmann::json& threshold :
       json_value<nlohmann::json>(*found, "class_thresholds", nlohmann::json::array(), file))
    abstention.class_thresholds.push_back(probability(threshold));
  if (!abstention.class_thresholds.empty() && abstention.class_thresholds.size() != classes) {
    throw Error(ErrorKind::model, file.string() + ": 'class_thresholds' must be " + std::to_string(classes) +
                                      " probabilities, one per label");
  }
  return abstention;
}

/// Where rows may have any number of labels: that they do, and the thresholds.
void load_problem(const ModelFolder& folder, const nlohmann::json& json, Head& head) {
  const auto file = folder.path / "reprtune.json";
  const auto name = json_value<std::string>(json, "problem_type",
                                            std::string(problem_type_name(ProblemType::single_label)), file);
  try {
    head.problem = parse_problem_type(name);
  } catch (const Error& error) {
    throw Error(ErrorKind::model, file.string() + ": " + error.what());
  }
  if (head.problem == ProblemType::single_label) return;
  head.thresholds = json_value<std::vector<float>>(json, "thresholds", {}, file);
  const bool shares = std::all_of(head.thresholds.begin(), head.thresholds.end(),
                                  [](float threshold) { return threshold >= 0 && threshold <= 1; });
  if (head.thresholds.size() != head.labels.size() || !shares) {
    throw Error(ErrorKind::model, file.string() + ": 'thresholds' must be " +
                                      std::to_string(head.labels.size()) + " probabilities, one per label");
  }
}

Head load_head(const ModelFolder& folder, const nlohmann::json& json) {
  Head head;
  head.labels = LabelSet(json.at("labels").get<std::vector<std::string>>());
  head.temperature = json_value<double>(json, "temperature", 1, folder.path / "reprtune.json");
  head.abstention = load_abstention(folder, json, head.labels.size());
  load_problem(folder, json, head);
  const auto C = static_cast<std::int64_t>(head.labels.size());
  const SafetensorsFile file(folder.path / "head.safetensors");
  head.weight = file.read("weight", {C, folder.config.hidden_size});
  head.bias = file.read("bias", {C});
  return head;
}

std::optional<QuantizationRanges> load_ranges(const ModelFolder& folder, const nlohmann::json& json) {
  const auto found = json.find("quantization_ranges");
  if (found == json.end() || found->is_null()) return std::nullopt;
  const auto file = folder.path / "reprtune.json";
  QuantizationRanges ranges{json_value<std::vector<float>>(*found, "minimum", {}, file),
                            json_value<std::vector<float>>(*found, "maximum", {}, file)};
  const auto H = static_cast<std::size_t>(folder.config.hidden_size);
  // A width that is no finite number has no steps.
  const auto is_range = [](float minimum, float maximum) {
    return minimum <= maximum && std::isfinite(maximum - minimum);
  };
  if (ranges.minimum.size() != H || !std::ranges::equal(ranges.minimum, ranges.maximum, is_range)) {
    throw Error(ErrorKind::model, file.string() + ": 'quantization_ranges' must be " + std::to_string(H) +
                                      " finite ranges, each minimum at most its maximum");
  }
  return ranges;
}

std::optional<Novelty> load_novelty(const ModelFolder& folder) {
  const auto path = folder.path / "novelty.safetensors";
  if (!std::filesystem::exists(path)) return std::nullopt;
  const SafetensorsFile file(path);
  const auto rows = [&](const char* name) {
    const auto& shape = file.shape(name);
    if (shape.empty() || shape[0] == 0)
      throw Error(ErrorKind::model, path.string() + ": '" + name + "' is empty");
    return shape[0];
  };
  const std::int64_t H = folder.config.hidden_size;
  return Novelty(file.read("whitening", {H, H}), file.read("centroids", {rows("centroids"), H}),
                 file.read("distances", {rows("distances")}));
}

Encoder load_encoder(const std::filesystem::path& folder, const EncoderConfig& config, Precision precision,
                     const at::Device& device) {
  at::set_num_threads(1);  // holds for this thread only; the work is too small to share
  const c10::NoGradGuard no_grad;
  Encoder encoder(config, SafetensorsFile(folder / "model.safetensors"));
  if (!device.is_cpu()) encoder.to(device);
  encoder.pack(precision);
  return encoder;
}

}  // namespace

Model::Model(ModelFolder folder, std::unique_ptr<Tokenizer> tokenizer, Encoder encoder, Precision precision,
             at::Device device)
    : folder_(std::move(folder)),
      tokenizer_(std::move(tokenizer)),
      encoder_(std::move(encoder)),
      precision_(precision),
      device_(device) {}

Model Model::load(const std::filesystem::path& path, Precision precision, const at::Device& device) {
  ModelFolder folder = read_model_folder(path);
  const Precision resolved = resolve_precision(precision, device);
  at::get_num_threads();  // fixes the caller's own number before the thread sets its own
  auto encoder = std::async(std::launch::async, load_encoder, path, folder.config, resolved, device);
  auto tokenizer = load_tokenizer(path);
  if (tokenizer->vocabulary_size() > static_cast<std::size_t>(folder.config.vocabulary_size)) {
    throw Error(ErrorKind::model,
                path.string() + ": the tokenizer has " + std::to_string(tokenizer->vocabulary_size()) +
                    " tokens, the encoder only " + std::to_string(folder.config.vocabulary_size));
  }
  Model model(std::move(folder), std::move(tokenizer), encoder.get(), resolved, device);
  if (model.folder_.has_head) {
    const nlohmann::json json = read_reprtune_json(path);
    model.head_ = load_head(model.folder_, json);
    if (model.head_->problem == ProblemType::multi_label) {
      model.label_separator_ =
          json_value<std::string>(json, "label_separator", kLabelSeparator, path / "reprtune.json");
    }
    model.ranges_ = load_ranges(model.folder_, json);
    model.novelty_ = load_novelty(model.folder_);
    for (const auto& name :
         json_value<std::vector<std::string>>(json, "cleaning", {}, path / "reprtune.json")) {
      try {
        for (const Cleaning step : parse_cleaning_list(name)) model.cleaning_.push_back(step);
      } catch (const Error& error) {
        throw Error(ErrorKind::model, (path / "reprtune.json").string() + ": " + error.what());
      }
    }
  }
  return model;
}

void Model::set_max_length(std::int64_t tokens) {
  const std::int64_t limit = folder_.config.max_length();
  if (tokens < 3 || tokens > limit) {
    throw Error(ErrorKind::usage, "maximal length " + std::to_string(tokens) + ": this model takes 3 to " +
                                      std::to_string(limit));
  }
  folder_.max_length = tokens;
}

std::string Model::arithmetic() const {
  if (!device_.is_cpu()) return "kernels and products libtorch";
  const std::string target = kernels::chosen_target();
  if (precision_ == Precision::int8) {
    return "kernels and int8 products " + target +
           (kernels::has_fast_int8_product() ? "" : ", which has no instruction for these");
  }
  const std::string products = precision_name(precision_) + " products ";
  if (has_own_products(precision_)) return "kernels and " + products + target;
  return "kernels " + target + ", " + products + "libtorch";
}

void Model::pack() {
  const c10::NoGradGuard no_grad;
  encoder_.pack(precision_);
}

at::Tensor Model::embed(const PackedBatch& batch) const {
  const c10::InferenceMode inference;
  return folder_.pooling(encoder_.infer(batch), batch).to(at::kCPU);
}

}  // namespace reprtune
