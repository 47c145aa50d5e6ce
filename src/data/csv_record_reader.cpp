#include <reprtune/data/csv_lexer.h>
#include <reprtune/data/csv_record_reader.h>
#include <reprtune/data/delimiter_hint.h>
#include <reprtune/io/error.h>

#if defined(__GNUC__) && !defined(__clang__)  // GCC warns of the header's strncpy once it is inlined here
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstringop-truncation"
#endif
#if __has_include(<libfccp/csv.h>)
#include <libfccp/csv.h>
#else
#include <fast-cpp-csv-parser/csv.h>
#endif
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <span>
#include <utility>

namespace reprtune {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 18;

/// Feeds the lexer's output to the line reader, which takes a short read for the end of the file.
class LexedSource final : public ::io::ByteSourceBase {
 public:
  LexedSource(std::unique_ptr<ByteSource> source, char delimiter)
      : source_(std::move(source)), lexer_(delimiter), chunk_(kChunk, '\0') {}

  int read(char* buffer, int size) override {
    std::span<char> free(buffer, static_cast<std::size_t>(size));
    while (!free.empty() && refill()) {
      const std::size_t count = std::min(free.size(), pending_.size());
      std::memcpy(free.data(), pending_.data(), count);
      pending_.remove_prefix(count);
      free = free.subspan(count);
    }
    return size - static_cast<int>(free.size());
  }

 private:
  /// Whether any lexed bytes are left to hand on.
  bool refill() {
    while (pending_.empty() && !finished_) {
      const std::size_t count = source_->read(chunk_);
      finished_ = count == 0;
      pending_ = finished_ ? lexer_.finish() : lexer_.lex({chunk_.data(), count});
    }
    return !pending_.empty();
  }

  std::unique_ptr<ByteSource> source_;
  CsvLexer lexer_;
  std::string chunk_;
  std::string_view pending_;
  bool finished_ = false;
};

/// Cuts one line of lexer output into fields, in place.
class RecordSplitter {
 public:
  RecordSplitter(std::span<char> line, std::uint64_t line_number, CsvRecord& record)
      : at_(line.data()), end_(line.data() + line.size()), line_(line_number), record_(record) {
    record_.line = line_number;
    record_.fields.clear();
    record_.problem.clear();
  }

  /// The number of the line on which the next record begins.
  std::uint64_t split() {
    begin_field(at_);
    for (; at_ < end_; ++at_) {
      if (static_cast<unsigned char>(*at_) >= 0xF8 && !resolve_mark()) break;
    }
    end_field();
    if (!record_.problem.empty()) record_.fields.clear();
    return line_ + 1;
  }

 private:
  void begin_field(char* begin) {
    begin_ = begin;
    quoted_ = false;
  }

  void end_field() {
    record_.fields.push_back({{begin_, static_cast<std::size_t>(at_ - begin_)}, quoted_});
    begin_field(at_ + 1);
  }

  /// False when the rest of the line is not part of the record.
  bool resolve_mark() {
    switch (*at_) {
      case CsvMark::field_end:
        end_field();
        break;
      case CsvMark::quoted:
        begin_ = at_ + 1;
        quoted_ = true;
        quote_line_ = line_;
        break;
      case CsvMark::carriage_return:
        if (at_[1] != CsvMark::line_feed) ++line_;
        *at_ = '\r';
        break;
      case CsvMark::line_feed:
        ++line_;
        *at_ = '\n';
        break;
      case CsvMark::nul:
        *at_ = '\0';
        break;
      case CsvMark::invalid:
        *at_ = '\xFF';
        break;
      case CsvMark::after_quote:
        if (record_.problem.empty()) {
          const std::string hint = delimiter_hint({at_ + 1, 1});
          record_.problem = "text after the closing quote of column " +
                            std::to_string(record_.fields.size() + 1) +
                            (hint.empty() ? " (write a quote inside quotes twice)" : hint);
        }
        break;
      default:
        end_broken();
        return false;
    }
    return true;
  }

  void end_broken() {
    const bool never_closed = at_[1] == 'u';
    const std::string where = "the quote opened in line " + std::to_string(quote_line_) + " is never closed";
    if (never_closed) {
      const std::uint64_t last = at_[-1] == '\n' ? line_ - 1 : line_;
      record_.problem = where;
      if (last > quote_line_)
        record_.problem +=
            ": lines " + std::to_string(quote_line_) + " to " + std::to_string(last) + " are inside it";
    } else {
      record_.problem = "the record is longer than 16 MiB" + (quoted_ ? " (probably " + where + ")" : "");
      line_ += std::strtoull(at_ + 2, nullptr, 10);
    }
  }

  char* at_;
  char* end_;
  char* begin_ = nullptr;
  bool quoted_ = false;
  std::uint64_t line_;
  std::uint64_t quote_line_ = 0;
  CsvRecord& record_;
};

bool is_blank(const CsvRecord& record) {
  return record.problem.empty() && record.fields.size() == 1 && !record.fields[0].quoted &&
         record.fields[0].value.find_first_not_of(" \t") == std::string_view::npos;
}

char checked_delimiter(char delimiter) {
  if (static_cast<unsigned char>(delimiter) >= 0x80 || std::strchr("\"\r\n", delimiter) != nullptr) {
    throw Error(ErrorKind::usage,
                "delimiter: expected one ASCII character other than a quote or a line break");
  }
  return delimiter;
}

}  // namespace

class CsvRecordReader::State {
 public:
  State(std::unique_ptr<ByteSource> source, char delimiter)
      : lines_("", std::make_unique<LexedSource>(std::move(source), delimiter)) {}

  const CsvRecord* next() {
    while (char* line = lines_.next_line()) {
      const std::size_t length = std::strlen(line);
      bytes_ += length + 1;
      next_line_ = RecordSplitter({line, length}, next_line_, record_).split();
      if (!is_blank(record_)) return &record_;
    }
    return nullptr;
  }

  std::uint64_t bytes() const { return bytes_; }

 private:
  ::io::LineReader lines_;
  std::uint64_t next_line_ = 1;
  std::uint64_t bytes_ = 0;
  CsvRecord record_;
};

std::string_view CsvField::label() const {
  if (quoted) return value;
  const std::size_t begin = value.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return value.substr(begin, value.find_last_not_of(" \t") - begin + 1);
}

CsvRecordReader::CsvRecordReader(std::unique_ptr<ByteSource> source, char delimiter)
    : state_(std::make_unique<State>(std::move(source), checked_delimiter(delimiter))) {}
CsvRecordReader::CsvRecordReader(CsvRecordReader&&) noexcept = default;
CsvRecordReader& CsvRecordReader::operator=(CsvRecordReader&&) noexcept = default;
CsvRecordReader::~CsvRecordReader() = default;

const CsvRecord* CsvRecordReader::next() { return state_->next(); }

std::uint64_t CsvRecordReader::bytes() const { return state_->bytes(); }

}  // namespace reprtune
