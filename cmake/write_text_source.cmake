# Run by reprtune_embed_text_file: writes SOURCE, which defines SYMBOL as the text of the file TEXT.
file(READ ${TEXT} text)
string(FIND "${text}" ")embedded\"" end_of_literal)
if(NOT end_of_literal EQUAL -1)
  message(FATAL_ERROR "${TEXT}: expected a text without )embedded\", which ends the literal it is put into")
endif()
file(WRITE ${SOURCE} "#include <string_view>

namespace reprtune {

extern const std::string_view ${SYMBOL};
constinit const std::string_view ${SYMBOL} = R\"embedded(${text})embedded\";

}  // namespace reprtune
")
