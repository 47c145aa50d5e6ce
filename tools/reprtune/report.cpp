#include <reprtune/io/atomic_file.h>
#include <reprtune/report/report.h>
#include <reprtune/report/run_record.h>

#include "command.h"
#include "log.h"
#include "messages.h"
#include "runtime_options.h"

#include <nlohmann/json.hpp>

namespace reprtune::cli {
namespace {

struct ReportOptions {
  std::string model, output;
  RuntimeOptions runtime;
};

int run_report(ReportOptions& options) {
  options.runtime.apply();
  const std::filesystem::path folder = run_location(options.model);
  const std::string page = render_report(read_run_record(options.model, folder));
  if (options.output == "-") {
    print_result(page);
    return 0;
  }
  const std::filesystem::path file =
      options.output.empty() ? folder / "run" / "report.html" : std::filesystem::path(options.output);
  write_file(file, page);
  log_info("report " + file.string());
  return 0;
}

}  // namespace

std::function<int()> bind_report(CLI::App& app) {
  auto options = std::make_shared<ReportOptions>();
  app.add_option("MODEL", options->model, "Model folder that finetune writes, finished or not")->required();
  app.add_option("-o,--output", options->output,
                 "Where to write the page, - for standard output (default: MODEL/run/report.html)");
  options->runtime.bind(app);
  return [options] { return run_report(*options); };
}

}  // namespace reprtune::cli
