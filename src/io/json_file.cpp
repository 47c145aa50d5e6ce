#include <reprtune/io/json_file.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace reprtune {

nlohmann::json read_json_file(const std::filesystem::path& path, ErrorKind kind) {
  if (std::filesystem::is_directory(path))
    throw Error(kind, path.string() + ": is a folder, expected a JSON file");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw Error(kind, path.string() + ": cannot be read: " + std::strerror(errno));
  try {
    return nlohmann::json::parse(stream);
  } catch (const nlohmann::json::parse_error& error) {
    throw Error(kind, path.string() + ": not valid JSON at byte " + std::to_string(error.byte));
  }
}

}  // namespace reprtune
