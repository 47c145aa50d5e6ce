#pragma once

#include <reprtune/serve/http_message.h>

namespace reprtune::serve {

// The Playground: a page, its style and its script, which fetch nothing from elsewhere and are told so to the
// browser (Content-Security-Policy).

HttpResponse playground_page();
HttpResponse playground_style();
HttpResponse playground_script();

}  // namespace reprtune::serve
