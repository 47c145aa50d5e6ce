#include "served_models.h"

#include <reprtune/infer/parallel.h>
#include <reprtune/model/device.h>
#include <reprtune/model/model_location.h>
#include <reprtune/model/torch_error.h>

#include "log.h"
#include "runtime_options.h"

#include <cstdio>
#include <filesystem>
#include <system_error>

namespace reprtune::cli {

std::shared_ptr<const serve::ServedModel> load_served_model(const std::string& name, const std::string& model,
                                                            const RuntimeOptions& runtime) {
  set_operator_threads(1);  // batches run on threads of their own
  const auto folder = find_model(model);
  auto served = std::make_shared<serve::ServedModel>(
      name, Model::load(folder, runtime.precision, resolve_device(runtime.device)));
  log_detail("model " + name + " from " + folder.string() + " on " + served->model().device().str() + " in " +
             precision_name(served->model().precision()) + " (" + served->model().arithmetic() + ")");
  return served;
}

std::shared_ptr<const serve::ServedModel> load_base_model(const std::string& name,
                                                          const serve::ModelRegistry::Models& served,
                                                          const RuntimeOptions& runtime) {
  const auto folder = find_model(name);
  for (const auto& model : served) {
    std::error_code gone;
    if (std::filesystem::equivalent(model->model().folder().path, folder, gone)) return model;
  }
  log_detail("base model " + name + " from " + folder.string() + ", to be compared with");
  return std::make_shared<serve::ServedModel>(
      name, Model::load(folder, runtime.precision, resolve_device(runtime.device)));
}

std::size_t batch_workers(const RuntimeOptions& runtime) {
  // A device other than the CPU takes one batch at a time.
  return resolve_device(runtime.device).is_cpu() ? static_cast<std::size_t>(runtime.threads) : 1;
}

serve::ServiceObserver request_log() {
  return {
      .answered =
          [](const serve::HttpRequest& request, const serve::HttpResponse& response,
             std::chrono::duration<double> duration) {
            char time[32];
            std::snprintf(time, sizeof time, "%.1f ms", duration.count() * 1000);
            log_detail(request.method + " " + request.path + " " + std::to_string(response.status) + " " +
                       std::to_string(response.body.size()) + " B " + time);
          },
      .failed =
          [](const std::exception& error) { log_error(torch_error_message(error).value_or(error.what())); }};
}

}  // namespace reprtune::cli
