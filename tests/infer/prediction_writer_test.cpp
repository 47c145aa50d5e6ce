#include <reprtune/data/row_reader.h>
#include <reprtune/infer/prediction_writer.h>
#include <reprtune/io/error.h>
#include <reprtune/io/memory_sink.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using nlohmann::json;

const std::vector<std::string> kLabels = {"neg", "neu", "pos"};
const std::vector<std::string> kTexts = {"bad, very \"bad\"", "", "fine"};
const std::vector<float> kProbabilities = {0.75f, 0.2f, 0.05f, 0.3f, 0.3f, 0.4f, 0.01f, 0.4949999f, 0.495f};
const std::vector<std::uint8_t> kBlank = {0, 1, 0};

std::string written(const PredictionFormatOptions& options, const std::vector<std::string>& labels = kLabels,
                    const std::vector<std::string>& texts = kTexts,
                    const std::vector<float>& probabilities = kProbabilities,
                    const std::vector<std::uint8_t>& blank = kBlank) {
  MemorySink sink(false);
  PredictionWriter writer(sink, labels, options);
  writer.write(texts, probabilities, blank);
  writer.finish();
  return sink.bytes();
}

PredictionFormatOptions format(PredictionFormat format, std::size_t top_k = 0) {
  PredictionFormatOptions options;
  options.format = format;
  options.top_k = top_k;
  return options;
}

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorKind::runtime, "no error");
}

