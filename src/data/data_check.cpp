#include <reprtune/data/cleaning.h>
#include <reprtune/data/data_check.h>
#include <reprtune/data/display_text.h>
#include <reprtune/data/utf8.h>
#include <reprtune/io/ascii_case.h>
#include <reprtune/io/error.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace reprtune {
namespace {

constexpr std::size_t kFewRows = 250;
constexpr std::size_t kGoodRows = 500;
constexpr std::size_t kRareClass = 5;
constexpr std::size_t kImbalance = 10;
constexpr std::size_t kManyClasses = 100;  // when fewer than two rows share one, on average
constexpr std::size_t kLabelLists = 3;     // labels, and one row in so many, before they are taken for lists
constexpr std::size_t kLabelListShare = 5;
constexpr std::size_t kShortText = 3;       // characters
constexpr std::size_t kUnknownShare = 100;  // one row in so many
constexpr std::size_t kShownLabel = 40;     // characters of a label in a message

std::string counted(std::size_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

bool contains_control_character(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = decode_utf8(text, at);
    const bool white = c.value == '\t' || c.value == '\n' || c.value == '\r' || c.value == 0x85;
    if (!white && (c.value < 0x20 || (c.value >= 0x7F && c.value < 0xA0))) return true;
    at += c.length;
  }
  return false;
}

/// U+FFFD, or UTF-8 that was once read as Latin-1 or Windows-1252: an A with tilde or circumflex before a
/// character of U+0080 to U+00BF, or an a with circumflex before the euro sign.
bool contains_mojibake(std::string_view text) {
  for (const std::string_view mark :
       {"\xEF\xBF\xBD", "\xC3\x83\xC2", "\xC3\x82\xC2", "\xC3\xA2\xE2\x82\xAC"}) {
    if (text.find(mark) != std::string_view::npos) return true;
  }
  return false;
}

bool is_short(std::string_view text) {
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size() && characters < kShortText; ++characters)
    at += decode_utf8(text, at).length;
  return characters < kShortText;
}

/// What is looked for in every text by itself.
struct Leftover {
  const char* code;
  bool (*found)(std::string_view);
  const char* one;
  const char* many;
};

constexpr Leftover kLeftovers[] = {
    {"urls", contains_url, "text contains a web address (--clean urls removes it)",
     "texts contain web addresses (--clean urls removes them)"},
    {"html", contains_html, "text contains HTML (--clean html removes it)",
     "texts contain HTML (--clean html removes it)"},
    {"control_characters", contains_control_character,
     "text contains control characters (--clean symbols removes them)",
     "texts contain control characters (--clean symbols removes them)"},
    {"mojibake", contains_mojibake, "text looks as if it had been read in a wrong encoding",
     "texts look as if they had been read in a wrong encoding"},
    {"short_texts", is_short, "text has fewer than 3 characters", "texts have fewer than 3 characters"},
};

std::string without_case_and_space(std::string_view label) {
  return ascii_lower_case(collapse_whitespace(label));
}

/// The pieces between separators, without the spaces around them.
std::set<std::string> parts_of(const std::string& label, char separator) {
  std::set<std::string> parts;
  std::istringstream pieces(label);
  for (std::string piece; std::getline(pieces, piece, separator);) parts.insert(collapse_whitespace(piece));
  return parts;
}

class Checker {
 public:
  Checker(const Dataset& train, const Dataset* validation, const RowTokens& tokens, std::size_t max_length)
      : train_(train), validation_(validation), tokens_(tokens), token_counts_(tokens.counts) {
    check_.name = train.name;
    check_.rows = train.examples.size();
    check_.bad_rows = train.bad_row_count;
    check_.max_length = max_length;
    check_.columns = train.columns;
  }

  DataCheck run() {
    show_first_rows();
    count_classes();
    check_row_count();
    check_header();
    check_classes();
    check_labels();
    check_label_lists();
    check_repeats();
    check_validation();
    check_lengths();
    check_unknown_tokens();
    check_leftovers();
    return std::move(check_);
  }

