#include <reprtune/data/row_reader.h>
#include <reprtune/infer/embedding_writer.h>
#include <reprtune/io/error.h>
#include <reprtune/io/memory_sink.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using nlohmann::json;

const std::vector<std::string> kTexts = {"a, \"b\"", "", "c"};
const std::vector<float> kVectors = {0.1f, -0.5f, 0, 0, 1e-8f, 0.33333334f};
const std::vector<std::uint8_t> kBlank = {0, 1, 0};
const std::vector<float> kMinimum = {0, -0.5f}, kMaximum = {0.255f, 0.5f};

std::string written(EmbeddingFormat format, EmbeddingType type = EmbeddingType::float32,
                    bool with_text = false) {
  MemorySink sink;
  EmbeddingWriter writer(sink, Quantization(type, 2, kMinimum, kMaximum), {format, with_text});
  writer.write(kTexts, kVectors, kBlank);
  writer.finish();
  return sink.bytes();
}

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorKind::runtime, "no error");
}

TEST(EmbeddingFormat, NamesAndParsesEveryFormat) {
  const std::vector<std::string> names = embedding_format_names();
  EXPECT_EQ(names, (std::vector<std::string>{"jsonl", "csv", "npy", "cohere"}));
  for (const std::string& name : names) EXPECT_EQ(embedding_format_name(parse_embedding_format(name)), name);
  EXPECT_THROW(parse_embedding_format("parquet"), Error);
}

TEST(EmbeddingWriter, Jsonl) {
  EXPECT_EQ(written(EmbeddingFormat::jsonl),
            "{\"embedding\": [0.1,-0.5]}\n{\"embedding\": null}\n{\"embedding\": [1e-08,0.33333334]}\n");
  EXPECT_EQ(written(EmbeddingFormat::jsonl, EmbeddingType::uint8, true),
            "{\"text\": \"a, \\\"b\\\"\", \"embedding\": [100,0]}\n{\"text\": \"\", \"embedding\": null}\n"
            "{\"text\": \"c\", \"embedding\": [0,212]}\n");
}

TEST(EmbeddingWriter, Csv) {
  EXPECT_EQ(written(EmbeddingFormat::csv), "e0,e1\n0.1,-0.5\n0,0\n1e-08,0.33333334\n");
  EXPECT_EQ(written(EmbeddingFormat::csv, EmbeddingType::int8, true),
            "text,e0,e1\n\"a, \"\"b\"\"\",-28,-128\n,0,0\nc,-128,84\n");
  EXPECT_EQ(written(EmbeddingFormat::csv, EmbeddingType::binary), "e0\n0\n0\n64\n");
  EXPECT_EQ(written(EmbeddingFormat::csv, EmbeddingType::ubinary), "e0\n128\n0\n192\n");
  EXPECT_EQ(written(EmbeddingFormat::csv, EmbeddingType::float16),
            "e0,e1\n0.099975586,-0.5\n0,0\n0,0.33325195\n");
}

TEST(EmbeddingWriter, NumbersReadBackAsTheSameFloat) {
  std::vector<float> vector;
  for (float value = 1e-38f; value < 1e38f; value *= -7.123f) {
    vector.push_back(value);
    if (std::fabs(value) > 1e37f) break;
  }
  MemorySink sink;
  EmbeddingWriter writer(sink, Quantization(EmbeddingType::float32, vector.size()), {});
  const std::vector<std::string> texts = {"x"};
  writer.write(texts, vector);
  EXPECT_EQ(json::parse(sink.bytes())["embedding"].get<std::vector<float>>(), vector);
}

TEST(EmbeddingWriter, NpyHeaderAndRows) {
  const std::string bytes = written(EmbeddingFormat::npy);
  ASSERT_EQ(bytes.size(), 128 + sizeof(float) * kVectors.size());
  EXPECT_EQ(bytes.substr(0, 10), std::string("\x93NUMPY\x01\x00\x76\x00", 10));
  const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }";
  EXPECT_EQ(bytes.substr(10, header.size()), header);
  EXPECT_EQ(bytes.substr(10 + header.size(), 118 - header.size()),
            std::string(117 - header.size(), ' ') + '\n');
  EXPECT_EQ(std::memcmp(bytes.data() + 128, kVectors.data(), sizeof(float) * kVectors.size()), 0);
}

