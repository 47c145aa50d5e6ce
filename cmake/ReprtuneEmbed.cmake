# Files that become part of the program: reprtune_embed(TARGET NAMESPACE HEADER kName file kName file ...) adds a source to the
# target that defines the std::string_views of HEADER, with the bytes of the files, and is made anew when one of them changes.
# The same file is the script that writes the source (cmake -P).

if(CMAKE_SCRIPT_MODE_FILE)
  file(WRITE ${OUTPUT} "#include \"${HEADER}\"\n\nnamespace ${NAMESPACE} {\n")
  string(REPLACE "|" ";" pairs "${PAIRS}")
  while(pairs)
    list(POP_FRONT pairs name path)
    file(READ ${path} hex HEX)
    string(REGEX REPLACE "(..)" "\\\\x\\1" escaped "${hex}")
    string(LENGTH "${hex}" digits)
    math(EXPR bytes "${digits} / 2")
    file(APPEND ${OUTPUT} "extern const std::string_view ${name};\nconst std::string_view ${name}(\"${escaped}\", ${bytes});\n")
  endwhile()
  file(APPEND ${OUTPUT} "}  // namespace ${NAMESPACE}\n")
  return()
endif()

set(REPRTUNE_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(reprtune_embed target namespace header)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${target}_assets.cpp)
  set(pairs ${ARGN})
  set(files)
  set(absolute)
  while(pairs)
    list(POP_FRONT pairs name file)
    list(APPEND files ${CMAKE_CURRENT_SOURCE_DIR}/${file})
    list(APPEND absolute ${name} ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endwhile()
  string(REPLACE ";" "|" joined "${absolute}")
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DNAMESPACE=${namespace} -DHEADER=${header} "-DPAIRS=${joined}" -P ${REPRTUNE_EMBED_SCRIPT}
    DEPENDS ${files} ${REPRTUNE_EMBED_SCRIPT} VERBATIM)
  target_sources(${target} PRIVATE ${output})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
endfunction()
