#include <reprtune/data/csv_columns.h>
#include <reprtune/data/delimiter_hint.h>
#include <reprtune/io/ascii_case.h>
#include <reprtune/io/error.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <string_view>

namespace reprtune {
namespace {

// In order of preference where a header has several.
constexpr std::string_view kTextNames[] = {
    "text",    "texts",     "sentence",  "sentence1", "message",     "content", "comment", "review",
    "tweet",   "utterance", "question",  "query",     "document",    "body",    "input",   "title",
    "example", "phrase",    "statement", "headline",  "description", "sms",     "post",    "abstract",
    "email",   "mail",      "prompt",    "request",   "feedback",
};
constexpr std::string_view kLabelNames[] = {
    "label",      "labels", "category", "categories", "class",      "intent", "target",
    "sentiment",  "topic",  "tag",      "output",     "emotion",    "rating", "score",
    "department", "team",   "polarity", "answer",     "completion",
};

std::string normalised(std::string_view cell) {
  const std::size_t begin = cell.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  cell = cell.substr(begin, cell.find_last_not_of(" \t") - begin + 1);
  return ascii_lower_case(cell);
}

std::optional<std::size_t> find_usual(const std::vector<std::string>& cells,
                                      std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    const auto found = std::find_if(cells.begin(), cells.end(),
                                    [&](const std::string& cell) { return normalised(cell) == name; });
    if (found != cells.end()) return static_cast<std::size_t>(found - cells.begin());
  }
  return std::nullopt;
}

bool is_number(const std::string& column) {
  return !column.empty() &&
         std::all_of(column.begin(), column.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_name(const std::string& column) { return !column.empty() && !is_number(column); }

bool has_header(const std::vector<std::string>& cells, const InputOptions& options,
                LabelColumn label_column) {
  if (options.header != HeaderMode::automatic) return options.header == HeaderMode::yes;
  if (is_name(options.text_column) || is_name(options.label_column)) return true;
  if (find_usual(cells, std::span(kTextNames, 1)) || find_usual(cells, std::span(kLabelNames, 1)))
    return true;
  const bool label_needed = label_column == LabelColumn::required && cells.size() > 1;
  return find_usual(cells, kTextNames) && (!label_needed || find_usual(cells, kLabelNames));
}

/// Letters, digits and what joins words of a name, beginning with a letter.
bool is_column_name(const std::string& cell) {
  constexpr std::size_t kLongest = 40;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !cell.empty() && cell.size() <= kLongest && is_letter(cell.front()) &&
         std::ranges::all_of(cell, [&](char c) {
           return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
         });
}

/// Whether each cell is a name of its own.
bool are_column_names(std::vector<std::string> cells) {
  if (!std::ranges::all_of(cells, is_column_name)) return false;
  std::ranges::sort(cells);
  return std::ranges::adjacent_find(cells) == cells.end();
}

/// The cells of a header that has no delimiter within quotes.
std::vector<std::string> header_cells(std::string_view line, char delimiter) {
  std::vector<std::string> cells;
  for (std::size_t end = 0; end != std::string_view::npos;) {
    end = line.find(delimiter);
    std::string cell = normalised(line.substr(0, end));
    if (cell.size() > 1 && cell.front() == '"' && cell.back() == '"') cell = cell.substr(1, cell.size() - 2);
    cells.push_back(std::move(cell));
    if (end != std::string_view::npos) line.remove_prefix(end + 1);
  }
  return cells;
}

bool is_word(const std::string& cell) { return cell.find_first_of(" \t") == std::string::npos; }

std::string listed(const std::vector<std::string>& cells) {
  std::string list;
  for (const std::string& cell : cells) list += (list.empty() ? "" : ", ") + cell;
  return list;
}

class Chooser {
 public:
  Chooser(const std::vector<std::string>& cells, const InputOptions& options, LabelColumn label_column,
          const std::string& name)
      : cells_(cells), options_(options), required_(label_column == LabelColumn::required), name_(name) {
    columns_.header = has_header(cells, options, label_column);
    columns_.count = cells.size();
    columns_.first = cells;
    columns_.looks_like_header = !columns_.header && options.header == HeaderMode::automatic &&
                                 options.text_column.empty() && options.label_column.empty() &&
                                 cells.size() > 1 && are_column_names(cells);
  }

  CsvColumns choose() {
    refuse_separator_line();
    // Of two columns the first is the text, and the caller can say that the names may have been none.
    if (columns_.looks_like_header && cells_.size() > 2) {
      fail_to_choose("text", std::string("--text-column") +
                                 (required_ ? " and --label-column name them" : " names it") +
                                 "; --header no, if this is a row");
    }
    const auto text = given(options_.text_column, "text", kTextNames);
    const auto label = given(options_.label_column, "label", kLabelNames);
    if (text && label && *text == *label) {
      throw Error(ErrorKind::usage,
                  name_ + ": the text and the label cannot both be column " + std::to_string(*text + 1));
    }
    if (text) require_only(*text, options_.text_column, "text");
    if (label && required_) require_only(*label, options_.label_column, "label");
    columns_.text = text ? *text : first_free(label);
    if (label) {
      columns_.label = label;
    } else if (required_ || (!columns_.header && cells_.size() > 1)) {
      columns_.label = default_label();
    }
    require_no_header_in_a_text();
    return columns_;
  }

 private:
  /// The column an option asks for or a header names.
  std::optional<std::size_t> given(const std::string& column, const char* what,
                                   std::span<const std::string_view> usual) const {
    if (column.empty()) return columns_.header ? find_usual(cells_, usual) : std::nullopt;
    if (is_number(column)) return numbered(column, what);
    if (!columns_.header) {
      throw Error(ErrorKind::usage,
                  name_ + ": the " + what + " column '" + column +
                      "' is a name, but the file is read without a header (give its number)");
    }
    const auto exact = std::find(cells_.begin(), cells_.end(), column);
    if (exact != cells_.end()) return static_cast<std::size_t>(exact - cells_.begin());
    const std::string lower = normalised(column);
    const std::string_view names[] = {lower};
    if (const auto found = find_usual(cells_, names)) return found;
    throw Error(ErrorKind::data,
                name_ + ": expected a column '" + column + "', found " + listed(cells_) + hint());
  }

  /// Throws when another column has the name, asked for or usual, that this one was found by.
  void require_only(std::size_t column, const std::string& asked, const char* what) const {
    const std::string& name = cells_[column];
    const auto has_name = [&](const std::string& cell) {
      return name == asked ? cell == name : normalised(cell) == normalised(name);
    };
    if (is_number(asked) || std::count_if(cells_.begin(), cells_.end(), has_name) == 1) return;
    throw Error(ErrorKind::data, name_ + ": expected one column '" + name + "', found " + listed(cells_) +
                                     " (say which one by its number with --" + what + "-column)");
  }

  std::size_t numbered(const std::string& column, const char* what) const {
    std::size_t number = 0;
    const auto result = std::from_chars(column.data(), column.data() + column.size(), number);
    if (result.ec == std::errc() && number >= 1 && number <= cells_.size()) return number - 1;
    throw Error(ErrorKind::data,
                name_ + ": expected a " + what + " column " + column + ", found " +
                    std::to_string(cells_.size()) + (cells_.size() == 1 ? " column" : " columns") +
                    (number == 0 && result.ec == std::errc() ? " (columns count from 1)" : ""));
  }

  /// The first column, unless it is the label's.
  std::size_t first_free(std::optional<std::size_t> taken) const {
    const std::size_t free = cells_.size() - (taken ? 1 : 0);
    const bool is_the_usual_pair = required_ && !taken && free == 2;
    if (columns_.header && free > 1 && !is_the_usual_pair)
      fail_to_choose("text", "say which one with --text-column");
    if (!taken || *taken != 0) return 0;
    if (cells_.size() > 1) return 1;
    throw Error(ErrorKind::data,
                name_ + ": expected a text column, found only the label column '" + cells_[0] + "'");
  }

  /// The second column, or the other of two.
  std::size_t default_label() const {
    if (cells_.size() < 2) {
      throw Error(ErrorKind::data, name_ + ": expected a text and a label column, found 1 column" + hint());
    }
    if (cells_.size() == 2) return columns_.text == 1 ? 0 : 1;
    if (columns_.text == 1 || columns_.header) fail_to_choose("label", "say which one with --label-column");
    return 1;
  }

  /// Several columns may be the one that is looked for.
  [[noreturn]] void fail_to_choose(const char* what, const std::string& advice) const {
    const bool names = columns_.header || columns_.looks_like_header;
    throw Error(ErrorKind::data, name_ + ": expected a " + what + " column, found " +
                                     (names ? listed(cells_) : std::to_string(cells_.size()) + " columns") +
                                     " (" + advice + ")");
  }

  /// What spreadsheets write before the header, for one another.
  void refuse_separator_line() const {
    const std::string& cell = cells_[0];
    if (!cell.starts_with("sep=") || cell.size() > 5 || cells_.size() > 2) return;
    throw Error(ErrorKind::data,
                name_ + ": expected a header or a row, found the line '" + cell +
                    "' of a spreadsheet (delete it" +
                    (cell.size() == 5 ? std::string(", and give --delimiter '") + cell[4] + "')" : ")"));
  }

  /// A header in a single cell is one of another delimiter.
  void require_no_header_in_a_text() const {
    if (cells_.size() > 1 || options_.header == HeaderMode::no || !header_delimiter(cells_[0])) return;
    throw Error(ErrorKind::data, name_ + ": expected a text column, found only '" + cells_[0] + "'" + hint());
  }

  /// Of a record of one cell.
  std::string hint() const { return cells_.size() > 1 ? "" : delimiter_hint(cells_[0]); }

  const std::vector<std::string>& cells_;
  const InputOptions& options_;
  bool required_;
  const std::string& name_;
  CsvColumns columns_;
};

}  // namespace

std::optional<char> header_delimiter(std::string_view line) {
  for (const char delimiter : kUsualDelimiters) {
    const auto cells = header_cells(line, delimiter);
    if (cells.size() > 1 && std::all_of(cells.begin(), cells.end(), is_word) &&
        has_header(cells, InputOptions{}, LabelColumn::required))
      return delimiter;
  }
  return std::nullopt;
}

CsvColumns choose_csv_columns(const std::vector<std::string>& cells, const InputOptions& options,
                              LabelColumn label_column, const std::string& name) {
  return Chooser(cells, options, label_column, name).choose();
}

}  // namespace reprtune
