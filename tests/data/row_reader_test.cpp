#include <reprtune/data/row_reader.h>
#include <reprtune/io/error.h>

#include "named_columns.h"
#include "temporary_file.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>

namespace reprtune {
namespace {

using std::string_literals::operator""s;
using Pairs = std::vector<std::pair<std::string, std::string>>;

class RowReaderTest : public testing::Test {
 protected:
  Pairs read(const std::string& name, std::string_view bytes, const InputOptions& options = {},
             LabelColumn label_column = LabelColumn::required) {
    RowReader reader(folder_.write(name, bytes), options, label_column);
    Pairs rows;
    lines_.clear();
    for (Row row; reader.next(row);) {
      rows.emplace_back(row.blank ? "<blank>" : row.text, row.labels.empty() ? "" : row.labels[0]);
      lines_.push_back(row.line);
    }
    bad_rows_ = reader.bad_rows();
    EXPECT_EQ(reader.bad_row_count(), bad_rows_.size());
    cleaned_ = reader.cleaned_rows().count;
    has_labels_ = reader.has_labels();
    return rows;
  }

  /// The message of the error, without the folder.
  std::string error(const std::string& name, std::string_view bytes, const InputOptions& options = {},
                    LabelColumn label_column = LabelColumn::required, ErrorKind kind = ErrorKind::data) {
    try {
      read(name, bytes, options, label_column);
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), kind) << e.what();
      std::string message = e.what();
      const std::string prefix = folder_.path().string() + "/";
      for (std::size_t at; (at = message.find(prefix)) != std::string::npos;)
        message.erase(at, prefix.size());
      return message;
    }
    return "no error";
  }

  TemporaryFolder folder_;
  std::vector<std::uint64_t> lines_;
  std::vector<BadRow> bad_rows_;
  std::uint64_t cleaned_ = 0;
  bool has_labels_ = false;
};

InputOptions skipping() {
  InputOptions options;
  options.skip_bad_rows = true;
  return options;
}

TEST_F(RowReaderTest, ReadsTheSameRowsWithAndWithoutHeader) {
  const Pairs expected = {{"My order was late", "0"}, {"Great, thanks", "1"}};
  for (const char* header : {"", "text,label\n", "Text , LABEL\r\n", "\xEF\xBB\xBFtext,label\n",
                             "\xEF\xBB\xBF", "sentence,class\n"}) {
    EXPECT_EQ(read("a.csv", header + "My order was late, 0\n\"Great, thanks\", \"1\"\n"s), expected)
        << header;
  }
}

TEST_F(RowReaderTest, KeepsStringsAsTheyAre) {
  EXPECT_EQ(read("a.csv", "NA,null\nnan,007\n null ,NA \n\" a \",\" b \"\n"),
            (Pairs{{"NA", "null"}, {"nan", "007"}, {" null ", "NA"}, {" a ", " b "}}));
}

TEST_F(RowReaderTest, CountsLinesOfTheFile) {
  read("a.csv", "text,label\n\n\"a\nb\",x\n\nc,y\n");
  EXPECT_EQ(lines_, (std::vector<std::uint64_t>{3, 6}));
}

TEST_F(RowReaderTest, FindsColumns) {
  EXPECT_EQ(read("a.csv", "id,label,text\n1,x,a\n"), (Pairs{{"a", "x"}}));
  EXPECT_EQ(read("a.csv", "label,content\nx,a\n"), (Pairs{{"a", "x"}}));
  EXPECT_EQ(read("a.csv", "id,body,kind\n1,a,x\n", named_columns("body", "kind")), (Pairs{{"a", "x"}}));
  EXPECT_EQ(read("a.csv", "id,Body,kind\n1,a,x\n", named_columns("body", "3")), (Pairs{{"a", "x"}}));
  EXPECT_EQ(read("a.csv", "1,x,a\n", named_columns("3", "2")), (Pairs{{"a", "x"}}));
  EXPECT_EQ(read("a.csv", "foo,bar\na,x\n", named_columns("", "", HeaderMode::yes)), (Pairs{{"a", "x"}}));
  EXPECT_EQ(read("a.csv", "text,label\na,x\n", named_columns("", "", HeaderMode::no)),
            (Pairs{{"text", "label"}, {"a", "x"}}));
  EXPECT_EQ(read("a.csv", "message,x\na,y\n"), (Pairs{{"message", "x"}, {"a", "y"}}))
      << "one usual name alone is no header";
}