 private:
  void warn(const char* code, std::string message, std::uint64_t line = 0) {
    check_.warnings.push_back({code, std::move(message), line});
  }

  void count_classes() {
    const std::vector<std::size_t> counts = train_.class_counts();
    for (std::size_t label = 0; label < counts.size(); ++label) {
      check_.classes.push_back({train_.labels.name(label), counts[label]});
    }
    first_lines_.resize(counts.size(), 0);
    for (const Example& example : train_.examples) {
      for (const std::size_t label : example.labels)
        if (first_lines_[label] == 0) first_lines_[label] = example.line;
    }
    if (train_.problem == ProblemType::single_label) return;
    check_.unlabelled = static_cast<std::size_t>(std::ranges::count_if(
        train_.examples, [](const Example& example) { return example.labels.empty(); }));
  }

  void show_first_rows() {
    constexpr std::size_t kRows = 3, kTextCharacters = 60;
    for (std::size_t i = 0; i < std::min(kRows, train_.examples.size()); ++i) {
      const Example& example = train_.examples[i];
      check_.first_rows.push_back(
          {display_text(example.text, kTextCharacters),
           display_text(label_text(example.labels, train_.labels.names(), ", "), kShownLabel)});
    }
  }

  /// A name that stands in the first row alone is no label.
  void check_header() {
    if (!check_.columns || !check_.columns->looks_like_header || train_.examples.empty()) return;
    const Example& first = train_.examples.front();
    const bool is_label =
        std::ranges::any_of(first.labels, [&](std::size_t label) { return check_.classes[label].rows > 1; });
    if (is_label) return;
    std::string names;
    for (const std::string& cell : check_.columns->first) names += (names.empty() ? "" : ", ") + cell;
    warn("header_row",
         "the first row (" + names +
             ") looks like a header, and is read as a row (--header yes reads it as one)",
         first.line);
  }

  void check_row_count() {
    if (check_.bad_rows > 0) {
      const auto count = static_cast<std::size_t>(check_.bad_rows);
      warn("bad_rows",
           counted(count, "bad row was skipped", "bad rows were skipped") +
               (train_.bad_rows.empty() ? "" : " (" + train_.bad_rows[0].reason + ")"),
           train_.bad_rows.empty() ? 0 : train_.bad_rows[0].line);
    }
    if (check_.rows < kGoodRows) {
      const std::string rows = counted(check_.rows, "row", "rows");
      warn("few_rows", check_.rows < kFewRows
                           ? rows + ": expect a weak model below 250; 500 or more are better"
                           : rows + ": 500 or more are better");
    }
  }

  /// The label of a class as a message shows it.
  std::string quoted(std::size_t label) const {
    return "'" + display_text(check_.classes[label].label, kShownLabel) + "'";
  }

  /// Those that all rows have, where they have the same.
  std::string quoted_labels() const {
    std::string text;
    for (const std::size_t label : train_.examples.front().labels)
      text += (text.empty() ? "" : ", ") + quoted(label);
    return text;
  }

  void check_classes() {
    if (check_.rows > 0 && !train_.has_choice()) {
      warn("one_class",
           "all " + counted(check_.rows, "row has", "rows have") + " the label " + quoted_labels() +
               ": there is nothing to tell apart",
           train_.examples.front().line);
      return;
    }
    warn_of_many_classes();
    warn_of_rare_classes("class_with_one_row", 0, 1, "a single row, which leaves none for validation");
    warn_of_rare_classes("rare_class", 1, kRareClass - 1, "fewer than 5 rows");
    const auto fewer = [](const ClassCount& a, const ClassCount& b) { return a.rows < b.rows; };
    const auto place = [&](auto entry) { return static_cast<std::size_t>(entry - check_.classes.begin()); };
    const auto largest = std::max_element(check_.classes.begin(), check_.classes.end(), fewer);
    const auto smallest = std::min_element(  // of those with rows: a known label may have none this time
        check_.classes.begin(), check_.classes.end(),
        [](const ClassCount& a, const ClassCount& b) { return a.rows - 1 < b.rows - 1; });
    if (smallest == check_.classes.end() || largest->rows <= kImbalance * smallest->rows) return;
    warn("imbalance",
         quoted(place(largest)) + " has " + std::to_string(largest->rows) + " rows, " +
             quoted(place(smallest)) + " " + std::to_string(smallest->rows) + ": more than 10 to 1" +
             (train_.problem == ProblemType::single_label ? " (--class-weights balanced may help)" : ""),
         first_lines_[place(smallest)]);
  }

