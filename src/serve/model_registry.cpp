#include <reprtune/serve/api_error.h>
#include <reprtune/serve/model_registry.h>

#include <utility>

namespace reprtune::serve {

ModelRegistry::ModelRegistry(Load load) : load_(std::move(load)), models_(load_()) {}

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
}

}  // namespace reprtune::serve