TEST_F(RowReaderTest, ExplainsColumnsThatAreNotThere) {
  EXPECT_EQ(error("a.csv", "id,text\n1,a\n", named_columns("body", "")),
            "a.csv: expected a column 'body', found id, text");
  EXPECT_EQ(error("a.csv", "a,x\n", named_columns("3", "")),
            "a.csv: expected a text column 3, found 2 columns");
  EXPECT_EQ(error("a.csv", "a,x\n", named_columns("0", "")),
            "a.csv: expected a text column 0, found 2 columns (columns count from 1)");
  EXPECT_EQ(error("a.csv", "a;x\nb;y\n"),
            "a.csv: expected a text and a label column, found 1 column (is the delimiter ';'?)");
  EXPECT_EQ(error("a.csv", "id,text,kind\n1,a,x\n"),
            "a.csv: expected a label column, found id, text, kind (say which one with --label-column)");
  EXPECT_EQ(error("a.csv", "a,x\n", named_columns("2", "2"), LabelColumn::required, ErrorKind::usage),
            "a.csv: the text and the label cannot both be column 2");
  EXPECT_NE(error("a.csv", "a,x\n", named_columns("text", "", HeaderMode::no), LabelColumn::required,
                  ErrorKind::usage)
                .find("give its number"),
            std::string::npos);
}

TEST_F(RowReaderTest, LabelsAreOptionalForClassifying) {
  EXPECT_EQ(read("a.csv", "a\nb\n", {}, LabelColumn::optional), (Pairs{{"a", ""}, {"b", ""}}));
  EXPECT_FALSE(has_labels_);
  EXPECT_EQ(read("a.csv", "review\na\n", {}, LabelColumn::optional), (Pairs{{"a", ""}}));
  EXPECT_EQ(read("a.csv", "a,x\nb,\n", {}, LabelColumn::optional), (Pairs{{"a", "x"}, {"b", ""}}));
  EXPECT_TRUE(has_labels_);
  EXPECT_EQ(read("a.csv", "id,text\n1,a\n", {}, LabelColumn::optional), (Pairs{{"a", ""}}));
  EXPECT_FALSE(has_labels_);
}

TEST_F(RowReaderTest, ReadsTsvAndOtherDelimiters) {
  EXPECT_EQ(read("a.tsv", "text\tlabel\na, b\tx\n\"c\td\"\ty\n"), (Pairs{{"a, b", "x"}, {"c\td", "y"}}));
  InputOptions semicolon;
  semicolon.delimiter = ';';
  EXPECT_EQ(read("a.csv", "a,b;x\n", semicolon), (Pairs{{"a,b", "x"}}));
  semicolon.format = InputFormat::csv;
  EXPECT_EQ(read("a.data", "a;x\n", semicolon), (Pairs{{"a", "x"}}));
}

TEST_F(RowReaderTest, ReportsWrongNumbersOfColumns) {
  EXPECT_EQ(error("train.csv", "text,label\na,x\nMy order, it was late,0\n"),
            "train.csv:3: expected 2 columns, found 3 (quote the text if it contains a comma)");
  EXPECT_EQ(error("train.csv", "a,x\nb\n"), "train.csv:2: expected 2 columns, found 1");
}

