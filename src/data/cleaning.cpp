#include <reprtune/data/cleaning.h>
#include <reprtune/data/html_entities.h>
#include <reprtune/data/utf8.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace reprtune {
namespace {

constexpr auto kNone = std::string_view::npos;
constexpr std::size_t kLongestTag = 4096;      // a '<' whose '>' is further away is no tag
constexpr std::size_t kLongestMarkup = 65536;  // the same for comments, scripts and styles

struct Range {
  char32_t first;
  char32_t last;
};

bool in_ranges(char32_t c, std::span<const Range> ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](Range range) { return c >= range.first && c <= range.last; });
}

constexpr Range kSymbols[] = {
    {0x00, 0x08},       {0x0B, 0x0C},        {0x0E, 0x1F},
    {0x7F, 0x84},  // control characters but tab, LF, CR, NEL
    {0x86, 0x9F},       {0xAD, 0xAD},        {0x200B, 0x200B},
    {0x200E, 0x200F},                                           // soft hyphen, zero-width space, marks
    {0x202A, 0x202E},   {0x2060, 0x206F},    {0x20E3, 0x20E3},  // embeddings, invisible operators, keycap
    {0x2190, 0x21FF},   {0x2300, 0x245F},    {0x2500, 0x27BF},
    {0x2B00, 0x2BFF},  // arrows to dingbats
    {0xE000, 0xF8FF},   {0xFE00, 0xFE0F},    {0xFEFF, 0xFEFF},
    {0xFFF9, 0xFFFF},                         // private use, variants, U+FFFD
    {0x1F000, 0x1FAFF}, {0xE0000, 0x10FFFF},  // pictographs, tags, private planes
};
constexpr Range kSpaces[] = {{0x09, 0x0D},     {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},
                             {0x1680, 0x1680}, {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F},
                             {0x205F, 0x205F}, {0x3000, 0x3000}};
constexpr char32_t kZeroWidthJoiner = 0x200D;  // glues emoji together; part of the spelling elsewhere

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

bool starts_with_no_case(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() &&
         std::equal(lower.begin(), lower.end(), text.begin(), [](char a, char b) {
           return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
         });
}

/// A copy of a text with pieces left out.
class Cutter {
 public:
  void keep(std::string_view bytes) {
    if (bytes.empty()) return;
    if (cut_ && !kept_.empty() && is_word(kept_.back()) && is_word(bytes.front())) kept_ += ' ';
    cut_ = false;
    kept_ += bytes;
  }
  void cut() { cut_ = true; }
  std::string take() { return std::move(kept_); }

 private:
  std::string kept_;
  bool cut_ = false;
};

std::size_t find_no_case(std::string_view text, std::string_view lower, std::size_t from) {
  for (; from + lower.size() <= text.size(); ++from) {
    if (starts_with_no_case(text.substr(from), lower)) return from;
  }
  return kNone;
}

/// Bytes of the tag that begins at `html[0] == '<'`, 0 when it is none.
std::size_t tag_length(std::string_view html) {
  std::size_t at = 1;
  if (at < html.size() && html[at] == '/') ++at;
  if (at >= html.size() || (!is_letter(html[at]) && !starts_with_no_case(html, "<!doctype"))) return 0;
  if (html[at] == '!') ++at;
  while (at < html.size() && (is_word(html[at]) || html[at] == ':' || html[at] == '-')) ++at;
  if (at >= html.size() || std::string_view(" \t\r\n/>").find(html[at]) == kNone) return 0;
  char quote = '\0';
  for (; at < std::min(html.size(), kLongestTag); ++at) {
    const char c = html[at];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '<') {
      return 0;
    } else if (c == '>') {
      return at + 1;
    }
  }
  return 0;
}

/// The first of a word at or after a place. Asked for one place after the other, it looks at each byte of the
/// text once, however often the word is not there.
class NextOccurrence {
 public:
  NextOccurrence(std::string_view text, std::string_view lower) : text_(text), word_(lower) {}

  /// kNone when there is none.
  std::size_t from(std::size_t at) {
    if (at < searched_ || at > found_) found_ = find_no_case(text_, word_, at);
    searched_ = at;
    return found_;
  }

 private:
  std::string_view text_, word_;
  std::size_t searched_ = 1, found_ = 0;  // none is known between the two
};

/// The markup of a text, asked for from its beginning to its end.
class MarkupFinder {
 public:
  explicit MarkupFinder(std::string_view text) : text_(text) {}

