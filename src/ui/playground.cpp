#include <reprtune/ui/playground.h>

#include <algorithm>
#include <utility>

namespace reprtune::ui {
namespace {

constexpr std::size_t kMostModels = 4;  // that are kept in memory

}  // namespace

Playground::Playground(Load load, Version version, serve::ModelRegistry::LoadBase load_base,
                       std::size_t threads, serve::ServiceObserver observer)
    : load_(std::move(load)),
      version_(std::move(version)),
      models_(
          [this] {
            serve::ModelRegistry::Models models;
            for (const Opened& each : opened_) models.push_back(each.model);
            return models;
          },
          std::move(load_base)),
      embedder_({}, {.workers = threads}, metrics_),
      backend_{models_, embedder_, metrics_},
      service_(backend_, metrics_, {}, std::move(observer)) {}

void Playground::open(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const std::string version = version_(name);
  auto found = std::ranges::find(opened_, name, &Opened::name);
  if (found == opened_.end() || found->version != version) {
    Opened loaded{name, version, load_(name)};
    if (found != opened_.end()) opened_.erase(found);
    opened_.push_front(std::move(loaded));
  } else {
    opened_.splice(opened_.begin(), opened_, found);
  }
  if (opened_.size() > kMostModels) opened_.pop_back();
  models_.reload();
}

bool Playground::is_open() const {
  const std::lock_guard lock(mutex_);
  return !opened_.empty();
}

serve::HttpResponse Playground::handle(const serve::HttpRequest& request) const {
  return service_.handle(request);
}

}  // namespace reprtune::ui