TEST(EmbeddingWriter, NpyOfEveryType) {
  const auto expect = [](EmbeddingType type, const std::string& descr, const std::string& shape,
                         const std::string& rows) {
    const std::string bytes = written(EmbeddingFormat::npy, type);
    EXPECT_NE(bytes.find("'" + descr + "', 'fortran_order': False, 'shape': " + shape), std::string::npos)
        << descr;
    EXPECT_EQ(bytes.substr(128), rows) << descr;
  };
  expect(EmbeddingType::float16, "<f2", "(3, 2)",
         std::string("\x66\x2e\x00\xb8\x00\x00\x00\x00\x00\x00\x55\x35", 12));
  expect(EmbeddingType::int8, "|i1", "(3, 2)", std::string("\xe4\x80\x00\x00\x80\x54", 6));
  expect(EmbeddingType::uint8, "|u1", "(3, 2)", std::string("\x64\x00\x00\x00\x00\xd4", 6));
  expect(EmbeddingType::binary, "|i1", "(3, 1)", std::string("\x00\x00\x40", 3));
  expect(EmbeddingType::ubinary, "|u1", "(3, 1)", std::string("\x80\x00\xc0", 3));
}

TEST(EmbeddingWriter, NpyIsCompletedInAFile) {
  const std::filesystem::path file =
      std::filesystem::path(testing::TempDir()) / "reprtune_embedding_writer_test.npy";
  const auto sink = open_byte_sink(file);
  EmbeddingWriter writer(*sink, Quantization(EmbeddingType::float32, 2), {EmbeddingFormat::npy, false});
  for (int i = 0; i < 1000; ++i) writer.write(kTexts, kVectors);
  writer.finish();
  sink->commit();
  const auto source = std::filesystem::file_size(file);
  EXPECT_EQ(source, 128 + 3000 * 2 * sizeof(float));
  std::FILE* stream = std::fopen(file.c_str(), "rb");
  std::string header(128, '\0');
  EXPECT_EQ(std::fread(header.data(), 1, header.size(), stream), header.size());
  std::fclose(stream);
  EXPECT_NE(header.find("(3000, 2), }"), std::string::npos);
  EXPECT_EQ(header.back(), '\n');
  std::filesystem::remove(file);
}

TEST(EmbeddingWriter, CohereFloats) {
  const json body = json::parse(written(EmbeddingFormat::cohere));
  EXPECT_EQ(body, json::parse(R"({"id": "reprtune-embed", "response_type": "embeddings_floats",
      "embeddings": [[0.1, -0.5], [0, 0], [1e-08, 0.33333334]], "texts": ["a, \"b\"", "", "c"],
      "meta": {"api_version": {"version": "1"}}})"));
}

TEST(EmbeddingWriter, CohereByType) {
  const json body = json::parse(written(EmbeddingFormat::cohere, EmbeddingType::int8));
  EXPECT_EQ(body["response_type"], "embeddings_by_type");
  EXPECT_EQ(body["embeddings"], json::parse(R"({"int8": [[-28, -128], [0, 0], [-128, 84]]})"));
  EXPECT_EQ(body["texts"], json(kTexts));
}

TEST(EmbeddingWriter, WindowsAndNoRowsAtAll) {
  for (const std::string& name : embedding_format_names()) {
    const EmbeddingFormat format = parse_embedding_format(name);
    MemorySink sink;
    EmbeddingWriter writer(sink, Quantization(EmbeddingType::float32, 2), {format, false});
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
      writer.write(std::span(kTexts).subspan(i, 1), std::span(kVectors).subspan(2 * i, 2),
                   std::span(kBlank).subspan(i, 1));
      writer.write({}, {});
    }
    writer.finish();
    EXPECT_EQ(sink.bytes(), written(format)) << name;
  }
  MemorySink sink;
  EmbeddingWriter writer(sink, Quantization(EmbeddingType::float32, 2), {EmbeddingFormat::npy, false});
  writer.finish();
  EXPECT_NE(sink.bytes().find("(0, 2)"), std::string::npos);
}

TEST(EmbeddingWriter, NpyNeedsAFile) {
  MemorySink pipe(false);
  const Error error = error_of([&] {
    EmbeddingWriter(pipe, Quantization(EmbeddingType::float32, 2), {EmbeddingFormat::npy, false});
  });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(std::string(error.what()).substr(0, 18), "npy needs -o FILE:");
  EXPECT_EQ(pipe.bytes(), "");
  EXPECT_EQ(error_of([] { written(EmbeddingFormat::npy, EmbeddingType::float32, true); }).kind(),
            ErrorKind::usage);
}

TEST(EmbeddingWriter, RefusesWhatIsNotANumberAndNamesTheRow) {
  MemorySink sink;
  EmbeddingWriter writer(sink, Quantization(EmbeddingType::float32, 2), {});
  writer.write(kTexts, kVectors);
  const std::vector<std::string> texts = {"x", "y"};
  const std::vector<float> vectors = {1, 2, 3, std::nanf("")};
  const Error error = error_of([&] { writer.write(texts, vectors); });
  EXPECT_EQ(error.kind(), ErrorKind::model);
  EXPECT_EQ(std::string(error.what()).substr(0, 7), "row 5: ");
}

}  // namespace
}  // namespace reprtune
