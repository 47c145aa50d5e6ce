#pragma once

#include <reprtune/io/byte_source.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reprtune {

struct CsvField {
  std::string_view value;  ///< without its quotes; not checked for UTF-8 (0xFF stands for any byte that
                           ///< occurs nowhere in UTF-8)
  bool quoted = false;

  /// As a label is read: without surrounding spaces and tabs, unless it was quoted.
  std::string_view label() const;
};

struct CsvRecord {
  std::uint64_t line = 0;        ///< line of the file on which it begins, from 1
  std::vector<CsvField> fields;  ///< none when the record is broken
  std::string problem;           ///< why the record is broken, or empty
};

/// Reads the records of a CSV or TSV stream in constant memory (three blocks of 16 MiB, read ahead by a
/// thread of its own when the input is longer than two of them). Blank lines are passed over.
class CsvRecordReader {
 public:
  /// Throws Error(data) when the source does; Error(usage) for a delimiter that cannot be one.
  CsvRecordReader(std::unique_ptr<ByteSource> source, char delimiter);
  CsvRecordReader(CsvRecordReader&&) noexcept;
  CsvRecordReader& operator=(CsvRecordReader&&) noexcept;
  ~CsvRecordReader();

  /// The next record, valid until the next call; nullptr at the end.
  const CsvRecord* next();

  /// Bytes of the lines so far, a mark for each quoted field in place of its quotes: about those of the file.
  std::uint64_t bytes() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace reprtune
