#include <reprtune/io/json_text.h>
#include <reprtune/ui/metrics_tail.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

namespace reprtune::ui {
namespace {

constexpr std::size_t kMostBytes = 1 << 20;

/// The offset of a cursor of this generation; 0 of any other.
std::size_t offset_of(const std::string& cursor, const std::string& generation) {
  if (!cursor.starts_with(generation + "-")) return 0;
  std::size_t offset = 0;
  const char* const end = cursor.data() + cursor.size();
  const auto [stopped, code] = std::from_chars(cursor.data() + generation.size() + 1, end, offset);
  return code == std::errc() && stopped == end ? offset : 0;
}

std::string json_list(const std::string& text) {
  std::istringstream lines(text);
  std::string list;
  for (std::string line; std::getline(lines, line);) {
    const auto object = nlohmann::ordered_json::parse(line, nullptr, false);
    if (object.is_object()) list += (list.empty() ? "" : ",") + json_text(object);
  }
  return "[" + list + "]";
}

}  // namespace

MetricsTail read_metrics_tail(const std::filesystem::path& file, const std::string& generation,
                              const std::string& cursor) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  const std::streamoff end = in ? static_cast<std::streamoff>(in.tellg()) : 0;
  const auto size = static_cast<std::size_t>(std::max<std::streamoff>(0, end));
  std::size_t offset = offset_of(cursor, generation);
  if (offset > size) offset = 0;
  std::string text(std::min(kMostBytes, size - offset), '\0');
  in.seekg(static_cast<std::streamoff>(offset));
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, in.gcount())));
  text.resize(text.rfind('\n') + 1);  // npos + 1 is 0
  return {json_list(text), generation + "-" + std::to_string(offset + text.size()), offset == 0};
}

}  // namespace reprtune::ui
