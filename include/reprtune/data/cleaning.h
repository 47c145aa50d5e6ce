#pragma once

#include <reprtune/data/input_options.h>

#include <span>
#include <string>
#include <string_view>

namespace reprtune {

// Each takes and returns well-formed UTF-8. What is cut out leaves one space where two words would otherwise
// run together.

/// Removes HTML comments, scripts, styles and tags ("a < b", "<3" and "<me@example.com>" are none), then
/// decodes entities: numeric ones and the usual names; an unknown one stays.
std::string remove_html(std::string_view text);

/// Removes http://, https://, ftp:// and www. addresses; punctuation that ends a sentence stays.
std::string remove_urls(std::string_view text);

/// Removes control characters (except tab and line breaks), invisible format characters, private-use
/// characters, U+FFFD, arrows, technical, box and geometric symbols, dingbats, pictographs and emoji.
/// Letters, digits, punctuation, currency and mathematical signs, and signs such as (c), (R), degree and TM
/// stay, and so do the joiners that Persian and Indic scripts need.
std::string remove_symbols(std::string_view text);

/// Turns every run of white space (of Unicode) into one space and trims both ends.
std::string collapse_whitespace(std::string_view text);

/// The steps asked for, in the order html, urls, symbols, whitespace whatever theirs is.
std::string clean(std::string_view text, std::span<const Cleaning> steps);

/// Whether a text has nothing but white space of ASCII: no text at all.
bool is_blank(std::string_view text);

/// Whether the text has an HTML tag or entity / a web address, by the same rules as the cleaning.
bool contains_html(std::string_view text);
bool contains_url(std::string_view text);

}  // namespace reprtune
