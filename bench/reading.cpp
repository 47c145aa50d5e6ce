// Speed of the input readers, in bytes of file per second on one thread: rows checked, split and copied out
// as `check` and `classify` get them.
//
//   cmake --build --preset release --target reading_bench && build/release/bench/reading_bench

#include <reprtune/data/row_reader.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include <benchmark/benchmark.h>
#include <unistd.h>

namespace reprtune {
namespace {

constexpr std::uintmax_t kFileBytes = std::uintmax_t{64} << 20;

/// A file of `kFileBytes` made of numbered rows, removed at the end.
class SampleFile {
 public:
  SampleFile(const std::string& extension, const std::string& header,
             const std::function<std::string(std::size_t)>& row) {
    file_ =
        std::filesystem::temp_directory_path() / ("reprtune-bench-" + std::to_string(::getpid()) + extension);
    std::ofstream out(file_, std::ios::binary);
    out << header;
    for (std::size_t i = 0; static_cast<std::uintmax_t>(out.tellp()) < kFileBytes; ++i) out << row(i);
  }
  SampleFile(const SampleFile&) = delete;
  SampleFile& operator=(const SampleFile&) = delete;
  ~SampleFile() { std::filesystem::remove(file_); }

  const std::filesystem::path& path() const { return file_; }

 private:
  std::filesystem::path file_;
};

void read_rows(benchmark::State& state, const SampleFile& file) {
  std::size_t rows = 0;
  for (auto _ : state) {
    RowReader reader(file.path(), InputOptions{}, LabelColumn::optional);
    for (Row row; reader.next(row);) ++rows;
  }
  state.SetBytesProcessed(
      static_cast<std::int64_t>(state.iterations() * std::filesystem::file_size(file.path())));
  state.counters["rows"] = benchmark::Counter(static_cast<double>(rows), benchmark::Counter::kIsRate);
}

const std::string kSentence = "I still have not received my new card, I ordered over a week ago.";

void csv_short_unquoted(benchmark::State& state) {
  read_rows(state, SampleFile(".csv", "text,label\n", [](std::size_t i) {
              return "What is the capital of country " + std::to_string(i) + "?,LOC\n";
            }));
}

void csv_quoted_with_commas(benchmark::State& state) {
  read_rows(state, SampleFile(".csv", "text,label\n", [](std::size_t i) {
              return '"' + kSentence + ' ' + std::to_string(i) + "\",card_arrival\n";
            }));
}

void csv_long_with_quotes_and_line_breaks(benchmark::State& state) {
  read_rows(state, SampleFile(".csv", "text,label\n", [](std::size_t i) {
              std::string text = std::to_string(i);
              for (int sentence = 0; sentence < 10; ++sentence) text += " \"\"" + kSentence + "\"\"\n";
              return '"' + text + "\",card_arrival\n";
            }));
}

void csv_not_ascii(benchmark::State& state) {
  read_rows(state, SampleFile(".csv", "text,label\n", [](std::size_t i) {
              return "Où est passée ma carte à puce n° " + std::to_string(i) + " — 私のカード？,livraison\n";
            }));
}

void tsv(benchmark::State& state) {
  read_rows(state, SampleFile(".tsv", "text\tlabel\n", [](std::size_t i) {
              return kSentence + ' ' + std::to_string(i) + "\tcard_arrival\n";
            }));
}

void jsonl(benchmark::State& state) {
  read_rows(state, SampleFile(".jsonl", "", [](std::size_t i) {
              return R"({"text": ")" + kSentence + ' ' + std::to_string(i) +
                     "\", \"label\": \"card_arrival\"}\n";
            }));
}

void txt(benchmark::State& state) {
  read_rows(state,
            SampleFile(".txt", "", [](std::size_t i) { return kSentence + ' ' + std::to_string(i) + '\n'; }));
}

BENCHMARK(csv_short_unquoted)->Unit(benchmark::kMillisecond);
BENCHMARK(csv_quoted_with_commas)->Unit(benchmark::kMillisecond);
BENCHMARK(csv_long_with_quotes_and_line_breaks)->Unit(benchmark::kMillisecond);
BENCHMARK(csv_not_ascii)->Unit(benchmark::kMillisecond);
BENCHMARK(tsv)->Unit(benchmark::kMillisecond);
BENCHMARK(jsonl)->Unit(benchmark::kMillisecond);
BENCHMARK(txt)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace reprtune

BENCHMARK_MAIN();
