#include <reprtune/io/atomic_file.h>
#include <reprtune/io/error.h>
#include <reprtune/io/json_file.h>
#include <reprtune/report/run_record.h>
#include <reprtune/report/run_status.h>

#include <nlohmann/json.hpp>

namespace reprtune {

std::filesystem::path run_location(const std::filesystem::path& model) {
  const std::filesystem::path complete = followed(model.has_filename() ? model : model.parent_path());
  const std::filesystem::path partial = complete.string() + ".partial";
  return std::filesystem::exists(partial / "run") ? partial : complete;
}

nlohmann::ordered_json read_run_record(const std::string& model, const std::filesystem::path& folder) {
  const RunStatus status = read_run_state(folder, 0);
  const std::filesystem::path file = folder / "run" / "report.json";
  if (!std::filesystem::exists(file)) {
    throw Error(ErrorKind::model,
                model +
                    ": expected run/report.json, which finetune writes when it has read its data, found none "
                    "(a run that has not come so far, or of an earlier reprtune)");
  }
  auto record = read_json_file_as<nlohmann::ordered_json>(file, ErrorKind::model);
  record["model"] = model;
  if (status.state == "died") {
    record["state"] = "interrupted";
    record["reason"] = "its process is gone";
  }
  return record;
}

}  // namespace reprtune
