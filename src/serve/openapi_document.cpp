#include <reprtune/serve/openapi_document.h>

#include "assets.h"

namespace reprtune::serve {

std::string_view openapi_document() { return kOpenapiJson; }

}  // namespace reprtune::serve
