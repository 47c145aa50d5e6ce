#include <reprtune/io/json_file.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

namespace reprtune {
namespace {

constexpr int kMostDepth = 64;

}  // namespace

std::string read_json_bytes(const std::filesystem::path& path, ErrorKind kind) {
  if (std::filesystem::is_directory(path))
    throw Error(kind, path.string() + ": is a folder, expected a JSON file");
  const std::ifstream stream(path, std::ios::binary);
  if (!stream) throw Error(kind, path.string() + ": cannot be read: " + std::strerror(errno));
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  return std::move(bytes).str();
}

bool is_nested_deeper(std::string_view json, int most) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '"') {
      in_string = !in_string;
    } else if (in_string) {
      if (c == '\\') ++i;
    } else if (c == '[' || c == '{') {
      if (++depth > most) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

void refuse_deep_nesting(std::string_view json, const std::filesystem::path& path, ErrorKind kind) {
  if (is_nested_deeper(json, kMostDepth))
    throw Error(kind, path.string() + ": nested deeper than " + std::to_string(kMostDepth) + " levels");
}

nlohmann::json read_json_file(const std::filesystem::path& path, ErrorKind kind) {
  return read_json_file_as<nlohmann::json>(path, kind);
}

}  // namespace reprtune
