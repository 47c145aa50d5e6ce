#include <reprtune/io/json_file.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

namespace reprtune {

std::string read_json_bytes(const std::filesystem::path& path, ErrorKind kind) {
  if (std::filesystem::is_directory(path))
    throw Error(kind, path.string() + ": is a folder, expected a JSON file");
  const std::ifstream stream(path, std::ios::binary);
  if (!stream) throw Error(kind, path.string() + ": cannot be read: " + std::strerror(errno));
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  return std::move(bytes).str();
}

nlohmann::json read_json_file(const std::filesystem::path& path, ErrorKind kind) {
  return read_json_file_as<nlohmann::json>(path, kind);
}

}  // namespace reprtune
