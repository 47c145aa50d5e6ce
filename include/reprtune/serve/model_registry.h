#pragma once

#include <reprtune/serve/served_model.h>

#include <functional>
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

  /// Loads for the first time. Throws what `load` throws.
  explicit ModelRegistry(Load load);

  /// The model of that name, the first one for no name. Throws ApiError(unknown_model) that lists the names.
  std::shared_ptr<const ServedModel> find(const std::optional<std::string>& name) const;
  Models all() const;
  /// Loads anew; when that throws, everything stays as it was.
  void reload();

 private:
  Load load_;
  mutable std::mutex mutex_;
  Models models_;
};

}  // namespace reprtune::serve
