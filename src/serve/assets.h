#pragma once

#include <string_view>

namespace reprtune {

// Files of this folder, put into the program when it is built (cmake/ReprtuneEmbed.cmake).
extern const std::string_view kPlaygroundHtml;  // playground/playground.html
extern const std::string_view kPlaygroundCss;   // playground/playground.css
extern const std::string_view kPlaygroundJs;    // playground/playground.js
extern const std::string_view kNeighboursJs;    // playground/neighbours.js
extern const std::string_view kOpenapiJson;     // openapi.json

}  // namespace reprtune
