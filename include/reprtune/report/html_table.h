#pragma once

#include <string>
#include <vector>

namespace reprtune {

struct HtmlColumn {
  enum class Kind {
    word,     ///< a few words
    passage,  ///< a user's text: wide
    number,
    heading,  ///< what the row is about; at most one column
    bar,      ///< a share of 100, drawn; says nothing that no other column says
  };
  std::string name;  ///< of a bar empty
  Kind kind = Kind::word;
};

/// A table with a name and headings for readers who hear it, in a box that scrolls by itself when it is too
/// wide for the page.
class HtmlTable {
 public:
  enum class Narrow {
    shrink,  ///< on a narrow screen its columns come closer together
    stack,   ///< there, a row's cells stand below each other, each behind the name of its column
  };
  HtmlTable(std::string name, std::vector<HtmlColumn> columns, Narrow narrow = Narrow::shrink);

  /// As many cells as columns, as HTML; of a bar the share of 100, as a number.
  void add_row(const std::vector<std::string>& cells);
  void add_foot_row(const std::vector<std::string>& cells);

  std::size_t size() const { return rows_; }  ///< rows, those of the foot not counted
  /// Of many rows the box scrolls by itself. Empty without rows.
  std::string html() const;

 private:
  std::string row(const std::vector<std::string>& cells) const;

  std::string name_;
  std::vector<HtmlColumn> columns_;
  Narrow narrow_;
  std::size_t rows_ = 0;
  std::string body_, foot_;
};

/// A box that scrolls by itself when its content is too wide or, with `tall`, too high for the page.
std::string html_scroll_box(const std::string& name, const std::string& content, bool tall = false);

}  // namespace reprtune