TEST(PredictionFormat, NamesAndParsesEveryFormat) {
  const std::vector<std::string> names = prediction_format_names();
  EXPECT_EQ(names, (std::vector<std::string>{"csv", "jsonl", "cohere", "tei", "fasttext"}));
  for (const std::string& name : names)
    EXPECT_EQ(prediction_format_name(parse_prediction_format(name)), name);
  const Error error = error_of([] { parse_prediction_format("xml"); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_STREQ(error.what(), "format: expected one of csv, jsonl, cohere, tei, fasttext, found 'xml'");
}

TEST(PredictionWriter, Csv) {
  EXPECT_EQ(written(format(PredictionFormat::csv)), "label,probability\nneg,0.75\n,\npos,0.495\n");
}

TEST(PredictionWriter, CsvTopK) {
  EXPECT_EQ(written(format(PredictionFormat::csv, 2)),
            "label1,probability1,label2,probability2\nneg,0.75,neu,0.2\n,,,\npos,0.495,neu,0.495\n");
  EXPECT_EQ(written(format(PredictionFormat::csv, 1)), "label1,probability1\nneg,0.75\n,\npos,0.495\n");
  EXPECT_EQ(written(format(PredictionFormat::csv, 99)), written(format(PredictionFormat::csv, 3)));
}

TEST(PredictionWriter, CsvWithText) {
  PredictionFormatOptions options;
  options.with_text = true;
  EXPECT_EQ(written(options),
            "text,label,probability\n\"bad, very \"\"bad\"\"\",neg,0.75\n,,\nfine,pos,0.495\n");
}

TEST(PredictionWriter, EqualProbabilitiesGoToTheFirstLabel) {
  const std::vector<float> equal = {0.25f, 0.375f, 0.375f};
  EXPECT_EQ(written({}, kLabels, {"x"}, equal, {}), "label,probability\nneu,0.375\n");
  EXPECT_EQ(written(format(PredictionFormat::csv, 3), kLabels, {"x"}, equal, {}),
            "label1,probability1,label2,probability2,label3,probability3\nneu,0.375,pos,0.375,neg,0.25\n");
}

TEST(PredictionWriter, ProbabilitiesHaveSixDigits) {
  const std::vector<float> two = {0.99999994f, 5.9604645e-08f, 0.123456789f, 0.876543211f, 1, 0};
  EXPECT_EQ(written(format(PredictionFormat::fasttext, 2), {"a", "b"}, {"1", "2", "3"}, two, {}),
            "__label__a 1 __label__b 5.96046e-08\n__label__b 0.876543 __label__a 0.123457\n__label__a 1 "
            "__label__b 0\n");
}

TEST(PredictionWriter, CsvReadsBackAsItWas) {
  const std::vector<std::string> labels = {
      "a,b", "with \"quotes\"", " two\nlines ", "\tin tabs\t", "a\rb", "007", "é"};
  const std::vector<std::string> texts = {"plain", "comma, quote \" and\r\nbreak", " spaces ", "x", "y", "NA",
                                          "日本"};
  std::vector<float> probabilities(labels.size() * labels.size(), 0.01f);
  for (std::size_t i = 0; i < labels.size(); ++i) probabilities[i * labels.size() + i] = 0.94f;
  PredictionFormatOptions options;
  options.with_text = true;
  const std::filesystem::path file =
      std::filesystem::path(testing::TempDir()) / "reprtune_prediction_writer_test.csv";
  {
    const auto sink = open_byte_sink(file);
    PredictionWriter writer(*sink, labels, options);
    writer.write(texts, probabilities);
    writer.finish();
    sink->commit();
  }
  RowReader reader(file, InputOptions{}, LabelColumn::required);
  Row row;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    ASSERT_TRUE(reader.next(row)) << i;
    EXPECT_EQ(row.text, texts[i]);
    EXPECT_EQ(row.labels.at(0), labels[i]);
  }
  EXPECT_FALSE(reader.next(row));
  std::filesystem::remove(file);
}

TEST(PredictionWriter, Jsonl) {
  EXPECT_EQ(
      written(format(PredictionFormat::jsonl)),
      "{\"label\": \"neg\", \"probability\": 0.75, \"probabilities\": {\"neg\": 0.75, \"neu\": 0.2, \"pos\": "
      "0.05}}\n"
      "{\"label\": null, \"probability\": null}\n"
      "{\"label\": \"pos\", \"probability\": 0.495, \"probabilities\": {\"neg\": 0.01, \"neu\": 0.495, "
      "\"pos\": "
      "0.495}}\n");
}

TEST(PredictionWriter, JsonlTopKWithText) {
  PredictionFormatOptions options = format(PredictionFormat::jsonl, 2);
  options.with_text = true;
  EXPECT_EQ(written(options, kLabels, {"a\"b\\c\n\x01 é"}, {0.1f, 0.3f, 0.6f}, {}),
            "{\"text\": \"a\\\"b\\\\c\\n\\u0001 é\", \"label\": \"pos\", \"probability\": 0.6, "
            "\"probabilities\": {\"pos\": 0.6, \"neu\": 0.3}}\n");
}

TEST(PredictionWriter, JsonStringsAreValidWhateverTheBytes) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  const std::vector<std::string> labels = {every_byte, "b"};
  for (const PredictionFormat name :
       {PredictionFormat::jsonl, PredictionFormat::cohere, PredictionFormat::tei}) {
    const json parsed = json::parse(written(format(name), labels, {every_byte}, {0.5f, 0.5f}, {}));
    EXPECT_NE(parsed.dump().find("\\u001f !\\\"#"), std::string::npos);
    EXPECT_NE(parsed.dump().find("~\x7f\xEF\xBF\xBD\xEF\xBF\xBD"), std::string::npos);
  }
}

TEST(PredictionWriter, CohereBody) {
  const json body = json::parse(written(format(PredictionFormat::cohere)));
  const json first = json::parse(R"({"id": "row-1", "input": "bad, very \"bad\"", "prediction": "neg",
      "predictions": ["neg"], "confidence": 0.75, "confidences": [0.75], "labels": {"neg": {"confidence": 0.75},
      "neu": {"confidence": 0.2}, "pos": {"confidence": 0.05}}, "classification_type": "single-label"})");
  const json blank = json::parse(R"({"id": "row-2", "input": "", "prediction": null, "predictions": [],
      "confidence": null, "confidences": [], "labels": {}, "classification_type": "single-label"})");
  ASSERT_EQ(body.at("classifications").size(), 3u);
  EXPECT_EQ(body["classifications"][0], first);
  EXPECT_EQ(body["classifications"][1], blank);
  EXPECT_EQ(body["classifications"][2]["id"], "row-3");
  EXPECT_EQ(body["id"], "reprtune-classify");
  EXPECT_EQ(body["meta"]["api_version"]["version"], "1");
}

