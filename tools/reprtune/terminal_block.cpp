#include "terminal_block.h"

#include <reprtune/data/display_text.h>

#include <algorithm>
#include <sstream>

#include <sys/ioctl.h>
#include <unistd.h>

namespace reprtune::cli {

TerminalSize terminal_size(int descriptor) {
  winsize size = {};
  TerminalSize result;
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0) return result;
  if (size.ws_col > 0) result.columns = size.ws_col;
  if (size.ws_row > 0) result.rows = size.ws_row;
  return result;
}

void TerminalBlock::draw(const std::string& text) {
  const TerminalSize size = terminal_size(descriptor_);
  std::string bytes = way_back();
  widths_.clear();
  std::istringstream lines(text);
  for (std::string line;
       std::getline(lines, line) && widths_.size() + 1 < std::max<std::size_t>(size.rows, 2);) {
    // Never the last column: terminals differ in where the cursor is after it.
    std::string shown = display_text(line, line.size());
    if (display_width(shown) >= size.columns) shown = display_cell(line, size.columns - 1);
    bytes += (widths_.empty() ? "" : "\n") + shown;
    widths_.push_back(display_width(shown));
  }
  put(bytes);
}

void TerminalBlock::clear() {
  if (widths_.empty()) return;
  put(way_back());
  widths_.clear();
}

void TerminalBlock::keep() {
  if (!widths_.empty()) put("\n");
  widths_.clear();
}

// To the beginning of the first line, and everything from there on wiped. A terminal that has become narrower
// since breaks lines into several rows.
std::string TerminalBlock::way_back() const {
  if (widths_.empty()) return "";
  const std::size_t columns = std::max<std::size_t>(terminal_size(descriptor_).columns, 1);
  std::size_t rows = 0;
  for (const std::size_t width : widths_) rows += std::max<std::size_t>((width + columns - 1) / columns, 1);
  return "\r" + (rows > 1 ? "\x1b[" + std::to_string(rows - 1) + "A" : "") + "\x1b[J";
}

void TerminalBlock::put(const std::string& bytes) const {
  // Decoration: a terminal that is gone is no reason to stop.
  [[maybe_unused]] const auto written = ::write(descriptor_, bytes.data(), bytes.size());
}

}  // namespace reprtune::cli