TEST_F(RowReaderTest, ReportsEveryKindOfBadRow) {
  EXPECT_EQ(error("a.csv", "a,x\n,x\n"), "a.csv:2: empty text");
  EXPECT_EQ(error("a.csv", "a,x\n\" \n\",x\n"), "a.csv:2: empty text");
  EXPECT_EQ(error("a.csv", "a,x\nb,\"\"\n"), "a.csv:2: empty label");
  EXPECT_EQ(error("a.csv", "a,x\nb,  \n"), "a.csv:2: empty label");
  EXPECT_EQ(error("a.csv", "a,x\nb\xE9,y\n"),
            "a.csv:2: the text is not valid UTF-8 at its byte 2 (save the file as UTF-8)");
  EXPECT_EQ(error("a.csv", "a,x\nb,\xFFy\n"),
            "a.csv:2: the label is not valid UTF-8 at its byte 1 (save the file as UTF-8)");
  EXPECT_EQ(error("a.csv", "a,x\nb\0c,y\n"s), "a.csv:2: the text contains a NUL byte");
  EXPECT_EQ(error("a.csv", "a,x\n\"b\nc,y\n"),
            "a.csv:2: the quote opened in line 2 is never closed: lines 2 to 3 are inside it");
  EXPECT_EQ(error("a.csv", "a,x\n\"b\"c,y\n").substr(0, 42), "a.csv:2: text after the closing quote of c");
}

TEST_F(RowReaderTest, ListsUpToTenBadRows) {
  EXPECT_EQ(error("a.csv", "a,x\nb\nc,y\nd\n"),
            "a.csv:2: expected 2 columns, found 1\na.csv:4: expected 2 columns, found 1");
  std::string csv = "a,x\n";
  for (int i = 0; i < 11; ++i) csv += "b\n";
  const std::string message = error("a.csv", csv);
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 10);
  EXPECT_TRUE(message.ends_with("a.csv:11: expected 2 columns, found 1\n... and more")) << message;
}

TEST_F(RowReaderTest, SkipsAndListsBadRowsWhenAsked) {
  EXPECT_EQ(read("a.csv", "a,x\nb\nc,y\n,z\n", skipping()), (Pairs{{"a", "x"}, {"c", "y"}}));
  ASSERT_EQ(bad_rows_.size(), 2u);
  EXPECT_EQ(bad_rows_[0].line, 2u);
  EXPECT_EQ(bad_rows_[0].reason, "expected 2 columns, found 1");
  EXPECT_EQ(bad_rows_[1].line, 4u);
  EXPECT_EQ(bad_rows_[1].reason, "empty text");
}

TEST_F(RowReaderTest, ABrokenFirstRowIsABadRowUnlessItHasToBeTheHeader) {
  EXPECT_EQ(read("a.csv", "\"a\"b,x\nc,y\n", skipping()), (Pairs{{"c", "y"}}));
  EXPECT_NE(error("a.csv", "\"a\"b,x\nc,y\n", named_columns("", "", HeaderMode::yes))
                .find("a.csv:1: broken header"),
            std::string::npos);
}

TEST_F(RowReaderTest, RefusesLabelsNobodyKnows) {
  RowReader reader(folder_.write("a.csv", "a,x\nb,y\nc,z\n"), skipping(), LabelColumn::required);
  reader.expect_labels(LabelSet({"x", "y"}), ProblemType::single_label);
  Row row;
  while (reader.next(row)) EXPECT_NE(row.text, "c");
  ASSERT_EQ(reader.bad_row_count(), 1u);
  EXPECT_EQ(reader.bad_rows()[0].reason, "label 'z' is not among the model's 2 labels (x, y)");
}

TEST_F(RowReaderTest, RefusesWholeFilesInOneLine) {
  EXPECT_EQ(error("a.csv", ""), "a.csv: expected rows of text, found an empty file");
  EXPECT_EQ(error("a.csv", "\xFF\xFEt\0e\0"s), "a.csv: expected UTF-8 text, found UTF-16 (save it as UTF-8)");
  EXPECT_EQ(error("a.csv", "t\0e\0x\0t\0,\0l\0a\0b\0e\0l\0\n\0"s),
            "a.csv: expected UTF-8 text, found UTF-16 (save it as UTF-8)");
  EXPECT_EQ(error("a.csv", "\0\1\0\0\2\3\0\0\4\5\0\0"s), "a.csv: expected UTF-8 text, found a binary file");
  EXPECT_NE(error("a.csv", "PK\x03\x04 and so on").find("Excel"), std::string::npos);
  EXPECT_EQ(error("a.xlsx", "a"),
            "a.xlsx: expected an extension .csv, .tsv, .jsonl or .txt, found '.xlsx' (name the format with "
            "--input-format)");
  EXPECT_EQ(
      error("a.json", "[]"),
      "a.json: expected an extension .csv, .tsv, .jsonl or .txt, found '.json' (--input-format jsonl reads "
      "one object per line, which jq -c '.[]' IN.json > OUT.jsonl makes of a list)");
  EXPECT_NE(error("a.txt", "a\n").find("expected rows with labels"), std::string::npos);
}

