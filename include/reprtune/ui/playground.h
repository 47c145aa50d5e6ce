#pragma once

#include <reprtune/serve/service.h>

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>

namespace reprtune::ui {

/// The Playground and the HTTP interface of `reprtune serve`, for the models that were opened last. A model
/// is loaded when it is opened, and anew when its folder has changed since.
class Playground {
 public:
  using Load = std::function<std::shared_ptr<const serve::ServedModel>(const std::string& name)>;
  /// Says which version of a model its folder has: another text after each training.
  using Version = std::function<std::string(const std::string& name)>;

  /// `load_base`: of the base models to compare with, see ModelRegistry; it may be empty.
  Playground(Load load, Version version, serve::ModelRegistry::LoadBase load_base, std::size_t threads,
             serve::ServiceObserver observer);

  /// Makes it the first of the models that are served. Throws what `load` throws.
  void open(const std::string& name);
  bool is_open() const;
  /// Of Service; nothing is asked for, the caller has seen to that.
  serve::HttpResponse handle(const serve::HttpRequest& request) const;

 private:
  struct Opened {
    std::string name, version;
    std::shared_ptr<const serve::ServedModel> model;
  };

  Load load_;
  Version version_;
  mutable std::mutex mutex_;
  std::list<Opened> opened_;  // the last one first
  serve::ModelRegistry models_;
  serve::PrometheusMetrics metrics_;
  serve::TextEmbedder embedder_;
  serve::Backend backend_;
  serve::Service service_;
};

}  // namespace reprtune::ui
