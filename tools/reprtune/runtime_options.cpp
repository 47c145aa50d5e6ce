#include "runtime_options.h"

#include <reprtune/infer/parallel.h>
#include <reprtune/kernels/target.h>

#include "log.h"
#include "number_check.h"
#include "option_kinds.h"

#include <algorithm>
#include <thread>

namespace reprtune::cli {

namespace {

/// "AVX3, AVX2, SCALAR": those of this processor.
std::string kernel_names() {
  std::string names;
  for (const std::string& name : kernels::supported_targets()) names += (names.empty() ? "" : ", ") + name;
  return names;
}

}  // namespace

void RuntimeOptions::bind(CLI::App& app) {
  const std::string group = "Machine and messages";
  app.add_option("--threads", threads, "Threads to use; 0: one per core")
      ->transform(number<int>(0, 1024))
      ->capture_default_str()
      ->group(group);
  app.add_option("--device", device, "auto, cpu, cuda or cuda:N")->capture_default_str()->group(group);
  add_choice(
      app, "--precision", precision, precision_names(),
      "Number format of the encoder's products; int8: faster, vectors a little less exact, not for finetune")
      ->group(group);
  app.add_option("--kernels", kernels,
                 "Instruction set of the CPU kernels (" + kernel_names() + "); not given: the first")
      ->envname("REPRTUNE_KERNELS")
      ->group(group);
  app.add_flag("--quiet,-q", quiet, "Only warnings and errors")->group(group);
  app.add_flag("--verbose,-v", verbose, "More messages")->group(group);
  add_choice(app, "--log-format", log_format, {"text", "json"}, "Form of the messages on standard error")
      ->group(group);
  // Read before the options are parsed (see config_file.h); declared here for the help.
  static std::string unused;
  app.add_option("--config", unused, "JSON or TOML file with any of these options; the command line wins")
      ->group(group);
}

void RuntimeOptions::apply() {
  set_up_log(log_format, quiet ? LogLevel::quiet : (verbose ? LogLevel::verbose : LogLevel::normal));
  if (!kernels.empty()) kernels::choose_target(kernels);
  if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
  set_operator_threads(static_cast<std::size_t>(threads));
}

}  // namespace reprtune::cli
