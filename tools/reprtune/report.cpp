#include <reprtune/io/atomic_file.h>
#include <reprtune/io/error.h>
#include <reprtune/io/json_file.h>
#include <reprtune/report/report.h>
#include <reprtune/report/run_status.h>

#include "command.h"
#include "output_folder.h"

#include <nlohmann/json.hpp>

namespace reprtune::cli {
namespace {

using Json = nlohmann::ordered_json;

struct ReportOptions {
  std::string model, output;
  RuntimeOptions runtime;
};

/// What the report is made from, as the run left it.
Json read_record(const std::string& model, const std::filesystem::path& folder) {
  const RunStatus status = read_run_status(folder, 0);
  const std::filesystem::path file = folder / "run" / "report.json";
  if (!std::filesystem::exists(file)) {
    throw Error(ErrorKind::model,
                model +
                    ": expected run/report.json, which finetune writes when it has read its data, found none "
                    "(a run that has not come so far, or of an earlier reprtune)");
  }
  Json record = read_json_file_as<Json>(file, ErrorKind::model);
  record["model"] = model;
  if (status.state == "died") {
    record["state"] = "interrupted";
    record["reason"] = "its process is gone";
  }
  return record;
}

int run_report(ReportOptions& options) {
  options.runtime.apply();
  const std::filesystem::path folder = run_location(options.model);
  const std::string page = render_report(read_record(options.model, folder));
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
