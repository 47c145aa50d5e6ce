# cmake -D BUILD_DIR= -D SOURCE_DIR= -D WORK_DIR= -D GENERATOR= -D CXX_COMPILER= -D BUILD_TYPE= -D VERSION= -P consumer_test.cmake
# Leaves no state: each run starts from an empty prefix and an empty build folder.

set(prefix ${WORK_DIR}/prefix)
set(build ${WORK_DIR}/build)
set(project ${SOURCE_DIR}/tests/consumer/project)
file(REMOVE_RECURSE ${prefix} ${build})

# run(OUTPUT_VARIABLE COMMAND...): fails the test when the command fails.
function(run output)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "exit status ${status} from ${ARGN}\n${text}")
  endif()
  set(${output} "${text}" PARENT_SCOPE)
endfunction()

# expect(WHAT FOUND EXPECTED): EXPECTED must occur in FOUND.
function(expect what found expected)
  string(FIND "${found}" "${expected}" position)
  if(position EQUAL -1)
    message(FATAL_ERROR "${what}: expected '${expected}', found\n${found}")
  endif()
endfunction()

run(ignored ${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix})
run(version ${prefix}/bin/reprtune --version)
expect("installed reprtune --version" "${version}" ${VERSION})

run(ignored ${CMAKE_COMMAND} -S ${project} -B ${build} -G ${GENERATOR} -D CMAKE_BUILD_TYPE=${BUILD_TYPE}
    -D CMAKE_CXX_COMPILER=${CXX_COMPILER} -D CMAKE_PREFIX_PATH=${prefix})
run(ignored ${CMAKE_COMMAND} --build ${build})
run(found ${build}/consumer ${SOURCE_DIR}/data/customer-messages/train.csv ${project}/tiny_model)
expect("rows of the sample data" "${found}" "rows 620 classes 8")
expect("ids of 'Hello worlds'" "${found}" "ids 2 4 5 6 3")
expect("a model folder without weights" "${found}" "refused")
if(NOT found MATCHES "no base model")
  expect("vectors of the base model" "${found}" "embedded")
endif()

# The installed package must not need the source tree or the build tree.
file(GLOB_RECURSE package ${prefix}/lib*/cmake/*.cmake)
foreach(file ${package})
  file(READ ${file} content)
  foreach(tree ${SOURCE_DIR}/include ${SOURCE_DIR}/src ${BUILD_DIR}/)
    string(FIND "${content}" "${tree}" position)
    if(NOT position EQUAL -1)
      message(FATAL_ERROR "${file} mentions ${tree}")
    endif()
  endforeach()
endforeach()
