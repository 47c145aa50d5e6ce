#include <reprtune/data/csv_lexer.h>

namespace reprtune {
namespace {

bool never_in_utf8(unsigned char byte) { return byte == 0xC0 || byte == 0xC1 || byte >= 0xF5; }

std::size_t index_of(char c) { return static_cast<unsigned char>(c); }

}  // namespace

CsvLexer::CsvLexer(char delimiter) : delimiter_(delimiter) {
  for (std::size_t byte = 1; byte < 256; ++byte) {
    const bool plain = byte != '\n' && byte != '\r' && !never_in_utf8(static_cast<unsigned char>(byte));
    plain_unquoted_[byte] = plain && byte != index_of(delimiter);
    plain_quoted_[byte] = plain && byte != '"';
  }
}

std::string_view CsvLexer::lex(std::string_view bytes) {
  output_.clear();
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (state_ == State::unquoted || state_ == State::quoted) {
      const std::array<bool, 256>& plain = state_ == State::quoted ? plain_quoted_ : plain_unquoted_;
      const std::size_t begin = at;
      while (at < bytes.size() && plain[index_of(bytes[at])]) ++at;
      if (at > begin) emit_run(bytes.substr(begin, at - begin));
      if (at == bytes.size()) break;
    }
    step(bytes[at++]);
  }
  return output_;
}

std::string_view CsvLexer::finish() {
  output_.clear();
  if (state_ == State::quoted && !too_long_) {
    output_ += CsvMark::broken;
    output_ += 'u';
  }
  if (state_ != State::record_start) end_record();
  return output_;
}

void CsvLexer::step(char c) {
  if (skip_line_feed_) {
    skip_line_feed_ = false;
    if (c == '\n') return;
  }
  switch (state_) {
    case State::record_start:
    case State::field_start:
      if (c == '"') {
        emit(CsvMark::quoted);
        state_ = State::quoted;
      } else if (c == ' ' && c != delimiter_ && state_ == State::field_start) {
        emit(c);
      } else {
        step_unquoted(c);
      }
      break;
    case State::unquoted:
      step_unquoted(c);
      break;
    case State::quoted:
      step_quoted(c);
      break;
    case State::quote_in_quoted:
    case State::after_quote:
      step_after_quote(c);
      break;
  }
}

void CsvLexer::step_unquoted(char c) {
  if (c == delimiter_) {
    emit(CsvMark::field_end);
    state_ = State::field_start;
  } else if (c == '\n' || c == '\r') {
    end_record();
    skip_line_feed_ = c == '\r';
  } else {
    emit(c == '\0' ? CsvMark::nul : never_in_utf8(static_cast<unsigned char>(c)) ? CsvMark::invalid : c);
    state_ = State::unquoted;
  }
}

void CsvLexer::step_quoted(char c) {
  if (c == '"') {
    state_ = State::quote_in_quoted;
  } else if (c == '\n') {
    emit(CsvMark::line_feed);
  } else if (c == '\r') {
    emit(CsvMark::carriage_return);
  } else {
    emit(c == '\0' ? CsvMark::nul : never_in_utf8(static_cast<unsigned char>(c)) ? CsvMark::invalid : c);
  }
}

void CsvLexer::step_after_quote(char c) {
  if (c == '"' && state_ == State::quote_in_quoted) {
    emit(c);
    state_ = State::quoted;
  } else if (c == delimiter_ || c == '\n' || c == '\r') {
    step_unquoted(c);
  } else if (c == ' ') {
    state_ = State::after_quote;
  } else {
    emit(CsvMark::after_quote);
    step_unquoted(c);
  }
}

bool CsvLexer::too_long(std::size_t more) {
  record_size_ += more;
  too_long_ = too_long_ || record_size_ > kMaxRecordBytes;
  return too_long_;
}

void CsvLexer::emit(char c) {
  const bool line_break =
      c == CsvMark::carriage_return || (c == CsvMark::line_feed && last_ != CsvMark::carriage_return);
  last_ = c;
  if (!too_long(1)) {
    output_ += c;
  } else if (line_break) {
    ++dropped_line_breaks_;
  }
}

void CsvLexer::emit_run(std::string_view run) {
  last_ = run.back();
  if (!too_long(run.size())) output_ += run;
}

void CsvLexer::end_record() {
  if (too_long_) {
    output_ += CsvMark::broken;
    output_ += 't';
    output_ += std::to_string(dropped_line_breaks_);
  }
  output_ += '\n';
  state_ = State::record_start;
  too_long_ = false;
  record_size_ = 0;
  dropped_line_breaks_ = 0;
  last_ = '\0';
}

}  // namespace reprtune