TEST_F(RowReaderTest, ReadsTxtAndKeepsBlankLines) {
  EXPECT_EQ(read("a.txt",
                 "\xEF\xBB\xBF"
                 "one, \"two\"\n\r\n  three \r\n \nfour",
                 {}, LabelColumn::optional),
            (Pairs{{"one, \"two\"", ""}, {"<blank>", ""}, {"  three ", ""}, {"<blank>", ""}, {"four", ""}}));
  EXPECT_EQ(lines_, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
  EXPECT_EQ(error("a.txt", "a\n\xE9\n", {}, LabelColumn::optional),
            "a.txt:2: the text is not valid UTF-8 at its byte 1 (save the file as UTF-8)");
}

TEST_F(RowReaderTest, ReadsJsonl) {
  EXPECT_EQ(
      read("a.jsonl",
           "{\"text\": \"a\\n\\u00e9\", \"label\": \"x\"}\n\n{\"label\": 7, \"text\": \"b\", \"more\": "
           "{\"text\": [1]}}\r\n"
           "{\"text\":\"c\",\"label\":true}\n{\"text\":\"d\",\"label\":-0}\n"
           "{\"text\":\"e\",\"label\":123456789012345678901234567890}"),
      (Pairs{
          {"a\né", "x"}, {"b", "7"}, {"c", "true"}, {"d", "-0"}, {"e", "123456789012345678901234567890"}}));
  EXPECT_EQ(lines_, (std::vector<std::uint64_t>{1, 3, 4, 5, 6}));
  EXPECT_EQ(read("a.jsonl", "{\"body\": \"a\", \"kind\": \"x\"}\n", named_columns("body", "kind")),
            (Pairs{{"a", "x"}}));
  EXPECT_EQ(read("a.jsonl", "{\"text\": \"a\"}\n", {}, LabelColumn::optional), (Pairs{{"a", ""}}));
  EXPECT_FALSE(has_labels_);
}

TEST_F(RowReaderTest, ReportsBadJson) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{\"text\": \"a\", \"label\": [1.5]}",
       "expected strings or integers in the list under \"label\", found a number with a fraction"},
      {"{\"text\": \"a\", \"label\": 1.5}",
       "expected a string or an integer under \"label\", found a number with a fraction"},
      {"{\"text\": \"a\", \"label\": null}", "expected a string or an integer under \"label\", found null"},
      {"{\"text\": 1, \"label\": \"x\"}", "expected a string under \"text\", found a number"},
      {"{\"label\": \"x\"}", "expected the key \"text\", found \"label\" (--text-column names another)"},
      {"{\"text\": \"a\"}", "expected the key \"label\", found \"text\" (--label-column names another)"},
      {"{\"text\": \"a\", \"text\": \"b\", \"label\": \"x\"}", "the key \"text\" occurs twice"},
      {"[\"a\", \"x\"]",
       "expected a JSON object, found a list (one object per line: jq -c '.[]' IN.json > OUT.jsonl)"},
      {"\"a\"", "expected a JSON object, found a string"},
      {"{\"text\": \"\", \"label\": \"x\"}", "empty text"},
      {"{\"text\": \"a\\u0000\", \"label\": \"x\"}", "the text contains a NUL byte"},
      {"{\"text\": \"\xE9\", \"label\": \"x\"}", "not valid UTF-8 at column 11"},
  };
  for (const auto& [line, reason] : cases) EXPECT_EQ(error("a.jsonl", line), "a.jsonl:1: " + reason) << line;
  const std::string broken = error("a.jsonl", "{\"text\": nul}");
  EXPECT_TRUE(broken.starts_with("a.jsonl:1: not valid JSON at column 13 (syntax error")) << broken;
  EXPECT_EQ(broken.find('\n'), std::string::npos);
  const std::string trailing = error("a.jsonl", "{\"text\": \"a\"} x");
  EXPECT_TRUE(trailing.starts_with("a.jsonl:1: not valid JSON at column 15 (syntax error")) << trailing;
}

