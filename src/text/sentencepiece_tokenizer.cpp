#include <reprtune/io/error.h>
#include <reprtune/text/sentencepiece_tokenizer.h>
#include <reprtune/text/unicode.h>

#include <utility>

namespace reprtune {
namespace {

// XLM-R's ids before the first real piece, and what lies between a SentencePiece id and its own.
constexpr std::int32_t kBegin = 0, kPadding = 1, kEnd = 2, kUnknown = 3, kFirstPiece = 4, kOffset = 1;

std::int32_t required_id(const SentencePieceModel& model, std::string_view piece,
                         const std::filesystem::path& file) {
  const std::int32_t id = model.id(piece);
  if (model.piece(id) != piece) {
    throw Error(ErrorKind::model,
                file.string() + ": expected the piece " + std::string(piece) +
                    " of an ALBERT model, found none: if it is XLM-R's, say \"tokenizer_class\": "
                    "\"XLMRobertaTokenizer\" in tokenizer_config.json");
  }
  return id;
}

}  // namespace

XlmRobertaTokenizer::XlmRobertaTokenizer(SentencePieceModel model, const std::filesystem::path& file)
    : model_(std::move(model)) {
  if (model_.unknown_id() != 0 || model_.piece(1) != "<s>" || model_.piece(2) != "</s>") {
    throw Error(ErrorKind::model,
                file.string() + ": expected the pieces <unk>, <s>, </s> of an XLM-R model first, found " +
                    model_.piece(0) + ", " + model_.piece(1) + ", " + model_.piece(2) +
                    ": the ids would be wrong");
  }
}

std::string XlmRobertaTokenizer::piece(std::int32_t id) const {
  switch (id) {
    case kBegin:
      return "<s>";
    case kPadding:
      return "<pad>";
    case kEnd:
      return "</s>";
    case kUnknown:
      return "<unk>";
    default:
      break;
  }
  if (id == mask_id()) return "<mask>";
  return model_.piece(id - kOffset);
}

std::size_t XlmRobertaTokenizer::vocabulary_size() const { return model_.size() + kOffset + 1; }  // 1: <mask>

std::int32_t XlmRobertaTokenizer::mask_id() const { return static_cast<std::int32_t>(vocabulary_size()) - 1; }

std::int32_t XlmRobertaTokenizer::unknown_id() const { return kUnknown; }

void XlmRobertaTokenizer::append_ids(std::string_view text, std::vector<std::int32_t>& ids) const {
  const std::vector<std::int32_t> pieces = model_.encode(text);
  ids.reserve(ids.size() + pieces.size() + 1);  // 1: </s>
  for (const std::int32_t id : pieces) {
    // Ids 1 and 2 are control symbols, which never come out of a text.
    ids.push_back(id + kOffset < kFirstPiece ? kUnknown : id + kOffset);
  }
}

std::int32_t XlmRobertaTokenizer::first_special_id() const { return kBegin; }
std::int32_t XlmRobertaTokenizer::last_special_id() const { return kEnd; }

AlbertTokenizer::AlbertTokenizer(SentencePieceModel model, const AlbertOptions& options,
                                 const std::filesystem::path& file)
    : model_(std::move(model)),
      options_(options),
      first_special_id_(required_id(model_, "[CLS]", file)),
      last_special_id_(required_id(model_, "[SEP]", file)) {}

void AlbertTokenizer::append_ids(std::string_view text, std::vector<std::int32_t>& ids) const {
  const std::vector<std::int32_t> pieces = model_.encode(normalize(text));
  ids.insert(ids.end(), pieces.begin(), pieces.end());
}

std::string AlbertTokenizer::normalize(std::string_view text) const {
  std::u32string code_points;
  code_points.reserve(text.size());
  for (std::size_t position = 0; position < text.size();) {
    const std::string_view pair = text.substr(position, 2);
    if (pair == "``" || pair == "''") {
      code_points.push_back(U'"');
      position += 2;
      continue;
    }
    const char32_t code_point = next_code_point(text, position);
    if (options_.keep_accents) {
      code_points.push_back(code_point);
    } else {
      append_decomposed(code_point, DecompositionForm::compatibility, code_points);
    }
  }
  if (!options_.keep_accents) put_in_canonical_order(code_points);

  std::string normalized;
  normalized.reserve(text.size());
  std::u32string lower;
  for (const char32_t code_point : code_points) {
    const unsigned flags = code_point_properties(code_point).flags;
    if (!options_.keep_accents && (flags & kMark) != 0) continue;
    lower.clear();
    if (options_.do_lower_case && (flags & kCased) != 0) {
      append_lower_case(code_point, lower);
    } else {
      lower.push_back(code_point);
    }
    for (const char32_t part : lower) append_utf8(part, normalized);
  }
  return normalized;
}

}  // namespace reprtune
