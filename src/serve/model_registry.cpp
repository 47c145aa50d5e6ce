#include <reprtune/infer/embedder.h>
#include <reprtune/io/error.h>
#include <reprtune/serve/api_error.h>
#include <reprtune/serve/model_registry.h>

#include <algorithm>
#include <utility>

namespace reprtune::serve {
namespace {

/// Of the vector of an example by the model that training began with and by one that may be it: the precision
/// may differ, no more.
constexpr float kSameModel = 0.99F;

/// Whether `base` takes the token ids of `model` and gives its examples the vectors that they had before
/// training.
bool began_with(const ServedModel& model, const ServedModel& base) {
  const EncoderConfig& own = model.model().folder().config;
  const EncoderConfig& other = base.model().folder().config;
  if (own.hidden_size != other.hidden_size || own.vocabulary_size != other.vocabulary_size ||
      other.max_length() < model.model().max_length())
    return false;
  const KnownExamples& examples = model.examples();
  const auto whole = std::ranges::find_if(examples.rows, [](const TrainingExamples::Row& row) {
    return row.text.size() < TrainingExamples::kMostCharacters;
  });
  if (whole == examples.rows.end()) return true;
  const auto ids = model.prepare({&whole->text, 1}, Truncation::end).ids;
  const auto row = static_cast<std::size_t>(whole - examples.rows.begin());
  return examples.base->cosine(row, embed_in_this_thread(base.model(), ids, {})) >= kSameModel;
}

}  // namespace

ModelRegistry::ModelRegistry(Load load, LoadBase load_base)
    : load_(std::move(load)), load_base_(std::move(load_base)), models_(load_()) {}

std::shared_ptr<const ServedModel> ModelRegistry::find(const std::optional<std::string>& name) const {
  const std::lock_guard lock(mutex_);
  if (!name) return models_.front();
  std::string known;
  for (const auto& model : models_) {
    if (model->name() == *name) return model;
    known += (known.empty() ? "" : ", ") + model->name();
  }
  throw ApiError(ErrorCause::unknown_model, "model '" + *name + "' is not served, expected one of " + known,
                 "model");
}

ModelRegistry::Models ModelRegistry::all() const {
  const std::lock_guard lock(mutex_);
  return models_;
}

void ModelRegistry::reload() {
  Models models = load_();  // without the lock: requests go on meanwhile
  const std::lock_guard lock(mutex_);
  models_.swap(models);
  const std::lock_guard bases_lock(bases_mutex_);
  bases_.clear();
}

ModelRegistry::Base ModelRegistry::base_of(const ServedModel& model) const {
  const auto served = all();
  const std::lock_guard lock(bases_mutex_);
  const auto known = bases_.find(&model);
  if (known != bases_.end()) return known->second;
  Base base = load_base(model, served);
  bases_[&model] = base;
  return base;
}

ModelRegistry::Base ModelRegistry::load_base(const ServedModel& model, const Models& served) const {
  Base base{model.base_name(), nullptr, ""};
  if (!model.examples().base) {
    base.reason =
        model.examples().finetuned
            ? "The encoder was not trained (head only), so the base model gives the same embeddings."
            : "Nothing is known of the embeddings before training.";
  } else if (base.name.empty() || !load_base_) {
    base.reason = base.name.empty() ? "The model's folder does not say which model its training began with."
                                    : "This server does not load base models.";
  } else {
    try {
      const auto same = std::ranges::find_if(
          bases_, [&](const auto& other) { return other.second.model && other.second.name == base.name; });
      base.model = same != bases_.end() ? same->second.model : load_base_(base.name, served);
      if (!began_with(model, *base.model)) {
        base.model = nullptr;
        base.reason = "The model found as '" + base.name + "' is not the one that training began with.";
      }
    } catch (const Error& error) {
      base.reason = "The base model cannot be loaded: " + std::string(error.what());
    }
  }
  return base;
}

}  // namespace reprtune::serve
