#include <reprtune/report/html.h>
#include <reprtune/report/page.h>

#include "page_files.h"

namespace reprtune {

std::string html_page(std::string_view title, const std::string& body, bool refresh) {
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  out +=
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "script-src 'unsafe-inline'\">\n";
  if (refresh) out += "<meta http-equiv=\"refresh\" content=\"60\">\n";
  out.append("<title>")
      .append(html_text(title))
      .append("</title>\n<style>")
      .append(kPageStyle)
      .append("</style>\n</head>\n");
  out.append("<body>\n").append(body).append("<script>\n\"use strict\";\n");
  for (const std::string_view script : {kTableScript, kConfusionScript, kScatterScript}) out.append(script);
  return out.append("</script>\n</body>\n</html>\n");
}

std::string_view page_style() { return kPageStyle; }

}  // namespace reprtune
