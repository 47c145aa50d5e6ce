// Feeds any bytes to the CSV reader: no crash, no sanitizer report, and the same records whatever the size of
// the pieces. CONTRIBUTING.md says how to build and run it.

#include <reprtune/data/cleaning.h>
#include <reprtune/data/csv_lexer.h>
#include <reprtune/data/csv_record_reader.h>
#include <reprtune/data/json_row.h>
#include <reprtune/data/utf8.h>

#include "../data/string_source.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

std::string lex(std::string_view bytes, std::size_t chunk) {
  reprtune::CsvLexer lexer(',');
  std::string lines;
  for (std::size_t at = 0; at < bytes.size(); at += std::min(chunk, bytes.size() - at))
    lines += lexer.lex(bytes.substr(at, chunk));
  return lines += lexer.finish();
}

void read(const std::string& bytes) {
  reprtune::CsvRecordReader reader(reprtune::string_source(bytes), ',');
  std::size_t read = 0;
  while (const reprtune::CsvRecord* record = reader.next()) {
    for (const reprtune::CsvField& field : record->fields) read += field.value.size();
  }
  if (read > bytes.size()) std::abort();
}

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  require(lex(bytes, std::string::npos) == lex(bytes, 3));
  if (size % 8 == 0) read(bytes);  // not always: its buffer of 48 MiB is slow under the sanitizers
  reprtune::parse_json_row(bytes, "text", "label");
  if (!reprtune::find_invalid_utf8(bytes)) {
    using reprtune::Cleaning;
    const Cleaning steps[] = {Cleaning::html, Cleaning::urls, Cleaning::symbols, Cleaning::whitespace};
    require(!reprtune::find_invalid_utf8(reprtune::clean(bytes, steps)));
  }
  return 0;
}