  /// A number or a text of its own for nearly every row is no label.
  void warn_of_many_classes() {
    const auto count = static_cast<std::size_t>(
        std::ranges::count_if(check_.classes, [](const ClassCount& each) { return each.rows > 0; }));
    if (count < kManyClasses || 2 * count <= check_.rows) return;
    warn("many_classes", counted(count, "class", "classes") + " for " + counted(check_.rows, "row", "rows") +
                             ": is this the column of the labels? (--label-column names it)");
  }

  /// One warning for all classes with more than `above` and at most `most` rows.
  void warn_of_rare_classes(const char* code, std::size_t above, std::size_t most, const std::string& what) {
    std::size_t count = 0;
    std::size_t example = 0;
    for (std::size_t label = 0; label < check_.classes.size(); ++label) {
      const std::size_t rows = check_.classes[label].rows;
      if (rows <= above || rows > most) continue;
      if (count++ == 0) example = label;
    }
    if (count == 0) return;
    const std::string name = quoted(example);
    const std::string others = count == 1 ? "" : " (and " + counted(count - 1, "other", "others") + ")";
    warn(code,
         counted(count, "class", "classes") + ": " + name + others + (count == 1 ? " has " : " have ") + what,
         first_lines_[example]);
  }

  void check_labels() {
    std::map<std::string, std::size_t> seen;
    std::size_t count = 0;
    std::pair<std::size_t, std::size_t> example;
    for (std::size_t label = 0; label < check_.classes.size(); ++label) {
      const auto [entry, added] = seen.emplace(without_case_and_space(check_.classes[label].label), label);
      if (!added && count++ == 0) example = {entry->second, label};
    }
    if (count == 0) return;
    warn("similar_labels",
         counted(count, "label differs", "labels differ") + " from another only by case or white space: " +
             quoted(example.first) + " and " + quoted(example.second),
         first_lines_[example.second]);
  }

  /// Labels of several words between separators, of which each stands in other labels, too.
  void check_label_lists() {
    if (train_.problem == ProblemType::multi_label) return;
    for (const char separator : {'|', ';', ','}) {
      std::map<std::string, std::size_t> labels_with;  // a part
      for (const ClassCount& entry : check_.classes)
        for (const std::string& part : parts_of(entry.label, separator)) ++labels_with[part];
      std::size_t rows = 0, count = 0, example = 0;
      for (std::size_t label = 0; label < check_.classes.size(); ++label) {
        const auto parts = parts_of(check_.classes[label].label, separator);
        const auto recurs = [&](const std::string& part) { return labels_with[part] > 1; };
        if (parts.size() < 2 || !std::ranges::all_of(parts, recurs)) continue;
        if (count++ == 0) example = label;
        rows += check_.classes[label].rows;
      }
      if (count < kLabelLists || rows * kLabelListShare < check_.rows) continue;
      warn("label_lists",
           counted(count, "label looks", "labels look") + " like lists, as " + quoted(example) +
               " (--label-separator '" + separator + "' reads them so)",
           first_lines_[example]);
      return;
    }
  }