TEST(PredictionWriter, Tei) {
  EXPECT_EQ(
      written(format(PredictionFormat::tei)),
      "[{\"score\": 0.75, \"label\": \"neg\"}, {\"score\": 0.2, \"label\": \"neu\"}, {\"score\": 0.05, "
      "\"label\": \"pos\"}]\n"
      "[]\n"
      "[{\"score\": 0.495, \"label\": \"pos\"}, {\"score\": 0.495, \"label\": \"neu\"}, {\"score\": 0.01, "
      "\"label\": \"neg\"}]\n");
  EXPECT_EQ(written(format(PredictionFormat::tei, 1), kLabels, {"x"}, {0.1f, 0.3f, 0.6f}, {}),
            "[{\"score\": 0.6, \"label\": \"pos\"}]\n");
}

TEST(PredictionWriter, Fasttext) {
  EXPECT_EQ(written(format(PredictionFormat::fasttext)), "__label__neg 0.75\n\n__label__pos 0.495\n");
  EXPECT_EQ(written(format(PredictionFormat::fasttext, 2), {"two words", "tab\tor\nline"}, {"x"},
                    {0.25f, 0.75f}, {}),
            "__label__tab_or_line 0.75 __label__two_words 0.25\n");
}

TEST(PredictionWriter, AbstainsBelowTheThreshold) {
  PredictionFormatOptions options;
  options.threshold = 0.5;
  options.abstain_label = "un,sure";
  EXPECT_EQ(written(options), "label,probability\nneg,0.75\n,\n\"un,sure\",0.495\n");
  options.top_k = 2;
  EXPECT_EQ(written(options),
            "label1,probability1,label2,probability2\nneg,0.75,neu,0.2\n,,,\n\"un,sure\",0.495,neu,0.495\n");
  options.top_k = 0;
  options.abstain_label = "";
  EXPECT_EQ(written(options), "label,probability\nneg,0.75\n,\n,0.495\n");
  options.format = PredictionFormat::fasttext;
  EXPECT_EQ(written(options), "__label__neg 0.75\n\n\n");
  options.format = PredictionFormat::cohere;
  EXPECT_EQ(json::parse(written(options))["classifications"][2]["prediction"], "");
  EXPECT_EQ(json::parse(written(options))["classifications"][2]["labels"]["pos"]["confidence"], 0.495);
}

std::string written_with_novelty(const PredictionFormatOptions& options) {
  MemorySink sink(false);
  PredictionWriter writer(sink, kLabels, options);
  writer.write(kTexts, kProbabilities, kBlank, std::vector<float>{0.25f, 1, 0.875f});
  writer.finish();
  return sink.bytes();
}

TEST(PredictionWriter, NoveltyIsTheLastColumnOrMember) {
  PredictionFormatOptions options;
  options.with_novelty = true;
  EXPECT_EQ(written_with_novelty(options), "label,probability,novelty\nneg,0.75,0.25\n,,\npos,0.495,0.875\n");
  options.top_k = 2;
  EXPECT_EQ(written_with_novelty(options),
            "label1,probability1,label2,probability2,novelty\nneg,0.75,neu,0.2,0.25\n,,,,\n"
            "pos,0.495,neu,0.495,0.875\n");
  options.top_k = 1;
  options.format = PredictionFormat::jsonl;
  EXPECT_EQ(
      written_with_novelty(options),
      "{\"label\": \"neg\", \"probability\": 0.75, \"probabilities\": {\"neg\": 0.75}, \"novelty\": 0.25}\n"
      "{\"label\": null, \"probability\": null, \"novelty\": null}\n"
      "{\"label\": \"pos\", \"probability\": 0.495, \"probabilities\": {\"pos\": 0.495}, \"novelty\": "
      "0.875}\n");
  for (const PredictionFormat name :
       {PredictionFormat::cohere, PredictionFormat::tei, PredictionFormat::fasttext}) {
    options.format = name;
    EXPECT_EQ(error_of([&] { written_with_novelty(options); }).kind(), ErrorKind::usage);
  }
}

TEST(PredictionWriter, AbstainsAboveTheHighestNovelty) {
  PredictionFormatOptions options;
  options.highest_novelty = 0.5;
  options.abstain_label = "new";
  EXPECT_EQ(written_with_novelty(options), "label,probability\nneg,0.75\n,\nnew,0.495\n");
  options.highest_novelty = 0.875;
  EXPECT_EQ(written_with_novelty(options), "label,probability\nneg,0.75\n,\npos,0.495\n");
  options.highest_novelty = 2;
  EXPECT_EQ(error_of([&] { written_with_novelty(options); }).kind(), ErrorKind::usage);
}

