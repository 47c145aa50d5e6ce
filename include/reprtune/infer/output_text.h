#pragma once

#include <string>
#include <string_view>

namespace reprtune {

/// A buffer of output under construction: text, CSV fields, JSON strings and numbers, the same bytes in every
/// locale.
class OutputText {
 public:
  OutputText& add(std::string_view bytes) {
    bytes_.append(bytes);
    return *this;
  }
  OutputText& add(char byte) {
    bytes_.push_back(byte);
    return *this;
  }
  /// One field of RFC 4180. Quoted where it must be, and where a reader would otherwise take surrounding
  /// spaces off.
  OutputText& add_csv_field(std::string_view field);
  /// A JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
  OutputText& add_json_string(std::string_view text);
  /// The shortest decimal number that reads back as the same float. `value` is finite.
  OutputText& add_number(float value);
  OutputText& add_integer(long long value);
  /// At most 6 significant digits. `value` is finite.
  OutputText& add_probability(float value);

  std::string_view view() const { return bytes_; }
  void clear() { bytes_.clear(); }

 private:
  std::string bytes_;
};

}  // namespace reprtune
