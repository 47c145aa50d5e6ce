#include <reprtune/serve/playground_page.h>

#include "assets.h"

#include <string>
#include <utility>

namespace reprtune::serve {
namespace {

HttpResponse asset(std::string bytes, const char* content_type) {
  return {.content_type = content_type,
          .body = std::move(bytes),
          .headers = {{"Content-Security-Policy",
                       "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                       "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cross-Origin-Opener-Policy", "same-origin"},
                      {"Cache-Control", "no-cache"}}};
}

}  // namespace

HttpResponse playground_page() { return asset(std::string(kPlaygroundHtml), "text/html; charset=utf-8"); }
HttpResponse playground_style() { return asset(std::string(kPlaygroundCss), "text/css; charset=utf-8"); }
HttpResponse playground_script() {
  return asset(std::string(kNeighboursJs) + std::string(kPlaygroundJs), "text/javascript; charset=utf-8");
}

}  // namespace reprtune::serve
