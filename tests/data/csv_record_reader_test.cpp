#include <reprtune/data/csv_lexer.h>
#include <reprtune/data/csv_record_reader.h>
#include <reprtune/io/error.h>
#include <reprtune/io/random.h>

#include "string_source.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reprtune {
namespace {

struct Record {
  std::uint64_t line = 0;
  std::vector<std::string> fields;
  std::string problem;
  bool operator==(const Record&) const = default;
};

std::vector<Record> read(const std::string& csv, std::size_t chunk = std::string::npos,
                         char delimiter = ',') {
  CsvRecordReader reader(string_source(csv, chunk), delimiter);
  std::vector<Record> records;
  while (const CsvRecord* record = reader.next()) {
    Record copy{record->line, {}, record->problem};
    for (const CsvField& field : record->fields) copy.fields.emplace_back(field.value);
    records.push_back(copy);
  }
  return records;
}

using Records = std::vector<Record>;

TEST(CsvRecordReaderTest, ReadsPlainRecordsWithEveryLineEnd) {
  const Records expected = {{1, {"a", "b"}, ""}, {2, {"c", "d"}, ""}};
  for (const char* csv :
       {"a,b\nc,d\n", "a,b\nc,d", "a,b\r\nc,d\r\n", "a,b\r\nc,d", "a,b\rc,d\r", "a,b\rc,d", "a,b\r\nc,d\n"}) {
    EXPECT_EQ(read(csv), expected) << csv;
  }
}

TEST(CsvRecordReaderTest, ReadsQuotes) {
  EXPECT_EQ(read("\"a,b\",c\n"), (Records{{1, {"a,b", "c"}, ""}}));
  EXPECT_EQ(read("\"say \"\"hi\"\"\",c\n"), (Records{{1, {"say \"hi\"", "c"}, ""}}));
  EXPECT_EQ(read("\"\"\"\",\"\"\n"), (Records{{1, {"\"", ""}, ""}}));
  EXPECT_EQ(read("a \"b\" c,d\"\n"), (Records{{1, {"a \"b\" c", "d\""}, ""}}))
      << "a quote inside an unquoted field is literal";
  EXPECT_EQ(read("a, \"b,c\" ,d\n"), (Records{{1, {"a", "b,c", "d"}, ""}})) << "spaces around a quoted field";
  EXPECT_EQ(read(" \"a\",b\n"), (Records{{1, {" \"a\"", "b"}, ""}})) << "a record that begins with a space";
}

TEST(CsvRecordReaderTest, KeepsLineBreaksInQuotesByteForByte) {
  const Records expected = {{1, {"a\r\nb\nc\rd", "x"}, ""}, {5, {"e", "f"}, ""}};
  EXPECT_EQ(read("\"a\r\nb\nc\rd\",x\ne,f\n"), expected);
}

TEST(CsvRecordReaderTest, PassesOverBlankLinesAndCountsThem) {
  EXPECT_EQ(read("\n\r\na,b\n   \n\nc,d\n\n"), (Records{{3, {"a", "b"}, ""}, {6, {"c", "d"}, ""}}));
  EXPECT_EQ(read("\"\"\na\n"), (Records{{1, {""}, ""}, {2, {"a"}, ""}}))
      << "a quoted empty field is no blank line";
}

TEST(CsvRecordReaderTest, KeepsEmptyFieldsAndSpaces) {
  EXPECT_EQ(read("a,,b,\n"), (Records{{1, {"a", "", "b", ""}, ""}}));
  EXPECT_EQ(read(" a , b \n,"), (Records{{1, {" a ", " b "}, ""}, {2, {"", ""}, ""}}));
}

TEST(CsvRecordReaderTest, SaysWhereAQuoteWasOpened) {
  const Records records = read("a,b\nc,\"d\ne\",\"f\ng,h\ni,j\n");
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[1].line, 2u);
  EXPECT_EQ(records[1].problem, "the quote opened in line 3 is never closed: lines 3 to 5 are inside it");
}

TEST(CsvRecordReaderTest, RefusesTextAfterAClosingQuote) {
  const Records records = read("a,\"b\"c\nd,e\n");
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].problem,
            "text after the closing quote of column 2 (write a quote inside quotes twice)");
  EXPECT_EQ(records[1], (Record{2, {"d", "e"}, ""}));
}

TEST(CsvRecordReaderTest, AsksForAnotherDelimiterAfterAClosingQuote) {
  const auto problem = [](const char* text) { return read(text)[0].problem; };
  EXPECT_EQ(problem("\"a\";\"b\"\n"), "text after the closing quote of column 1 (is the delimiter ';'?)");
  EXPECT_EQ(problem("\"a\" \t\"b\"\n"), "text after the closing quote of column 1 (is the delimiter a tab?)");
}

TEST(CsvRecordReaderTest, HandsOnNulAndBytesThatAreNotUtf8) {
  using std::string_literals::operator""s;
  EXPECT_EQ(read("a\0b,c\n"s), (Records{{1, {"a\0b"s, "c"}, ""}}));
  EXPECT_EQ(read("\"a\0b\",\xF8\xFE\xC0\n"s), (Records{{1, {"a\0b"s, "\xFF\xFF\xFF"}, ""}}))
      << "the lexer's own marks in the input are bad bytes like any other";
}

TEST(CsvRecordReaderTest, ReportsARecordThatIsTooLong) {
  std::string csv = "a,b\n\"";
  for (std::size_t i = 0; i < kMaxRecordBytes / 4 + 1000; ++i) csv += "abc\n";
  const std::size_t last_line = kMaxRecordBytes / 4 + 1000 + 2;
  const Records records = read(csv + "\",x\nc,d\n", 100000);
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[1].line, 2u);
  EXPECT_EQ(records[1].problem,
            "the record is longer than 16 MiB (probably the quote opened in line 2 is never closed)");
  EXPECT_EQ(records[2], (Record{last_line + 1, {"c", "d"}, ""}));
}

