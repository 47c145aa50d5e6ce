#include <reprtune/io/byte_sink.h>
#include <reprtune/io/error.h>
#include <reprtune/report/run_status.h>
#include <reprtune/report/run_status_text.h>

#include "command.h"
#include "interrupt.h"
#include "output_folder.h"

#include <chrono>
#include <filesystem>
#include <thread>

#include <nlohmann/json.hpp>

namespace reprtune::cli {
namespace {

struct StatusOptions {
  std::string model;
  bool follow = false;
  bool json = false;
  RuntimeOptions runtime;
};

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

bool has_ended(const RunStatus& status) {
  return status.state == "done" || status.state == "failed" || status.state == "interrupted" ||
         status.state == "died";
}

/// Prints the status each time it has changed, until the run has ended.
int run_status(StatusOptions& options) {
  options.runtime.apply();
  const auto out = open_byte_sink("-");
  std::string last;
  while (true) {
    const RunStatus status = read_run_status(run_location(options.model), now());
    const std::string text = options.json ? run_status_json(status).dump() + "\n" : run_status_text(status);
    if (text != last) {
      out->write(text);
      out->flush();
    }
    last = text;
    if (!options.follow || has_ended(status)) return 0;
    std::this_thread::sleep_for(std::chrono::seconds(1));
    throw_if_interrupted();
  }
}

}  // namespace

std::function<int()> bind_status(CLI::App& app) {
  auto options = std::make_shared<StatusOptions>();
  app.add_option("MODEL", options->model, "Model folder that finetune writes")->required();
  app.add_flag("--follow", options->follow, "Go on until the run has ended");
  add_choice(app, "--format", options->json, {"text", "json"}, "Form of the output");
  options->runtime.bind(app);
  return [options] { return run_status(*options); };
}

}  // namespace reprtune::cli
