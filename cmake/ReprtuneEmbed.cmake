# Text files as parts of the program: pages, styles and scripts stay files of their own in the tree.

# reprtune_embed_text_file(TARGET FILE SYMBOL): adds to the target a source that defines
#
#     namespace reprtune { extern const std::string_view SYMBOL; }
#
# with the bytes of FILE (relative to the current source folder), made anew whenever the file changes. A private header
# of the target declares it. The text may be anything but the sequence )embedded" .
function(reprtune_embed_text_file target file symbol)
  get_filename_component(path ${file} ABSOLUTE)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cpp)
  add_custom_command(
    OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -D TEXT=${path} -D SOURCE=${source} -D SYMBOL=${symbol}
            -P ${PROJECT_SOURCE_DIR}/cmake/write_text_source.cmake
    DEPENDS ${path} ${PROJECT_SOURCE_DIR}/cmake/write_text_source.cmake
    COMMENT "Embedding ${file}"
    VERBATIM)
  target_sources(${target} PRIVATE ${source})
endfunction()