TEST(CsvRecordReaderTest, DeliversTheLongestRecordWhole) {
  const std::string text(kMaxRecordBytes - 3, 'x');
  const Records records = read(text + ",y\n" + text + "xx,y\n");
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].fields, (std::vector<std::string>{text, "y"}));
  EXPECT_EQ(records[1].problem, "the record is longer than 16 MiB");
}

TEST(CsvRecordReaderTest, ReadsInputsLongerThanItsBlocks) {
  std::string csv;
  for (std::size_t i = 0; csv.size() < (std::size_t{5} << 24); ++i) {
    csv += "\"row\n" + std::to_string(i) + "\"," + std::to_string(i % 7) + "\r\n";
  }
  CsvRecordReader reader(string_source(std::move(csv), 999983), ',');
  std::size_t i = 0;
  while (const CsvRecord* record = reader.next()) {
    ASSERT_EQ(record->line, 2 * i + 1);
    ASSERT_EQ(record->fields.at(0).value, "row\n" + std::to_string(i));
    ASSERT_EQ(record->fields.at(1).value, std::to_string(i % 7));
    ++i;
  }
  EXPECT_GT(i, 1000000u);
}

TEST(CsvRecordReaderTest, RefusesImpossibleDelimiters) {
  for (const char delimiter : {'"', '\n', '\r', '\0', '\xC3'}) EXPECT_THROW(read("a\n", 1, delimiter), Error);
}

/// Random tables, written as RFC 4180 in every style, are read back equal, whatever the size of the pieces
/// they arrive in.
class CsvRoundTripTest : public testing::TestWithParam<int> {
 protected:
  std::string random_field() {
    static const std::vector<std::string> kPieces = {"a",  "Z",    " ",  "  ",           ",",    ";", "\t",
                                                     "\"", "\"\"", "\n", "\r",           "\r\n", "é", "日本",
                                                     "😀",  "NA",   "0",  "\xEF\xBB\xBF", "'",    "\\"};
    std::string field;
    for (std::uint64_t n = random_.below(8); n > 0; --n) field += kPieces[random_.below(kPieces.size())];
    return field;
  }

  std::string written(const std::string& field, bool first, char delimiter) {
    bool quote = random_.below(4) == 0 || (first && field.empty());
    const bool space_then_quote =
        !first && field.find_first_not_of(' ') < field.size() && field[field.find_first_not_of(' ')] == '"';
    quote = quote || field.starts_with('"') || space_then_quote ||
            field.find_first_of("\r\n") != std::string::npos || field.find(delimiter) != std::string::npos ||
            (first && field.find_first_not_of(" \t") == std::string::npos);
    if (!quote) return field;
    std::string quoted = "\"";
    for (const char c : field) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
  }

  static std::uint64_t line_breaks(const std::string& field) {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < field.size(); ++i) {
      if (field[i] == '\r' && i + 1 < field.size() && field[i + 1] == '\n') ++i;
      count += field[i] == '\r' || field[i] == '\n' ? 1u : 0u;
    }
    return count;
  }

  static std::string lexed(std::string_view bytes, std::size_t chunk) {
    CsvLexer lexer(',');
    std::string lines;
    for (std::size_t at = 0; at < bytes.size(); at += chunk) lines += lexer.lex(bytes.substr(at, chunk));
    return lines += lexer.finish();
  }

  Random random_{static_cast<std::uint64_t>(GetParam())};
};

TEST_P(CsvRoundTripTest, ReadsBackWhatWasWritten) {
  for (int round = 0; round < 25; ++round) {
    const char delimiter = ",;\t"[random_.below(3)];
    const std::string line_end = std::vector<std::string>{"\n", "\r\n", "\r"}[random_.below(3)];
    std::string csv;
    Records expected;
    std::uint64_t line = 1;
    const std::uint64_t rows = 1 + random_.below(20);
    for (std::uint64_t row = 0; row < rows; ++row) {
      Record record{line, {}, ""};
      const std::uint64_t fields = 1 + random_.below(4);
      for (std::uint64_t i = 0; i < fields; ++i) {
        record.fields.push_back(random_field());
        if (row == 0 && i == 0)
          record.fields[0] = "first" + record.fields[0];  // so that no byte order mark comes first
        csv += (i == 0 ? "" : std::string(1, delimiter)) + written(record.fields.back(), i == 0, delimiter);
        line += line_breaks(record.fields.back());
      }
      if (row + 1 < rows || random_.below(2) == 0) csv += line_end;
      ++line;
      expected.push_back(record);
    }
    const std::size_t chunk = std::vector<std::size_t>{std::string::npos, 1, 3, 17}[random_.below(4)];
    ASSERT_EQ(read(csv, chunk, delimiter), expected) << "seed " << GetParam() << ", chunk " << chunk << "\n"
                                                     << csv;
  }
}

TEST_P(CsvRoundTripTest, AnyBytesGiveTheSameLinesInAnyPieces) {
  const std::string alphabet = "ab,\"\n\r \xC3\xA9\xFF" + std::string(1, '\0');
  for (int round = 0; round < 200; ++round) {
    std::string bytes;
    for (std::uint64_t n = random_.below(60); n > 0; --n) bytes += alphabet[random_.below(alphabet.size())];
    ASSERT_EQ(lexed(bytes, 1), lexed(bytes, bytes.size() + 1));
    ASSERT_EQ(lexed(bytes, 5), lexed(bytes, bytes.size() + 1));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, CsvRoundTripTest, testing::Range(1, 21));

}  // namespace
}  // namespace reprtune
