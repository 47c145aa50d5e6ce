#include <reprtune/data/input_names.h>
#include <reprtune/data/utf8.h>
#include <reprtune/io/atomic_file.h>
#include <reprtune/io/error.h>
#include <reprtune/serve/api_error.h>
#include <reprtune/ui/work_folder.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string_view>
#include <system_error>

#include <nlohmann/json.hpp>
#include <sys/stat.h>

namespace reprtune::ui {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostBytesOfAName = 200;  // what is put behind it must fit, too
constexpr const char* kPartial = ".partial";

[[noreturn]] void refuse(const std::string& message) {
  throw serve::ApiError(serve::ErrorCause::malformed, message);
}

/// Whether a name is that of something which lies in a folder, and can be shown and typed.
bool is_plain_name(std::string_view name) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; };
  return !name.empty() && name.size() <= kMostBytesOfAName && name.front() != '.' && name.front() != '-' &&
         name.find('/') == std::string_view::npos && std::ranges::none_of(name, is_control) &&
         !find_invalid_utf8(name);
}

bool has_rows_by_name(const std::string& name) {
  try {
    return input_format_of(name) != InputFormat::txt;  // a .txt has no labels
  } catch (const Error&) {
    return false;
  }
}

bool is_file_name(const std::string& name) { return is_plain_name(name) && has_rows_by_name(name); }

bool is_model_name(const std::string& name) {
  return is_plain_name(name) && !name.ends_with(kPartial) && !name.ends_with(kReplacedFolder);
}

}  // namespace

WorkFolder::WorkFolder(const std::filesystem::path& folder) {
  std::error_code code;
  path_ = std::filesystem::canonical(folder, code);
  if (code || !std::filesystem::is_directory(path_))
    throw Error(ErrorKind::usage,
                folder.string() + ": expected a folder to work in, found " + (code ? "none" : "a file"));
}

bool WorkFolder::is_inside(const std::filesystem::path& path) const {
  std::error_code code;
  const auto real = std::filesystem::weakly_canonical(path, code);
  const auto [end, _] = std::mismatch(path_.begin(), path_.end(), real.begin(), real.end());
  return !code && end == path_.end();
}

void WorkFolder::require_file_name(const std::string& name) {
  if (!is_plain_name(name)) refuse("'" + name + "': expected the plain name of a file");
  if (!has_rows_by_name(name))
    refuse(name + ": expected a file of rows with labels: .csv, .tsv or .jsonl, or .gz of these");
}

std::filesystem::path WorkFolder::file(const std::string& name) const {
  require_file_name(name);
  const auto path = path_ / name;
  std::error_code code;
  if (!std::filesystem::is_regular_file(path, code) || !is_inside(path))
    refuse(name + ": no such file in " + path_.string());
  return path;
}

std::filesystem::path WorkFolder::model(const std::string& name) const {
  if (!is_model_name(name))
    refuse("'" + name +
           "': expected a plain name for the model's folder, without / and not beginning with - or .");
  inside(path_ / (name + kPartial));
  return inside(path_ / name);
}

std::filesystem::path WorkFolder::inside(const std::filesystem::path& path) const {
  if (!is_inside(path)) refuse(path.filename().string() + ": is a link out of " + path_.string());
  return path;
}

Json WorkFolder::files() const {
  Json files = Json::array();
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(path_, code)) {
    const std::string name = entry.path().filename().string();
    struct stat status = {};
    if (!is_file_name(name) || ::stat(entry.path().c_str(), &status) != 0 || !S_ISREG(status.st_mode) ||
        !is_inside(entry.path()))
      continue;
    files.push_back({{"name", name}, {"bytes", status.st_size}, {"modified", status.st_mtime}});
  }
  std::sort(files.begin(), files.end(), [](const Json& a, const Json& b) {
    return std::pair(b["modified"].get<std::int64_t>(), a["name"].get<std::string>()) <
           std::pair(a["modified"].get<std::int64_t>(), b["name"].get<std::string>());
  });
  return files;
}

Json WorkFolder::models() const {
  std::vector<std::string> names;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(path_, code)) {
    const std::string name = entry.path().filename().string();
    if (is_model_name(name) && std::filesystem::exists(entry.path() / "config.json", code) &&
        is_inside(entry.path()))
      names.push_back(name);
  }
  std::ranges::sort(names);
  Json models = Json::array();
  for (const std::string& name : names)
    models.push_back({{"name", name}, {"has_head", std::filesystem::exists(path_ / name / "reprtune.json")}});
  return models;
}

std::vector<std::string> WorkFolder::runs() const {
  std::set<std::string> names;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(path_, code)) {
    std::string name = entry.path().filename().string();
    const bool is_partial = name.ends_with(kPartial);
    if (is_partial) name.resize(name.size() - std::string_view(kPartial).size());
    if (!is_model_name(name) || !is_inside(entry.path())) continue;
    const bool is_run = std::filesystem::is_directory(entry.path() / "run", code);
    if (is_run || (!is_partial && std::filesystem::exists(entry.path() / "reprtune.json", code)))
      names.insert(name);
  }
  return {names.begin(), names.end()};
}

}  // namespace reprtune::ui
