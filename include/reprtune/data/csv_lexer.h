#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace reprtune {

/// The longest record, in bytes, that is delivered whole.
inline constexpr std::size_t kMaxRecordBytes = (std::size_t{1} << 24) - 256;

/// What CsvLexer writes for a byte that would be misread in its place. 0xF8 to 0xFF never occur in UTF-8 and
/// never reach the output from the input, so the marks cannot be confused with text.
struct CsvMark {
  static constexpr char line_feed = '\xF8';        ///< LF inside quotes
  static constexpr char carriage_return = '\xF9';  ///< CR inside quotes
  static constexpr char nul = '\xFA';              ///< NUL
  static constexpr char invalid = '\xFB';          ///< a byte that occurs nowhere in UTF-8
  static constexpr char quoted = '\xFC';  ///< the field is quoted and begins here; only spaces come before
  static constexpr char after_quote = '\xFD';  ///< something other than spaces follows the closing quote
  static constexpr char broken = '\xFE';  ///< ends a broken record: 'u' (quote never closed), or 't' (too
                                          ///< long) and the number of line breaks left out, in decimal digits
  static constexpr char field_end = '\xFF';  ///< a delimiter outside quotes
};

/// Turns CSV bytes, given in pieces of any size, into one record per LF-terminated line, so that any line
/// reader can carry them: record ends (LF, CRLF, CR) become LF, quotes are resolved (RFC 4180), what else a
/// line reader would trip over becomes a CsvMark. A field is quoted when its first character, or after a
/// delimiter its first character that is no space, is a quote; elsewhere a quote is an ordinary character.
class CsvLexer {
 public:
  explicit CsvLexer(char delimiter);

  /// The output for the next piece; valid until the next call.
  std::string_view lex(std::string_view bytes);

  /// The output for the end of the input.
  std::string_view finish();

 private:
  enum class State { record_start, field_start, unquoted, quoted, quote_in_quoted, after_quote };

  void step(char c);
  void step_unquoted(char c);
  void step_quoted(char c);
  void step_after_quote(char c);
  void emit(char c);
  void emit_run(std::string_view run);
  void end_record();
  bool too_long(std::size_t more);

  char delimiter_;
  std::array<bool, 256> plain_unquoted_{};  ///< bytes copied as they are outside quotes
  std::array<bool, 256> plain_quoted_{};    ///< bytes copied as they are inside quotes
  State state_ = State::record_start;
  bool skip_line_feed_ = false;  ///< a CR ended the record: an LF right behind it belongs to it
  bool too_long_ = false;
  std::size_t record_size_ = 0;
  std::uint64_t dropped_line_breaks_ = 0;
  char last_ = '\0';
  std::string output_;
};

}  // namespace reprtune
