#include <reprtune/io/error.h>
#include <reprtune/train/finetune_options.h>

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

void require(bool good, const char* name, const std::string& expected) {
  if (!good) throw Error(ErrorKind::usage, std::string("--") + name + ": expected " + expected);
}

template <typename T>
nlohmann::ordered_json field_json(const T& value) {
  return value;
}
template <typename T>
nlohmann::ordered_json field_json(const std::optional<T>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}
nlohmann::ordered_json field_json(const ClassWeights& value) {
  if (value.rule != ClassWeights::Rule::given)
    return class_weights_names().at(static_cast<std::size_t>(value.rule));
  nlohmann::ordered_json weights = nlohmann::ordered_json::object();
  for (const auto& [label, weight] : value.given) weights[label] = weight;
  return weights;
}
nlohmann::ordered_json field_json(const std::optional<ContrastiveLoss>& value) {
  if (!value) return nullptr;
  return contrastive_loss_names().at(static_cast<std::size_t>(*value));
}
nlohmann::ordered_json field_json(const TimeLimit& value) { return time_limit_text(value); }
nlohmann::ordered_json field_json(const Truncation& value) {
  return truncation_names().at(static_cast<std::size_t>(value));
}

}  // namespace

const std::vector<std::string>& truncation_names() {
  static const std::vector<std::string> names = {"end", "start", "none"};
  return names;
}

