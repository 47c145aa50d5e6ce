// Feeds any bytes to the WordPiece tokenizer: at any length and truncation, ids of the vocabulary and never
// more than asked for. CONTRIBUTING.md says how to build and run it.

#include <reprtune/text/wordpiece.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace {

reprtune::WordPieceTokenizer make_tokenizer(unsigned settings) {
  reprtune::WordPieceOptions options;
  options.pieces = {"[UNK]",    "[CLS]",    "[SEP]",  "a",        "##a",  "##b",    "ab",     "##ab",
                    "e",        "##e",      ".",      "[",        "]",    "#",      "\u535A", "\u1112",
                    "##\u1161", "##\u11AB", "\u00E9", "##\u00E9", "\xC3", "##\xA9", "##"};
  options.normalizer = {.clean_text = (settings & 1) != 0,
                        .handle_chinese_chars = (settings & 2) != 0,
                        .strip_accents = (settings & 4) != 0,
                        .lowercase = (settings & 8) != 0};
  options.max_word_length = (settings & 16) != 0 ? 100 : 3;
  options.unknown_id = 0;
  options.first_special_id = 1;
  options.last_special_id = 2;
  return reprtune::WordPieceTokenizer(std::move(options));
}

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const reprtune::WordPieceTokenizer tokenizer = make_tokenizer(data[0]);
  const std::size_t max_length = data[1] & 0x3F;
  const auto truncation = static_cast<reprtune::Truncation>((data[1] >> 6) % 3);
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);

  reprtune::Encoding encoding;
  tokenizer.encode(text, max_length, truncation, encoding);
  require(truncation == reprtune::Truncation::none || encoding.ids.size() <= max_length);
  require(encoding.ids.size() <= encoding.full_length);
  for (const std::int32_t id : encoding.ids) {
    require(id >= 0 && static_cast<std::size_t>(id) < tokenizer.vocabulary_size());
  }
  return 0;
}