  void check_repeats() {
    std::unordered_map<std::string_view, std::vector<RowLabels>> seen;  // the labels of each text so far
    std::uint64_t duplicate_line = 0;
    std::uint64_t contradiction_line = 0;
    for (const Example& example : train_.examples) {
      std::vector<RowLabels>& labels = seen[example.text];
      if (std::find(labels.begin(), labels.end(), example.labels) != labels.end()) {
        if (check_.duplicates++ == 0) duplicate_line = example.line;
        continue;
      }
      labels.push_back(example.labels);
      if (labels.size() == 2 && check_.contradictions++ == 0) contradiction_line = example.line;
    }
    if (check_.duplicates > 0) {
      warn("duplicates",
           counted(check_.duplicates, "row repeats", "rows repeat") + " the text and label of an earlier one",
           duplicate_line);
    }
    if (check_.contradictions > 0) {
      warn("contradictions",
           counted(check_.contradictions, "text occurs", "texts occur") + " under different labels",
           contradiction_line);
    }
  }

  void check_validation() {
    if (validation_ == nullptr) return;
    std::unordered_set<std::string_view> texts;
    for (const Example& example : train_.examples) texts.insert(example.text);
    std::size_t overlap = 0;
    std::uint64_t line = 0;
    for (const Example& example : validation_->examples) {
      if (texts.contains(example.text) && overlap++ == 0) line = example.line;
    }
    check_.validation_overlap = overlap;
    if (overlap == 0) return;
    warn("validation_overlap",
         counted(overlap, "row", "rows") + " of " + validation_->name + (overlap == 1 ? " is" : " are") +
             " in train too: its scores will be too good",
         line);
  }

  void check_lengths() {
    if (token_counts_.empty()) return;
    std::vector<std::size_t> sorted(token_counts_.begin(), token_counts_.end());
    std::sort(sorted.begin(), sorted.end());
    const auto percentile = [&](std::size_t p) { return sorted[(sorted.size() * p + 99) / 100 - 1]; };
    check_.tokens_p50 = percentile(50);
    check_.tokens_p95 = percentile(95);
    check_.tokens_max = sorted.back();
    std::uint64_t line = 0;
    for (std::size_t i = 0; i < token_counts_.size(); ++i) {
      if (token_counts_[i] > check_.max_length && check_.truncated++ == 0) line = train_.examples[i].line;
    }
    if (check_.truncated == 0) return;
    warn("truncated",
         counted(check_.truncated, "text is", "texts are") + " longer than " +
             std::to_string(check_.max_length) + " tokens and will be cut there (--max-length)",
         line);
  }

  /// A few texts, of emoji say, are in any file.
  void check_unknown_tokens() {
    if (tokens_.mostly_unknown * kUnknownShare < check_.rows || !tokens_.unknown_row) return;
    warn("unknown_tokens",
         counted(tokens_.mostly_unknown, "text consists", "texts consist") +
             " mostly of tokens that the base model does not know, and cannot tell apart (--base "
             "multilingual?)",
         train_.examples[*tokens_.unknown_row].line);
  }

  void check_leftovers() {
    for (const Leftover& leftover : kLeftovers) {
      std::size_t count = 0;
      std::uint64_t line = 0;
      for (const Example& example : train_.examples) {
        if (leftover.found(example.text) && count++ == 0) line = example.line;
      }
      if (count > 0) warn(leftover.code, counted(count, leftover.one, leftover.many), line);
    }
  }

  const Dataset& train_;
  const Dataset* validation_;
  const RowTokens& tokens_;
  std::span<const std::size_t> token_counts_;
  std::vector<std::uint64_t> first_lines_;  // [C]
  DataCheck check_;
};

}  // namespace

DataCheck check_data(const Dataset& train, const Dataset* validation, const RowTokens& tokens,
                     std::size_t max_length) {
  if (!tokens.counts.empty() && tokens.counts.size() != train.examples.size()) {
    throw Error(ErrorKind::usage, "token counts: expected one per row (" +
                                      std::to_string(train.examples.size()) + "), found " +
                                      std::to_string(tokens.counts.size()));
  }
  return Checker(train, validation, tokens, max_length).run();
}

}  // namespace reprtune
