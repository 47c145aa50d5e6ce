#include <reprtune/infer/embedder.h>
#include <reprtune/io/error.h>
#include <reprtune/serve/api_error.h>
#include <reprtune/serve/model_registry.h>

#include <algorithm>
#include <future>
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
  Models models = load_();
  std::map<std::string, LoadedBase> loaded_bases;
  std::map<std::uint64_t, Base> bases;
  const std::lock_guard lock(mutex_);  // released before what it took out is freed
  models_.swap(models);
  loaded_bases_.swap(loaded_bases);
  bases_.swap(bases);
}

ModelRegistry::Base ModelRegistry::base_of(const ServedModel& model) const {
  {
    const std::lock_guard lock(mutex_);
    const auto known = bases_.find(model.generation());
    if (known != bases_.end()) return known->second;
  }
  Base base = find_base(model);
  const std::lock_guard lock(mutex_);
  // A model that was reloaded meanwhile is not asked for again.
  if (std::ranges::any_of(models_, [&](const auto& served) { return served.get() == &model; }))
    bases_.emplace(model.generation(), base);
  return base;
}

ModelRegistry::Base ModelRegistry::find_base(const ServedModel& model) const {
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
      base.model = loaded_base(base.name);
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

/// Throws Error(model).
std::shared_ptr<const ServedModel> ModelRegistry::loaded_base(const std::string& name) const {
  LoadedBase base;
  {
    const std::lock_guard lock(mutex_);
    LoadedBase& known = loaded_bases_[name];
    if (!known.valid()) known = std::async(std::launch::deferred, load_base_, name, models_).share();
    base = known;
  }
  return base.get();  // the first to come here loads, all others wait for it
}

}  // namespace reprtune::serve
