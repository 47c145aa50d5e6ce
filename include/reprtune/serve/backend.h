#pragma once

#include <reprtune/serve/model_registry.h>
#include <reprtune/serve/prometheus_metrics.h>
#include <reprtune/serve/text_embedder.h>

namespace reprtune::serve {

/// What every API answers with; all of it outlives the requests.
struct Backend {
  const ModelRegistry& models;
  TextEmbedder& embedder;
  const PrometheusMetrics& metrics;
};

}  // namespace reprtune::serve
