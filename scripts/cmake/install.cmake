# SPDX-License-Identifier: Apache-2.0
# What is installed beside the programs: manual pages, completions, licences. Directories get the same rights whatever the umask is.
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
find_program(LOADLINE_GZIP gzip REQUIRED)
set(gzip ${LOADLINE_GZIP} -9nf)

# The packages' changelog names the newest version and its day, which the manual pages bear as well.
set(changelog ${CMAKE_SOURCE_DIR}/scripts/packages/changelog)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${changelog})
file(READ ${changelog} changes)
if(NOT changes MATCHES "^loadline \\(([^)]+)\\)" OR NOT CMAKE_MATCH_1 STREQUAL PROJECT_VERSION)
  message(FATAL_ERROR "scripts/packages/changelog begins with another version than CMakeLists.txt's ${PROJECT_VERSION}: add an entry")
endif()
string(REGEX MATCH "\n -- [^\n]*, ([0-9]+) ([A-Z][a-z][a-z]) ([0-9]+)" trailer "${changes}")
set(months Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec)
list(FIND months "${CMAKE_MATCH_2}" month)
math(EXPR month "${month} + 1")
if(month LESS 10)
  set(month 0${month})
endif()
set(release_date ${CMAKE_MATCH_3}-${month}-${CMAKE_MATCH_1})

file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated/completion)

# loadline_manual(COMPONENT component COMMAND program argument… [DEPENDS file…]): pages for man(1), which the command makes in the folder that
# stands for OUT among its arguments.
function(loadline_manual)
  cmake_parse_arguments(arg "" "COMPONENT" "DEPENDS;COMMAND" ${ARGN})
  set(folder ${CMAKE_BINARY_DIR}/generated/manual/${arg_COMPONENT})
  list(TRANSFORM arg_COMMAND REPLACE "^OUT$" ${folder})
  list(GET arg_COMMAND 0 program)
  if(TARGET ${program})
    list(APPEND arg_DEPENDS ${program})
  endif()
  # The folder is made anew, so that no page outlives its verb.
  add_custom_command(OUTPUT ${folder}.made DEPENDS ${arg_DEPENDS}
                     COMMAND ${CMAKE_COMMAND} -E rm -rf ${folder} COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
                     COMMAND ${arg_COMMAND} COMMAND ${gzip} ${folder}/*.1 COMMAND ${CMAKE_COMMAND} -E touch ${folder}.made)
  add_custom_target(manual_${arg_COMPONENT} ALL DEPENDS ${folder}.made)
  add_dependencies(component_${arg_COMPONENT} manual_${arg_COMPONENT})
  install(DIRECTORY ${folder}/ DESTINATION share/man/man1 COMPONENT ${arg_COMPONENT})
endfunction()

# loadline_completion(SHELL path): what the shell looks for at that path.
function(loadline_completion shell path)
  set(made ${CMAKE_BINARY_DIR}/generated/completion/${shell})
  add_custom_command(OUTPUT ${made} DEPENDS loadline COMMAND loadline completion ${shell} > ${made})
  add_custom_target(completion_${shell} ALL DEPENDS ${made})
  add_dependencies(component_loadline completion_${shell})
  get_filename_component(folder ${path} DIRECTORY)
  get_filename_component(name ${path} NAME)
  install(FILES ${made} DESTINATION ${folder} RENAME ${name} COMPONENT loadline)
endfunction()
