#include <reprtune/model/hub_name.h>

#include <algorithm>
#include <sstream>
#include <string_view>

namespace reprtune {
namespace {

constexpr std::size_t kLongest = 200;  // bytes: each is the name of a folder or a part of one

bool is_part(std::string_view part) {
  const auto allowed = [](unsigned char byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           byte == '.' || byte == '_' || byte == '-';
  };
  return !part.empty() && part.front() != '.' && part.find("..") == std::string_view::npos &&
         std::all_of(part.begin(), part.end(), allowed);
}

}  // namespace

bool is_revision(const std::string& text) {
  if (text.empty() || text.size() > kLongest || text.ends_with('/')) return false;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte <= ' ' || byte >= 0x7f || character == '\\') return false;
  }
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, '/');) {
    if (part.empty() || part == "." || part == "..") return false;
  }
  return true;
}

std::optional<HubName> parse_hub_name(const std::string& text) {
  HubName name;
  const auto at = text.find('@');
  name.id = text.substr(0, at);
  if (at != std::string::npos) name.revision = text.substr(at + 1);
  const auto slash = name.id.find('/');
  if (slash == std::string::npos || name.id.size() > kLongest || !is_revision(name.revision))
    return std::nullopt;
  const std::string_view id = name.id;
  if (!is_part(id.substr(0, slash)) || !is_part(id.substr(slash + 1))) return std::nullopt;
  return name;
}

}  // namespace reprtune
