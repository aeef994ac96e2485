# SPDX-License-Identifier: Apache-2.0
# What a folder's CMakeLists.txt calls: libraries, programs and tests from the files that stand there,
# so that adding a source file needs no second edit.
include(GoogleTest)

# Precompiled headers, made once: the standard library, the same with nlohmann's header, and what tests use.
file(WRITE ${CMAKE_BINARY_DIR}/generated/precompiled.cc "")
set(standard_headers <algorithm> <array> <chrono> <cstdint> <cstring> <filesystem> <functional> <map>
                     <memory> <optional> <set> <span> <string> <string_view> <utility> <vector>)
function(loadline_precompile name)
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/generated/precompiled.cc)
  target_precompile_headers(${name} PRIVATE ${standard_headers} ${ARGN})
endfunction()
loadline_precompile(precompiled_standard)
loadline_precompile(precompiled_json <nlohmann/json.hpp>)
loadline_precompile(precompiled_tests <gtest/gtest.h> <gmock/gmock.h> <nlohmann/json.hpp>)
target_link_libraries(precompiled_tests PRIVATE GTest::gmock)
# Code that starts often and computes little: what is small is read and mapped in fewer pieces.
set(small_code $<$<CONFIG:Release>:-Os>)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  loadline_precompile(precompiled_small <nlohmann/json.hpp>)
  target_compile_options(precompiled_small PRIVATE ${small_code})
endif()

