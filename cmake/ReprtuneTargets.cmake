# How a storey and its tests are declared: the flags are set here once.

find_package(Threads REQUIRED)

function(reprtune_compile_options target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-restrict)  # g++ 12 sees overlaps in "text" + std::string that are none (bug 105329)
  endif()
  if(REPRTUNE_SANITIZE)
    target_compile_options(${target} PUBLIC -fsanitize=${REPRTUNE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
    target_link_options(${target} PUBLIC -fsanitize=${REPRTUNE_SANITIZE})
  endif()
endfunction()

# reprtune_precompile(TARGET [PRECOMPILE <header.h> ... | PRECOMPILED_IN another target])
# Large headers of others are read once for a target, or for all that share its flags: ATen/ATen.h alone takes the compiler longer
# than most files of ours. Each file includes what it uses all the same: the preset `debug` builds without.
function(reprtune_precompile target)
  cmake_parse_arguments(arg "" "PRECOMPILED_IN" "PRECOMPILE" ${ARGN})
  if(arg_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE ${arg_PRECOMPILE})
  elseif(arg_PRECOMPILED_IN)
    target_precompile_headers(${target} REUSE_FROM ${arg_PRECOMPILED_IN})
  endif()
endfunction()

# reprtune_add_storey(NAME SOURCES a.cpp b.cpp [LINK storeys and libraries below] [PRIVATE third-party libraries]
#                     [as of reprtune_precompile])
function(reprtune_add_storey name)
  cmake_parse_arguments(arg "" "PRECOMPILED_IN" "SOURCES;LINK;PRIVATE;PRECOMPILE" ${ARGN})
  add_library(reprtune_${name} STATIC ${arg_SOURCES})
  add_library(reprtune::${name} ALIAS reprtune_${name})
  target_include_directories(reprtune_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                                     $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(reprtune_${name} PUBLIC ${arg_LINK} PRIVATE ${arg_PRIVATE})
  set_target_properties(reprtune_${name} PROPERTIES EXPORT_NAME ${name})
  reprtune_compile_options(reprtune_${name})
  reprtune_precompile(reprtune_${name} PRECOMPILE ${arg_PRECOMPILE} PRECOMPILED_IN ${arg_PRECOMPILED_IN})
endfunction()

# reprtune_add_test(STOREY SOURCES a_test.cpp ... [LINK ...] [as of reprtune_precompile]): one program and one ctest entry per storey,
# whose own headers it sees. The storeys under test are optimized as shipped; the tests' own files are not worth the compiler's time.
# Tests find files of the repository through REPRTUNE_SOURCE_DIR; shared data sets, where there are any, beside it.
function(reprtune_add_test name)
  cmake_parse_arguments(arg "" "PRECOMPILED_IN" "SOURCES;LINK;PRECOMPILE" ${ARGN})
  add_executable(${name}_test ${arg_SOURCES})
  target_link_libraries(${name}_test PRIVATE ${arg_LINK} GTest::gtest GTest::gtest_main Threads::Threads)
  target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR}/src/${name})
  target_compile_definitions(${name}_test PRIVATE REPRTUNE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  reprtune_compile_options(${name}_test)
  target_compile_options(${name}_test PRIVATE $<$<CONFIG:Release>:-O1>)
  reprtune_precompile(${name}_test PRECOMPILE ${arg_PRECOMPILE} PRECOMPILED_IN ${arg_PRECOMPILED_IN})
  add_test(NAME ${name} COMMAND ${name}_test --gtest_brief=1)
endfunction()