  /// Bytes of the markup that begins at `text[at] == '<'`: a comment, a tag, or a script or style with all it
  /// holds; 0 when it is none.
  std::size_t length(std::size_t at) {
    const std::string_view html = text_.substr(at, kLongestMarkup);
    if (html.starts_with("<!--")) return length_to(comment_end_.from(at + 4), 3, html, at);
    const std::size_t tag = tag_length(html);
    if (tag == 0) return 0;
    for (auto& [name, close] : elements_) {
      if (!starts_with_no_case(html, name) || is_word(html[name.size()])) continue;
      const std::size_t end = close.from(at + tag);
      if (end == kNone) continue;
      if (const std::size_t whole = length_to(tag_end_.from(end), 1, html, at)) return whole;
    }
    return tag;
  }

 private:
  /// From `at`, where `html` begins, to behind what was found at `end`; 0 if it is not in `html`.
  static std::size_t length_to(std::size_t end, std::size_t size, std::string_view html, std::size_t at) {
    return end == kNone || end - at + size > html.size() ? 0 : end - at + size;
  }

  std::string_view text_;
  NextOccurrence comment_end_{text_, "-->"}, tag_end_{text_, ">"};
  std::pair<std::string_view, NextOccurrence> elements_[2] = {{"<script", {text_, "</script"}},
                                                              {"<style", {text_, "</style"}}};
};

/// Bytes of the address that begins at `text[at]`, 0 when none does.
std::size_t url_length(std::string_view text, std::size_t at) {
  if (at > 0 && is_word(text[at - 1])) return 0;
  const std::string_view rest = text.substr(at);
  std::size_t prefix = 0;
  for (const std::string_view scheme : {"http://", "https://", "ftp://", "www."}) {
    if (starts_with_no_case(rest, scheme)) prefix = scheme.size();
  }
  if (prefix == 0) return 0;
  std::size_t end = prefix;
  while (end < rest.size() && static_cast<unsigned char>(rest[end]) > ' ' &&
         std::string_view("<>\"").find(rest[end]) == kNone) {
    ++end;
  }
  while (end > prefix && std::string_view(".,;:!?)]}'").find(rest[end - 1]) != kNone) --end;
  return end > prefix ? end : 0;
}

}  // namespace

std::string remove_html(std::string_view text) {
  Cutter cutter;
  MarkupFinder markup(text);
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t next = std::min(text.find_first_of("<&", at), text.size());
    cutter.keep(text.substr(at, next - at));
    if (next == text.size()) break;
    at = next;
    if (text[at] == '<') {
      const std::size_t length = markup.length(at);
      length > 0 ? cutter.cut() : cutter.keep("<");
      at += std::max<std::size_t>(length, 1);
    } else {
      const std::optional<HtmlEntity> entity = parse_html_entity(text.substr(at));
      cutter.keep(entity ? encode_utf8(entity->code_point) : "&");
      at += entity ? entity->length : 1;
    }
  }
  return cutter.take();
}

std::string remove_urls(std::string_view text) {
  Cutter cutter;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = is_letter(text[at]) ? url_length(text, at) : 0;
    if (length == 0) {
      ++at;
      continue;
    }
    cutter.keep(text.substr(begin, at - begin));
    cutter.cut();
    begin = at += length;
  }
  cutter.keep(text.substr(begin));
  return cutter.take();
}

std::string remove_symbols(std::string_view text) {
  Cutter cutter;
  bool removed = false;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = decode_utf8(text, at);
    removed = in_ranges(c.value, kSymbols) || (removed && c.value == kZeroWidthJoiner);
    removed ? cutter.cut() : cutter.keep(text.substr(at, c.length));
    at += c.length;
  }
  return cutter.take();
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos;
}

std::string collapse_whitespace(std::string_view text) {
  std::string kept;
  bool space = false;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = decode_utf8(text, at);
    if (in_ranges(c.value, kSpaces)) {
      space = true;
    } else {
      if (space && !kept.empty()) kept += ' ';
      space = false;
      kept += text.substr(at, c.length);
    }
    at += c.length;
  }
  return kept;
}

std::string clean(std::string_view text, std::span<const Cleaning> steps) {
  constexpr std::pair<Cleaning, std::string (*)(std::string_view)> kSteps[] = {
      {Cleaning::html, remove_html},
      {Cleaning::urls, remove_urls},
      {Cleaning::symbols, remove_symbols},
      {Cleaning::whitespace, collapse_whitespace},
  };
  std::string cleaned(text);
  for (const auto& [step, apply] : kSteps) {
    if (std::find(steps.begin(), steps.end(), step) != steps.end()) cleaned = apply(cleaned);
  }
  return cleaned;
}

bool contains_html(std::string_view text) {
  MarkupFinder markup(text);
  for (std::size_t at = text.find_first_of("<&"); at != kNone; at = text.find_first_of("<&", at + 1)) {
    if (text[at] == '<' ? markup.length(at) > 0 : parse_html_entity(text.substr(at)).has_value()) return true;
  }
  return false;
}

bool contains_url(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_letter(text[at]) && url_length(text, at) > 0) return true;
  }
  return false;
}

}  // namespace reprtune