TEST(PredictionWriter, AProbabilityOfTheThresholdIsNotBelowIt) {
  PredictionFormatOptions options;
  options.threshold = 0.9;  // 0.9f, the nearest float, is a little less than 0.9
  EXPECT_EQ(written(options, {"a", "b"}, {"x"}, {0.9f, 0.1f}, {}), "label,probability\na,0.9\n");
}

TEST(PredictionWriter, EachClassMayHaveAThreshold) {
  const std::vector<std::string> texts = {"x", "y", "z"};
  const std::vector<float> probabilities = {0.7f, 0.3f, 0.3f, 0.7f, 0.05f, 0.95f};
  PredictionFormatOptions options;
  options.class_thresholds = {0.6f, 0.9f};
  options.abstain_label = "?";
  EXPECT_EQ(written(options, {"a", "b"}, texts, probabilities, {}),
            "label,probability\na,0.7\n?,0.7\nb,0.95\n");
  options.class_thresholds[1] = std::numeric_limits<float>::infinity();  // never answered
  EXPECT_EQ(written(options, {"a", "b"}, texts, probabilities, {}),
            "label,probability\na,0.7\n?,0.7\n?,0.95\n");
  options.threshold = 0.5;  // in the place of both
  EXPECT_EQ(written(options, {"a", "b"}, texts, probabilities, {}),
            "label,probability\na,0.7\nb,0.7\nb,0.95\n");
}

TEST(PredictionWriter, WindowsAndNoRowsAtAll) {
  for (const std::string& name : prediction_format_names()) {
    MemorySink sink;
    PredictionWriter writer(sink, kLabels, format(parse_prediction_format(name)));
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
      writer.write(std::span(kTexts).subspan(i, 1), std::span(kProbabilities).subspan(3 * i, 3),
                   std::span(kBlank).subspan(i, 1));
      writer.write({}, {});
    }
    writer.finish();
    EXPECT_EQ(sink.bytes(), written(format(parse_prediction_format(name)))) << name;
  }
  EXPECT_EQ(written({}, kLabels, {}, {}, {}), "label,probability\n");
  EXPECT_EQ(written(format(PredictionFormat::jsonl), kLabels, {}, {}, {}), "");
  EXPECT_TRUE(
      json::parse(written(format(PredictionFormat::cohere), kLabels, {}, {}, {}))["classifications"].empty());
}

TEST(PredictionWriter, RefusesWhatMakesNoSense) {
  PredictionFormatOptions with_text = format(PredictionFormat::tei);
  with_text.with_text = true;
  const Error text_error = error_of([&] { written(with_text); });
  EXPECT_EQ(text_error.kind(), ErrorKind::usage);
  EXPECT_STREQ(text_error.what(),
               "tei output has no place for texts: expected csv, jsonl or cohere with --with-text");
  for (const double threshold : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
    PredictionFormatOptions options;
    options.threshold = threshold;
    EXPECT_EQ(error_of([&] { written(options); }).kind(), ErrorKind::usage);
  }
}

TEST(PredictionWriter, RefusesWhatIsNotANumberAndNamesTheRow) {
  const Error error = error_of([] {
    written({}, {"a", "b"}, {"x", "y"}, {0.5f, 0.5f, std::nanf(""), 0.5f}, {});
  });
  EXPECT_EQ(error.kind(), ErrorKind::model);
  EXPECT_EQ(std::string(error.what()).substr(0, 7), "row 2: ");
}

/// neg from 0.5 on, neu from 0.2 on, pos from 0.45 on: the first row has two labels, the last two, in order.
PredictionFormatOptions listed(PredictionFormat name, std::size_t top_k = 0) {
  PredictionFormatOptions options = format(name, top_k);
  options.label_thresholds = {0.5F, 0.2F, 0.45F};
  options.label_separator = "|";
  return options;
}
const std::vector<float> kFew = {0.75f, 0.2f, 0.05f, 0.3f, 0.1f, 0.4f, 0.4f, 0.1f, 0.4f};

