#include <reprtune/io/new_file.h>

#include <cstdio>
#include <utility>

namespace reprtune {
namespace {

/// "train.csv.gz" as "train-2.csv.gz".
std::string numbered(const std::string& name, int number) {
  std::size_t stem = name.rfind('.');
  if (stem == std::string::npos || stem == 0) stem = name.size();
  if (name.ends_with(".gz") && stem > 0) {
    const std::size_t inner = name.rfind('.', stem - 1);
    if (inner != std::string::npos && inner > 0) stem = inner;
  }
  return name.substr(0, stem) + "-" + std::to_string(number) + name.substr(stem);
}

}  // namespace

NewFile::NewFile(const std::filesystem::path& folder, std::string name)
    : folder_(folder), name_(std::move(name)), file_(folder_ / name_) {}

void NewFile::write(std::string_view bytes) {
  if (bytes.empty()) return;  // their address may be null
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.stream()) != bytes.size())
    fail_to_write(folder_ / name_, "could not be written");
}

std::string NewFile::commit() {
  std::string name = name_;
  for (int number = 2; !file_.take(folder_ / name); ++number) name = numbered(name_, number);
  return name;
}

}  // namespace reprtune
