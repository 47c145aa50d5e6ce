#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune::serve {

struct PlaygroundRequest {
  std::optional<std::string> model;
  std::vector<std::string> texts;  ///< none where the path takes none
};

/// Throws ApiError(malformed).
PlaygroundRequest parse_playground(std::string_view body);

}  // namespace reprtune::serve