# The .cc files below the given directories, without tests, fuzzers, benchmarks and main files.
function(loadline_sources out)
  set(found)
  foreach(directory ${ARGN})
    file(GLOB files CONFIGURE_DEPENDS ${directory}/*.cc)
    list(APPEND found ${files})
  endforeach()
  list(FILTER found EXCLUDE REGEX "(_test|_fuzzer|_bench|/main)\\.cc$")
  set(${out} ${found} PARENT_SCOPE)
endfunction()

# loadline_together(TARGET N): compiles up to N files at a time; alone each would spend most of its time on the same headers and templates. Which
# ones can be together the script says. Without Python, and with -DLOADLINE_UNITY=OFF, each is compiled alone.
option(LOADLINE_UNITY "compile several files at a time" ON)
find_program(LOADLINE_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
function(loadline_together target size)
  if(NOT LOADLINE_UNITY OR NOT LOADLINE_PYTHON)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources EXCLUDE REGEX "/generated/")
  execute_process(COMMAND ${LOADLINE_PYTHON} -B ${CMAKE_SOURCE_DIR}/scripts/cmake/unity_groups.py ${CMAKE_SOURCE_DIR} ${size} ${sources} WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
                  OUTPUT_VARIABLE groups COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "[0-9]+" groups "${groups}")
  foreach(source group IN ZIP_LISTS sources groups)
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  # GCC takes what is included for a header, in which a type of a nameless namespace would be no member for others.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
endfunction()

# loadline_library(NAME [JSON] [SMALL] [DIRECTORIES dir…] [DEPENDS lib…] [SOURCES extra…]): a static library of a folder.
# JSON: its files use nlohmann's header (from the precompiled one). SMALL: compiled for size.
function(loadline_library name)
  cmake_parse_arguments(arg "JSON;SMALL" "" "DIRECTORIES;DEPENDS;SOURCES" ${ARGN})
  if(NOT arg_DIRECTORIES)
    set(arg_DIRECTORIES .)
  endif()
  list(TRANSFORM arg_DIRECTORIES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  loadline_sources(sources ${arg_DIRECTORIES})
  add_library(${name} STATIC ${sources} ${arg_SOURCES})
  loadline_together(${name} 12)
  target_link_libraries(${name} PUBLIC ${arg_DEPENDS})
  if(arg_SMALL)
    target_compile_options(${name} PRIVATE ${small_code})
  endif()
  if(arg_SMALL AND TARGET precompiled_small)
    target_precompile_headers(${name} REUSE_FROM precompiled_small)
  elseif(arg_JSON)
    target_precompile_headers(${name} REUSE_FROM precompiled_json)
  else()
    target_precompile_headers(${name} REUSE_FROM precompiled_standard)
  endif()
endfunction()

# What users get, together, and for each package: programs with what belongs to them, and no tests.
add_custom_target(programs)
foreach(component loadline conformance runtime)
  add_custom_target(component_${component})
  add_dependencies(programs component_${component})
endforeach()

# loadline_program(NAME MAIN file DEPENDS lib… [STATIC] [COMPONENT component]): one program; STATIC asks for a static binary where the preset allows
# it, at a fixed address: moving it would touch a page for each page of its tables at every start. COMPONENT is the package that it comes with:
# loadline, runtime or (otherwise) conformance.
function(loadline_program name)
  cmake_parse_arguments(arg "STATIC" "MAIN;COMPONENT" "DEPENDS" ${ARGN})
  if(NOT arg_COMPONENT)
    set(arg_COMPONENT conformance)
  endif()
  add_executable(${name} ${arg_MAIN})
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} commit)
  if(arg_STATIC AND LOADLINE_STATIC)
    target_link_options(${name} PRIVATE -static)
  endif()
  install(TARGETS ${name} RUNTIME DESTINATION bin COMPONENT ${arg_COMPONENT})
  add_dependencies(component_${arg_COMPONENT} ${name})
endfunction()

# loadline_tests(NAME [DIRECTORIES dir…] DEPENDS lib… [LABELS label…] [NATIVE pattern]): every *_test.cc of the directories, as one GoogleTest program,
# whose tests have its name as a label; every *_fuzzer.cc as a program of its own when LOADLINE_FUZZ is on. NATIVE are those, as GoogleTest's filter
# names them, that need a kernel of the architecture they were built for, and so do not run under an emulator.
function(loadline_tests name)
  cmake_parse_arguments(arg "" "NATIVE" "DIRECTORIES;DEPENDS;LABELS" ${ARGN})
  if(NOT arg_DIRECTORIES)
    set(arg_DIRECTORIES .)
  endif()
  list(TRANSFORM arg_DIRECTORIES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  set(tests)
  set(fuzzers)
  foreach(directory ${arg_DIRECTORIES})
    file(GLOB files CONFIGURE_DEPENDS ${directory}/*_test.cc)
    list(APPEND tests ${files})
    file(GLOB files CONFIGURE_DEPENDS ${directory}/*_fuzzer.cc)
    list(APPEND fuzzers ${files})
  endforeach()
  if(tests AND NOT LOADLINE_FUZZ)
    add_executable(${name} ${tests})
    target_link_libraries(${name} PRIVATE ${arg_DEPENDS} GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name} PRIVATE LOADLINE_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                               LOADLINE_BINARY_DIR="${CMAKE_BINARY_DIR}/bin")
    target_precompile_headers(${name} REUSE_FROM precompiled_tests)
    loadline_together(${name} 6)
    set(filter)
    if(CMAKE_CROSSCOMPILING AND arg_NATIVE)
      set(filter TEST_FILTER "-${arg_NATIVE}")
    endif()
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST ${filter} PROPERTIES TIMEOUT 300)
    # Its PROPERTIES would take a second label for the name of a property.
    set(labels unit ${name} ${arg_LABELS})
    file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${name}_labels.cmake CONTENT
"foreach(test IN LISTS ${name}_TESTS)
  set_tests_properties(\"\${test}\" PROPERTIES LABELS \"${labels}\")
endforeach()
" @ONLY)
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}_labels.cmake)
  endif()
  if(LOADLINE_FUZZ)
    foreach(source ${fuzzers})
      get_filename_component(fuzzer ${source} NAME_WE)
      add_executable(${fuzzer} ${source})
      target_link_libraries(${fuzzer} PRIVATE ${arg_DEPENDS})
      target_link_options(${fuzzer} PRIVATE -fsanitize=fuzzer)
    endforeach()
  endif()
endfunction()