void validate_options(const FinetuneOptions& options) {
  const auto in = [](double value, double low, double high) {
    return std::isfinite(value) && value >= low && value <= high;
  };
  require(!options.epochs || (*options.epochs >= 1 && *options.epochs <= 10'000), "epochs", "1 to 10000");
  require(!options.batch_size || (*options.batch_size >= 2 && *options.batch_size <= 65'536), "batch-size",
          "2 to 65536");
  require(!options.learning_rate || (in(*options.learning_rate, 0, 1) && *options.learning_rate > 0),
          "learning-rate", "a number above 0, at most 1");
  require(!options.max_length || *options.max_length >= 3, "max-length", "at least 3");
  require(!options.contrastive_weight || in(*options.contrastive_weight, 0, 1), "contrastive-weight",
          "a number from 0 to 1");
  require(in(options.contrastive_temperature, 1e-3, 100), "contrastive-temperature",
          "a number from 0.001 to 100");
  require(in(options.head_learning_rate_factor, 0, 1e6), "head-learning-rate-factor",
          "a number from 0 to 1000000");
  require(!options.layer_decay || in(*options.layer_decay, 0, 1), "layer-decay", "a number from 0 to 1");
  require(!options.label_smoothing || (in(*options.label_smoothing, 0, 1) && *options.label_smoothing < 1),
          "label-smoothing", "a number from 0, below 1");
  require(!options.dropout || (in(*options.dropout, 0, 1) && *options.dropout < 1), "dropout",
          "a number from 0, below 1");
  require(in(options.token_dropout, 0, 1) && options.token_dropout < 1, "token-dropout",
          "a number from 0, below 1");
  require(!options.adversarial_epsilon || in(*options.adversarial_epsilon, 0, 100), "adversarial-epsilon",
          "a number from 0 to 100");
  require(in(options.weight_decay, 0, 1), "weight-decay", "a number from 0 to 1");
  require(in(options.warmup, 0, 1), "warmup", "a number from 0 to 1");
  require(in(options.max_gradient_norm, 0, 1e9), "max-gradient-norm", "a number from 0 to 1e9");
  require(in(options.abstain_for_precision, 0, 1) && options.abstain_for_precision < 1,
          "abstain-for-precision", "a number from 0, below 1");
  require(!options.abstain_per_class || options.abstain_for_precision > 0, "abstain-per-class",
          "--abstain-for-precision beside it");
  require(in(options.focal_gamma, 0, 100), "focal-gamma", "a number from 0 to 100");
  require(options.patience >= 0, "patience", "0 or more");
  require(in(options.time_limit.seconds, 0, 1e9), "time-limit", "a duration from 0 s");
  require(options.threads >= 1 && options.threads <= 1024, "threads", "1 to 1024");
}

void require_options_for(ProblemType problem, const FinetuneOptions& options) {
  if (problem == ProblemType::single_label) return;
  require(options.class_weights.rule == ClassWeights::Rule::none, "class-weights",
          "none where rows have several labels, whose thresholds are fitted each by itself");
  require(options.abstain_for_precision == 0, "abstain-for-precision",
          "0 where rows have several labels: a row that no label is likely for is given none");
  require(options.contrastive_loss.value_or(ContrastiveLoss::supcon) == ContrastiveLoss::supcon,
          "contrastive-loss", "supcon where rows have several labels: cosine is for one label per row");
  require(options.label_smoothing.value_or(0) == 0, "label-smoothing",
          "0 where rows have several labels: it is of the loss for one label per row");
}

namespace {

// What makes learning harder pays from so many rows on, if the classes have so many in the mean.
constexpr std::size_t kEnoughRows = 4'000, kEnoughRowsOfClass = 100;
constexpr std::size_t kTooFewToDrop = 300;  // below so many rows dropout costs more than it gives
constexpr std::size_t kManyRows = 20'000;   // from so many on time counts more

/// 0.00028 for 2.8e-4 and more digits.
double rounded_to_two_digits(double value) {
  const double unit = std::pow(10, std::floor(std::log10(value)) - 1);
  return std::round(value / unit) * unit;
}

}  // namespace

// docs/training.md has the experiments behind these numbers.
FinetuneOptions choose_options(FinetuneOptions options, std::size_t rows, std::size_t classes,
                               const EncoderConfig& base, std::int64_t base_max_length, ProblemType problem) {
  const auto count = static_cast<double>(std::max<std::size_t>(rows, 1));
  const bool one_label = problem == ProblemType::single_label;
  if (!options.epochs) {
    const std::int64_t least = rows < kManyRows ? 4 : 2, most = one_label ? 10 : 40;
    options.epochs = std::clamp<std::int64_t>(std::lround(4 * std::sqrt(5'000 / count)), least, most);
  }
  if (!options.batch_size) options.batch_size = rows < kFewRows ? 16 : 32;
  if (!options.learning_rate) {
    // Wider encoders want smaller steps: 2e-4 at H = 384, 5e-5 at 768, 2.8e-5 at 1024.
    const double rate = 2e-4 * std::pow(384.0 / static_cast<double>(base.hidden_size), 2);
    options.learning_rate = std::min(rounded_to_two_digits(rate), 5e-4);
  }
  if (!options.layer_decay) {
    // The embeddings learn at a quarter of the last layer's rate, however deep: 0.79 at L = 6, 0.89 at 12.
    options.layer_decay = rounded_to_two_digits(
        std::pow(0.25, 1.0 / static_cast<double>(std::max<std::int64_t>(base.layers, 1))));
  }
  if (!options.dropout) options.dropout = one_label && rows < kTooFewToDrop ? 0 : base.dropout;
  if (!options.label_smoothing) options.label_smoothing = one_label && classes > 2 ? 0.1 : 0.0;
  if (!options.adversarial_epsilon) {
    const bool pays = one_label && rows >= kEnoughRows && rows >= kEnoughRowsOfClass * classes &&
                      rows < kManyRows && !options.head_only;
    options.adversarial_epsilon = pays ? 0.2 : 0.0;
  }
  if (!options.contrastive_weight) options.contrastive_weight = one_label && rows < kFewRows ? 0.5 : 0.1;
  if (!options.contrastive_loss)
    options.contrastive_loss =
        one_label && classes > 2 && rows < kFewRows ? ContrastiveLoss::cosine : ContrastiveLoss::supcon;
  if (!options.refit_head) options.refit_head = one_label && rows < kFewRows && !options.head_only;
  if (!options.max_length) options.max_length = base_max_length;
  return options;
}

nlohmann::ordered_json options_json(const FinetuneOptions& options) {
  nlohmann::ordered_json json;
  visit_options(options,
                [&](const char* name, const char*, const auto& field) { json[name] = field_json(field); });
  json["threads"] = options.threads;
  return json;
}

}  // namespace reprtune
