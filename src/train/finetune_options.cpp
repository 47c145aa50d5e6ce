#include <reprtune/io/error.h>
#include <reprtune/train/finetune_options.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

void require(bool good, const char* name, const std::string& expected) {
  if (!good) throw Error(ErrorKind::usage, std::string("--") + name + ": expected " + expected);
}

/// Numbers that an option takes, and how a message names them; without the ends that are left out.
struct Range {
  const char* name;
  double low, high;
  enum class Without { none, low, high } without = Without::none;

  bool contains(double value) const {  // NaN is in none
    return value >= low && value <= high && (without != Without::low || value > low) &&
           (without != Without::high || value < high);
  }
};

constexpr double kNoEnd = std::numeric_limits<double>::max();
constexpr Range kShare{"a number from 0 to 1", 0, 1};
constexpr Range kBelowOne{"a number from 0, below 1", 0, 1, Range::Without::high};
constexpr Range kUpToHundred{"a number from 0 to 100", 0, 100};
constexpr Range kEpochs{"1 to 10000", 1, 10'000};
constexpr Range kBatchSizes{"2 to 65536", 2, 65'536};
constexpr Range kLearningRates{"a number above 0, at most 1", 0, 1, Range::Without::low};
constexpr Range kLengths{"at least 3", 3, kNoEnd};
constexpr Range kTemperatures{"a number from 0.001 to 100", 1e-3, 100};
constexpr Range kFactors{"a number from 0 to 1000000", 0, 1e6};
constexpr Range kNorms{"a number from 0 to 1e9", 0, 1e9};
constexpr Range kPatience{"0 or more", 0, kNoEnd};
constexpr Range kSeconds{"0 to 1e9 seconds", 0, 1e9};
constexpr Range kThreads{"1 to 1024", 1, 1024};

template <typename T>
void require_in(const Range& range, const char* option, const std::optional<T>& value) {
  if (!value || range.contains(static_cast<double>(*value))) return;
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, *value).ptr;
  require(false, option, std::string(range.name) + ", found " + std::string(digits, end));
}
template <typename T>
void require_in(const Range& range, const char* option, const T& value) {
  require_in(range, option, std::optional<T>(value));
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
  require_in(kEpochs, "epochs", options.epochs);
  require_in(kBatchSizes, "batch-size", options.batch_size);
  require_in(kLearningRates, "learning-rate", options.learning_rate);
  require_in(kLengths, "max-length", options.max_length);
  require_in(kShare, "contrastive-weight", options.contrastive_weight);
  require_in(kTemperatures, "contrastive-temperature", options.contrastive_temperature);
  require_in(kFactors, "head-learning-rate-factor", options.head_learning_rate_factor);
  require_in(kShare, "layer-decay", options.layer_decay);
  require_in(kBelowOne, "label-smoothing", options.label_smoothing);
  require_in(kBelowOne, "dropout", options.dropout);
  require_in(kBelowOne, "token-dropout", options.token_dropout);
  require_in(kUpToHundred, "adversarial-epsilon", options.adversarial_epsilon);
  require_in(kShare, "weight-decay", options.weight_decay);
  require_in(kShare, "warmup", options.warmup);
  require_in(kNorms, "max-gradient-norm", options.max_gradient_norm);
  require_in(kBelowOne, "abstain-for-precision", options.abstain_for_precision);
  require(!options.abstain_per_class || options.abstain_for_precision > 0, "abstain-per-class",
          "--abstain-for-precision beside it");
  require_in(kUpToHundred, "focal-gamma", options.focal_gamma);
  require_in(kPatience, "patience", options.patience);
  require_in(kSeconds, "time-limit", options.time_limit.seconds);
  require_in(kThreads, "threads", options.threads);
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