TEST_F(RowReaderTest, CleansAndCountsCleanedRows) {
  InputOptions options = skipping();
  options.cleaning.emplace({Cleaning::whitespace, Cleaning::html});
  EXPECT_EQ(read("a.csv", "a<br>b,x\nplain,x\n<p>,x\n\" c  d\",x\n", options),
            (Pairs{{"a b", "x"}, {"plain", "x"}, {"c d", "x"}}));
  EXPECT_EQ(cleaned_, 2u);
  ASSERT_EQ(bad_rows_.size(), 1u);
  EXPECT_EQ(bad_rows_[0].reason, "empty text after cleaning");
}

TEST_F(RowReaderTest, KeepsWhatCleaningChangedAndTheLinesItEmptied) {
  InputOptions options;
  options.cleaning.emplace({Cleaning::urls, Cleaning::whitespace});
  RowReader reader(folder_.write("a.txt", "www.a.b\nplain\nsee www.a.b now\n"), options,
                   LabelColumn::optional);
  std::vector<std::tuple<std::string, std::string, bool>> rows;
  for (Row row; reader.next(row);) rows.emplace_back(row.text, row.original, row.blank);
  EXPECT_EQ(rows, (decltype(rows){
                      {"", "www.a.b", true}, {"plain", "", false}, {"see now", "see www.a.b now", false}}));
  EXPECT_TRUE(reader.cleans());
  EXPECT_EQ(reader.cleaned_rows().count, 2u);
}

TEST_F(RowReaderTest, ReadsGzip) {
  const gzFile file = gzopen((folder_.path() / "a.csv.gz").c_str(), "wb");
  gzputs(file, "text,label\n\"a\nb\",x\n");
  gzclose(file);
  RowReader reader(folder_.path() / "a.csv.gz", {}, LabelColumn::required);
  Row row;
  ASSERT_TRUE(reader.next(row));
  EXPECT_EQ(row.text, "a\nb");
  EXPECT_FALSE(reader.next(row));
  EXPECT_FALSE(reader.next(row)) << "the end stays the end";
}

TEST_F(RowReaderTest, TellsHowMuchOfTheInputItsRowsAre) {
  const std::string csv = "text,label\r\na,x\r\n\"b, c\",y\r\n",
                    jsonl = "{\"text\": \"a\", \"label\": \"x\"}\n\n";
  for (const auto& [name, content] : {std::pair("a.csv", csv), std::pair("a.jsonl", jsonl)}) {
    RowReader reader(folder_.write(name, content), {}, LabelColumn::required);
    EXPECT_EQ(reader.bytes().all, content.size());
    Row row;
    std::uint64_t before = 0;
    while (reader.next(row)) {
      EXPECT_GT(reader.bytes().read, before);
      before = reader.bytes().read;
    }
    EXPECT_LE(reader.bytes().read, content.size());
    EXPECT_GE(reader.bytes().read,
              content.size() * 3 / 4);  // quotes and the CR of a line end are not counted
  }
}

TEST_F(RowReaderTest, KeepsItsPlaceWhenMoved) {
  RowReader first(folder_.write("a.csv", "a,x\nb,y\n"), {}, LabelColumn::required);
  Row row;
  ASSERT_TRUE(first.next(row));
  RowReader second = std::move(first);
  ASSERT_TRUE(second.next(row));
  EXPECT_EQ(row.text, "b");
}

TEST_F(RowReaderTest, ReusesBuffersWithoutMixingRows) {
  EXPECT_EQ(read("a.csv", "a long text that needs memory of its own,a long label that does too\nb,y\n"),
            (Pairs{{"a long text that needs memory of its own", "a long label that does too"}, {"b", "y"}}));
}

/// Rows as "text: label, label" or, where the input gives one label, "text = label".
std::string listed(RowReader reader) {
  std::string rows;
  for (Row row; reader.next(row);) {
    rows += row.text + (row.listed ? ":" : " =");
    for (const std::string& label : row.labels) rows += " <" + label + ">";
    rows += "\n";
  }
  return rows;
}

