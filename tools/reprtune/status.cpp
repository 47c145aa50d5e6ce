#include <reprtune/io/byte_sink.h>
#include <reprtune/io/error.h>
#include <reprtune/io/json_text.h>
#include <reprtune/io/unix_time.h>
#include <reprtune/report/run_record.h>
#include <reprtune/report/run_status.h>
#include <reprtune/report/run_status_text.h>

#include "command.h"
#include "interrupt.h"
#include "messages.h"
#include "option_kinds.h"
#include "runtime_options.h"
#include "terminal_block.h"

#include <chrono>
#include <optional>
#include <thread>
#include <tuple>

#include <nlohmann/json.hpp>
#include <unistd.h>

namespace reprtune::cli {
namespace {

struct StatusOptions {
  std::string model;
  bool follow = false;
  bool json = false;
  RuntimeOptions runtime;
};

RunStatus read_status(const StatusOptions& options) {
  return read_run_status(run_location(options.model), unix_time());
}

std::string status_text(const RunStatus& status, bool json) {
  return json ? json_text(run_status_json(status)) + "\n" : run_status_text(status);
}

/// A second until the next look, or the end of this program.
void wait() {
  std::this_thread::sleep_for(std::chrono::seconds(1));
  throw_if_interrupted();
}

/// On a terminal: the status in one place.
void watch(const StatusOptions& options) {
  TerminalBlock block(STDOUT_FILENO);
  while (true) {
    const RunStatus status = read_status(options);
    block.draw(run_status_text(status));
    if (has_ended(status)) break;
    wait();
  }
  block.keep();
}

/// Elsewhere: a line each time the run has come on.
void list_changes(const StatusOptions& options) {
  const auto out = open_byte_sink("-");
  std::optional<std::tuple<std::string, std::string, std::size_t>> last;
  while (true) {
    const RunStatus status = read_status(options);
    const auto place = std::tuple(status.state, status.round, status.step);
    if (place != last) {
      out->write(options.json ? status_text(status, true) : run_status_line(status) + "\n");
      out->flush();
    }
    last = place;
    if (has_ended(status)) return;
    wait();
  }
}

int run_status(StatusOptions& options) {
  options.runtime.apply();
  if (!options.follow) {
    print_result(status_text(read_status(options), options.json));
  } else if (!options.json && isatty(STDOUT_FILENO) != 0) {
    watch(options);
  } else {
    list_changes(options);
  }
  return 0;
}

}  // namespace

std::function<int()> bind_status(CLI::App& app) {
  auto options = std::make_shared<StatusOptions>();
  app.add_option("MODEL", options->model, "Model folder that finetune writes")->required();
  app.add_flag(
      "--follow", options->follow,
      "Go on until the run has ended: drawn in one place on a terminal, elsewhere a line for each change");
  add_choice(app, "--format", options->json, {"text", "json"}, "Form of the output");
  options->runtime.bind(app);
  return [options] { return run_status(*options); };
}

}  // namespace reprtune::cli
