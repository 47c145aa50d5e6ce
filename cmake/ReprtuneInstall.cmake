# What `cmake --install` puts in place: bin/reprtune with its manual pages and completion scripts, the storeys as static libraries, the headers, and a CMake package
# that gives a consumer the target reprtune::reprtune.

include(CMakePackageConfigHelpers)

set(REPRTUNE_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/reprtune)

# Highest storey first: a static library comes before what it needs.
add_library(reprtune_everything INTERFACE)
set_target_properties(reprtune_everything PROPERTIES EXPORT_NAME reprtune)
foreach(storey ui serve report train infer hub model kernels eval text data io)
  if(TARGET reprtune_${storey})
    target_link_libraries(reprtune_everything INTERFACE reprtune::${storey})
    install(TARGETS reprtune_${storey} EXPORT reprtuneTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  endif()
endforeach()
install(TARGETS reprtune_everything reprtune_torch EXPORT reprtuneTargets)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/reprtune DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT reprtuneTargets NAMESPACE reprtune:: DESTINATION ${REPRTUNE_CMAKE_DIR})

if(TARGET reprtune)
  install(TARGETS reprtune RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(DIRECTORY ${PROJECT_BINARY_DIR}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR})
  set(completion ${PROJECT_BINARY_DIR}/completion)
  install(FILES ${completion}/bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME reprtune)
  install(FILES ${completion}/zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _reprtune)
  install(FILES ${completion}/fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d RENAME reprtune.fish)
endif()

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/reprtuneConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/reprtuneConfig.cmake INSTALL_DESTINATION ${REPRTUNE_CMAKE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/reprtuneConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/reprtuneConfig.cmake ${PROJECT_BINARY_DIR}/reprtuneConfigVersion.cmake
              ${PROJECT_SOURCE_DIR}/cmake/ReprtuneTorch.cmake DESTINATION ${REPRTUNE_CMAKE_DIR})