InputOptions separated(const std::string& separator) {
  InputOptions options;
  options.label_separator = separator;
  return options;
}

TEST_F(RowReaderTest, ReadsListsOfLabels) {
  EXPECT_EQ(listed({folder_.write("a.jsonl", R"({"text": "p", "label": ["x", " y "]})"
                                             "\n"
                                             R"({"label": [], "text": "q"})"
                                             "\n"
                                             R"({"text": "r", "label": [7, true], "more": [["z"]]})"),
                    {},
                    LabelColumn::required}),
            "p: <x> < y >\nq:\nr: <7> <true>\n");
  EXPECT_EQ(listed({folder_.write("a.csv", "p,x|y\nq,\nr, x | z \ns,\"y|\"\"z\"\"\"\nt,\"\"\n"),
                    separated("|"), LabelColumn::required}),
            "p: <x> <y>\nq:\nr: <x> <z>\ns: <y> <\"z\">\nt:\n");
  EXPECT_EQ(listed({folder_.write("a.tsv", "p\tx, y\n"), separated(", "), LabelColumn::required}),
            "p: <x> <y>\n");
  EXPECT_EQ(listed({folder_.write("b.csv", "p,x|y\n"), {}, LabelColumn::required}), "p = <x|y>\n");
}

TEST_F(RowReaderTest, ReportsBadListsOfLabels) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"(["x", "x"])", "the label 'x' occurs twice in the list of labels"},
      {R"(["x", ""])", "empty label in the list of labels"},
      {R"(["  "])", "empty label in the list of labels"},
      {R"(["x", null])", "expected strings or integers in the list under \"label\", found null"},
      {R"([["x"]])", "expected strings or integers in the list under \"label\", found a list"},
      {R"([{"x": 1}])", "expected strings or integers in the list under \"label\", found an object"},
      {R"({"x": 1})", "expected a string or an integer under \"label\", found an object"},
      {R"(["\u0000"])", "the label contains a NUL byte"},
  };
  for (const auto& [labels, reason] : cases)
    EXPECT_EQ(error("a.jsonl", "{\"text\": \"a\", \"label\": " + labels + "}"), "a.jsonl:1: " + reason)
        << labels;
  for (const std::string cell : {"x||y", "|x", "x|", "|", "x| |y"}) {
    EXPECT_EQ(error("a.csv", "a," + cell + "\n", separated("|")),
              "a.csv:1: empty label in the list of labels")
        << cell;
  }
  EXPECT_EQ(error("a.csv", "a,x\nb,y|x|y\n", separated("|")),
            "a.csv:2: the label 'y' occurs twice in the list of labels");
}

TEST_F(RowReaderTest, ARowMayHaveVeryManyLabels) {  // once each was compared with all before it
  std::string labels;
  for (int i = 0; i < 300'000; ++i) labels += "label " + std::to_string(i) + "|";
  const auto begin = std::chrono::steady_clock::now();
  RowReader reader(folder_.write("a.csv", "p," + labels + "x\n"), separated("|"), LabelColumn::required);
  Row row;
  ASSERT_TRUE(reader.next(row));
  EXPECT_EQ(row.labels.size(), 300'001u);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

TEST_F(RowReaderTest, RefusesOneLabelAmongLists) {
  const std::string list = "{\"text\": \"a\", \"label\": [\"x\"]}\n",
                    one = "{\"text\": \"b\", \"label\": \"x\"}\n";
  EXPECT_EQ(error("a.jsonl", "\n" + list + list + one),
            "a.jsonl:4: expected a list of labels as in line 2, found one label");
  EXPECT_EQ(error("a.jsonl", one + list),
            "a.jsonl:2: expected one label as in line 1, found a list of labels");
  EXPECT_EQ(read("a.jsonl", one + list, {}, LabelColumn::optional).size(), 2u);
  RowReader reader(folder_.write("a.jsonl", one), {}, LabelColumn::required);
  reader.expect_labels(LabelSet({"x"}), ProblemType::multi_label);
  Row row;
  EXPECT_THROW(reader.next(row), Error);
}

}  // namespace
}  // namespace reprtune
