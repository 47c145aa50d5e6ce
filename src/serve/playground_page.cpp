#include <reprtune/serve/playground_page.h>

#include "assets.h"

#include <string_view>

namespace reprtune::serve {
namespace {

HttpResponse asset(std::string_view bytes, const char* content_type) {
  return {.content_type = content_type,
          .body = std::string(bytes),
          .headers = {{"Content-Security-Policy",
                       "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                       "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cross-Origin-Opener-Policy", "same-origin"},
                      {"Cache-Control", "no-cache"}}};
}

}  // namespace

HttpResponse playground_page() { return asset(kPlaygroundHtml, "text/html; charset=utf-8"); }
HttpResponse playground_style() { return asset(kPlaygroundCss, "text/css; charset=utf-8"); }
HttpResponse playground_script() { return asset(kPlaygroundJs, "text/javascript; charset=utf-8"); }

}  // namespace reprtune::serve
