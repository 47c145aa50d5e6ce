#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// The folder whose run/ tells about MODEL: that of a run at work or cut off (MODEL.partial), else the model
/// itself.
std::filesystem::path run_location(const std::filesystem::path& model);

/// What the report of a run is made from (see render_report()), as the run left it in run/report.json of
/// `folder`, under the name `model`. Of a run whose process is gone it says that it was interrupted. Throws
/// Error(model) when there is none.
nlohmann::ordered_json read_run_record(const std::string& model, const std::filesystem::path& folder);

}  // namespace reprtune