TEST(PredictionWriter, ARowMayHaveSeveralLabels) {
  EXPECT_EQ(written(listed(PredictionFormat::csv)),
            "label,probability\nneg|neu,0.75|0.2\n,\npos|neu,0.495|0.495\n");
  EXPECT_EQ(written(listed(PredictionFormat::fasttext)),
            "__label__neg 0.75 __label__neu 0.2\n\n__label__pos 0.495 __label__neu 0.495\n");
  const std::string lines = written(listed(PredictionFormat::jsonl));
  const json first = json::parse(lines.substr(0, lines.find('\n')));
  EXPECT_EQ(first.at("label"), json({"neg", "neu"}));
  EXPECT_EQ(first.at("probability").size(), 2u);
  EXPECT_EQ(first.at("probabilities").size(), 3u);
  const json cohere = json::parse(written(listed(PredictionFormat::cohere))).at("classifications");
  EXPECT_EQ(cohere[0].at("classification_type"), "multi-label");
  EXPECT_EQ(cohere[0].at("predictions"), json({"neg", "neu"}));
  EXPECT_EQ(cohere[0].at("prediction"), "neg");
  EXPECT_EQ(cohere[0].at("confidences").size(), 2u);
  EXPECT_EQ(written(listed(PredictionFormat::tei)), written(format(PredictionFormat::tei)));
}

TEST(PredictionWriter, ARowMayHaveNoLabel) {
  const std::vector<std::uint8_t> none = {0, 0, 0};
  const auto bytes = [&](PredictionFormatOptions options) {
    return written(options, kLabels, {"a", "b", "c"}, kFew, none);
  };
  EXPECT_EQ(bytes(listed(PredictionFormat::csv)), "label,probability\nneg|neu,0.75|0.2\n,\n,\n");
  EXPECT_EQ(bytes(listed(PredictionFormat::fasttext)), "__label__neg 0.75 __label__neu 0.2\n\n\n");
  const json cohere = json::parse(bytes(listed(PredictionFormat::cohere))).at("classifications");
  EXPECT_EQ(cohere[1].at("prediction"), nullptr);
  EXPECT_EQ(cohere[1].at("predictions"), json::array());
  EXPECT_NE(
      bytes(listed(PredictionFormat::jsonl)).find(R"({"label": [], "probability": [], "probabilities": {)"),
      std::string::npos);
  PredictionFormatOptions options = listed(PredictionFormat::csv);
  options.abstain_label = "none";
  EXPECT_EQ(bytes(options), "label,probability\nneg|neu,0.75|0.2\nnone,0.4\nnone,0.4\n");
  options.abstain_label = "";
  options.threshold = 0.4;  // for all labels; those of equal probability in the order of the labels
  EXPECT_EQ(bytes(options), "label,probability\nneg,0.75\npos,0.4\nneg|pos,0.4|0.4\n");
  EXPECT_EQ(bytes(listed(PredictionFormat::csv, 2)), bytes(format(PredictionFormat::csv, 2)));
}

TEST(PredictionWriter, SeveralLabelsOfANewTextAreWithheld) {
  PredictionFormatOptions options = listed(PredictionFormat::csv);
  options.with_novelty = true;
  options.highest_novelty = 0.5;
  const auto bytes = [&] {
    MemorySink sink(false);
    PredictionWriter writer(sink, kLabels, options);
    writer.write(std::vector<std::string>{"a", "b"}, std::vector<float>(6, 0.9F), {},
                 std::vector<float>{0.25F, 0.75F});
    writer.finish();
    return sink.bytes();
  };
  EXPECT_EQ(bytes(), "label,probability,novelty\nneg|neu|pos,0.9|0.9|0.9,0.25\n,,0.75\n");
  options.abstain_label = "new";
  EXPECT_EQ(bytes(), "label,probability,novelty\nneg|neu|pos,0.9|0.9|0.9,0.25\nnew,0.9,0.75\n");
}

TEST(PredictionWriter, LabelsThatCouldNotBeToldApartAreRefused) {
  PredictionFormatOptions options = listed(PredictionFormat::csv);
  options.label_separator = "e";
  const Error error = error_of([&] { written(options); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_NE(std::string(error.what()).find("the label 'neg' contains the separator 'e'"), std::string::npos);
  options.format = PredictionFormat::jsonl;
  EXPECT_NO_THROW(written(options));
}

}  // namespace
}  // namespace reprtune
