#pragma once

#include <reprtune/serve/model_registry.h>
#include <reprtune/serve/served_model.h>
#include <reprtune/serve/service.h>

#include "runtime_options.h"

#include <cstddef>
#include <memory>
#include <string>

namespace reprtune::cli {

// What the commands that serve models have in common.

/// Finds and loads a model, to be served under a name. Throws Error(model).
std::shared_ptr<const serve::ServedModel> load_served_model(const std::string& name, const std::string& model,
                                                            const RuntimeOptions& runtime);

/// The base model that a finetuned one names, to be compared with; when it is served itself, that one. Throws
/// Error(model).
std::shared_ptr<const serve::ServedModel> load_base_model(const std::string& name,
                                                          const serve::ModelRegistry::Models& served,
                                                          const RuntimeOptions& runtime);

/// How many batches are computed at a time.
std::size_t batch_workers(const RuntimeOptions& runtime);

/// Logs requests (--verbose) and failures.
serve::ServiceObserver request_log();

}  // namespace reprtune::cli
