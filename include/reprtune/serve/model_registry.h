#pragma once

#include <reprtune/serve/served_model.h>

#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace reprtune::serve {

/// The models that are served, by name. Reloading puts new ones in place while requests that hold an old one
/// finish with it: that is why they are shared.
class ModelRegistry {
 public:
  using Models = std::vector<std::shared_ptr<const ServedModel>>;
  /// Loads all models anew.
  using Load = std::function<Models()>;

  /// Loads a model that is not served itself, by the name that a finetuned one calls it; `served` are those
  /// that may be it. Throws Error(model).
  using LoadBase =
      std::function<std::shared_ptr<const ServedModel>(const std::string& name, const Models& served)>;

  /// Loads for the first time. Throws what `load` throws. Without `load_base` no base models are known.
  explicit ModelRegistry(Load load, LoadBase load_base = {});

  /// The model of that name, the first one for no name. Throws ApiError(unknown_model) that lists the names.
  std::shared_ptr<const ServedModel> find(const std::optional<std::string>& name) const;
  Models all() const;

  struct Base {
    std::string name;                          ///< empty where the model's folder does not say
    std::shared_ptr<const ServedModel> model;  ///< absent when it cannot be had
    std::string reason;                        ///< why, in one line
  };
  /// The model that the training of `model` began with, loaded when it is first asked for and shared by all
  /// that began with it. One that cannot be had is looked for again after a reload().
  Base base_of(const ServedModel& model) const;
  /// Loads anew; when that throws, everything stays as it was.
  void reload();

 private:
  using LoadedBase = std::shared_future<std::shared_ptr<const ServedModel>>;

  Base find_base(const ServedModel& model) const;
  std::shared_ptr<const ServedModel> loaded_base(const std::string& name) const;

  Load load_;
  LoadBase load_base_;
  mutable std::mutex mutex_;  // never held while a model is loaded
  Models models_;
  mutable std::map<std::string, LoadedBase> loaded_bases_;  // by name
  mutable std::map<std::uint64_t, Base> bases_;             // by the generation of the finetuned model
};

}  // namespace reprtune::serve
