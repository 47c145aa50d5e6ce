#pragma once

#include <string_view>

namespace reprtune::serve {

/// The OpenAPI 3.1 description of everything that Service serves, as JSON.
std::string_view openapi_document();

}  // namespace reprtune::serve
