# The functions that declare every target of the project.
#
#   ductape_library(NAME n [SOURCES f...] [DEPS d...] [PRIVATE_DEPS d...] [PCH | PRECOMPILE h...])
#       Static library ductape_<n> with the alias ductape::<n>; without SOURCES an interface library of headers.
#   ductape_executable(NAME n SOURCES f... [OUTPUT file] [DEPS d...] [PCH] [INSTALL])
#       Program <n>, written as <OUTPUT> (default: <n>); INSTALL puts it into build/<preset>/bin and the installation's bin.
#   ductape_test(NAME n SOURCES f... [DEPS d...] [LABELS l...] [ENV K=V...] [DATA f...] [TIMEOUT s] [SERIAL] [PCH] [NO_MAIN])
#       One GoogleTest binary <n> and one ctest entry of the same name.
#   ductape_script_test(NAME n COMMAND c... [LABELS l...] [ENV K=V...] [TIMEOUT s] [SERIAL])
#       A ctest entry that runs a command from the repository's root; exit code 0 is a pass, 77 says that this machine cannot run it.
#   ductape_add_subdirectory(dir)
#       add_subdirectory where dir has a CMakeLists.txt.
#
# Sources are given relative to the calling directory or absolute. Headers are included from the repository's root. Every target
# has the common headers of Abseil and the standard library precompiled; PCH adds those of gRPC and protobuf: ask for it where a
# source includes gRPC or generated messages. PRECOMPILE gives a library these headers besides, in a precompiled header of its own.
#
# Aggregates: ductape_libraries builds every library, ductape_tests every test binary, ductape_tests_<label> those of a label.

include_guard(GLOBAL)

set(DUCTAPE_WARNINGS -Wall -Wextra -Werror)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  list(APPEND DUCTAPE_WARNINGS -Wthread-safety -Werror=thread-safety)
endif()

set(DUCTAPE_HEAVY_HEADERS
    <grpcpp/grpcpp.h> <google/protobuf/duration.pb.h> <google/protobuf/struct.pb.h> <google/protobuf/timestamp.pb.h>
    <google/protobuf/empty.pb.h> <google/protobuf/field_mask.pb.h>)
set(DUCTAPE_COMMON_HEADERS
    <absl/container/flat_hash_map.h> <absl/status/statusor.h> <absl/strings/str_cat.h> <absl/synchronization/mutex.h>
    <absl/time/time.h> <algorithm> <functional> <map> <memory> <optional> <string> <vector>)
set(DUCTAPE_COMMON_DEPS absl::flat_hash_map absl::status absl::statusor absl::strings absl::synchronization absl::time)

add_custom_target(ductape_libraries)
add_custom_target(ductape_tests)

function(ductape_add_subdirectory dir)
  if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${dir}/CMakeLists.txt")
    add_subdirectory(${dir})
  endif()
endfunction()

# Creates, once, the target that owns a precompiled header (plain; heavy; gtest; heavy_gtest) and reuses it for `target`.
function(_ductape_use_pch target kind)
  if(NOT DUCTAPE_USE_PCH)
    return()
  endif()
  set(owner ductape_pch_${kind})
  if(NOT TARGET ${owner})
    set(headers ${DUCTAPE_COMMON_HEADERS})
    set(deps ${DUCTAPE_COMMON_DEPS})
    if(kind MATCHES "heavy")
      list(PREPEND headers ${DUCTAPE_HEAVY_HEADERS})
      list(APPEND deps gRPC::grpc++ protobuf::libprotobuf)
    endif()
    if(kind MATCHES "gtest")
      list(APPEND headers <gmock/gmock.h> <gtest/gtest.h>)
      list(APPEND deps GTest::gmock GTest::gtest)
    endif()
    set(source "${PROJECT_BINARY_DIR}/generated/pch/${owner}.cc")
    file(CONFIGURE OUTPUT "${source}" CONTENT "// Owns a precompiled header.\n")
    add_library(${owner} OBJECT "${source}")
    target_link_libraries(${owner} PRIVATE ${deps})
    target_compile_options(${owner} PRIVATE ${DUCTAPE_WARNINGS})
    target_precompile_headers(${owner} PRIVATE ${headers})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${owner})
endfunction()

function(_ductape_common target scope)
  target_include_directories(
    ${target} ${scope} "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>" "$<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>")
endfunction()

function(_ductape_reject_unknown arguments)
  if(arguments)
    message(FATAL_ERROR "unknown arguments: ${arguments}")
  endif()
endfunction()

function(ductape_library)
  cmake_parse_arguments(PARSE_ARGV 0 arg "PCH" "NAME" "SOURCES;DEPS;PRIVATE_DEPS;PRECOMPILE")
  _ductape_reject_unknown("${arg_UNPARSED_ARGUMENTS}")
  set(target ductape_${arg_NAME})
  if(arg_SOURCES)
    add_library(${target} STATIC ${arg_SOURCES})
    _ductape_common(${target} PUBLIC)
    target_link_libraries(${target} PUBLIC ${arg_DEPS} PRIVATE ${arg_PRIVATE_DEPS})
    target_compile_options(${target} PRIVATE ${DUCTAPE_WARNINGS})
    if(arg_PRECOMPILE)
      if(DUCTAPE_USE_PCH)
        target_precompile_headers(${target} PRIVATE ${DUCTAPE_HEAVY_HEADERS} ${DUCTAPE_COMMON_HEADERS} ${arg_PRECOMPILE})
      endif()
    elseif(arg_PCH)
      _ductape_use_pch(${target} heavy)
    else()
      _ductape_use_pch(${target} plain)
    endif()
  else()
    add_library(${target} INTERFACE)
    _ductape_common(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE ${arg_DEPS})
  endif()
  add_library(ductape::${arg_NAME} ALIAS ${target})
  add_dependencies(ductape_libraries ${target})
endfunction()

function(ductape_executable)
  cmake_parse_arguments(PARSE_ARGV 0 arg "PCH;INSTALL" "NAME;OUTPUT" "SOURCES;DEPS")
  _ductape_reject_unknown("${arg_UNPARSED_ARGUMENTS}")
  add_executable(${arg_NAME} ${arg_SOURCES})
  _ductape_common(${arg_NAME} PRIVATE)
  target_link_libraries(${arg_NAME} PRIVATE ${arg_DEPS})
  target_compile_options(${arg_NAME} PRIVATE ${DUCTAPE_WARNINGS})
  if(arg_OUTPUT)
    set_target_properties(${arg_NAME} PROPERTIES OUTPUT_NAME "${arg_OUTPUT}")
  endif()
  if(arg_PCH)
    _ductape_use_pch(${arg_NAME} heavy)
  else()
    _ductape_use_pch(${arg_NAME} plain)
  endif()
  if(arg_INSTALL)
    # In one place for people and scripts: build/<preset>/bin.
    set_target_properties(${arg_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
    install(TARGETS ${arg_NAME} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  endif()
endfunction()

# Labels that follow from where a test's first source stands: the folder below tests/ (unit, simulation, ...), and `sanitize`
# for what also runs under the sanitizers at every change: the unit tests of the scheduler but for dispatch, the simulation and the
# stores' conformance suite. (`.ci/check-sanitizers asan --all` takes all tests.)
function(_ductape_labels_of source out)
  cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
  cmake_path(RELATIVE_PATH source BASE_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set(labels "")
  if(source MATCHES "^tests/([a-z0-9_]+)/")
    list(APPEND labels ${CMAKE_MATCH_1})
  endif()
  if(source MATCHES "^tests/(unit/scheduler|simulation|conformance/store)/" AND NOT source MATCHES "/dispatch/")
    list(APPEND labels sanitize)
  endif()
  set(${out} ${labels} PARENT_SCOPE)
endfunction()

# Properties that every ctest entry has. Reads arg_* of its caller.
macro(_ductape_test_properties labels)
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  set_tests_properties(${arg_NAME} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${labels}" ENVIRONMENT "${arg_ENV}")
  if(arg_SERIAL)
    set_tests_properties(${arg_NAME} PROPERTIES RUN_SERIAL TRUE)
  endif()
  # A test that may take long begins first, so that nothing waits for it alone at the end.
  if(arg_TIMEOUT GREATER 300)
    set_tests_properties(${arg_NAME} PROPERTIES COST ${arg_TIMEOUT})
  endif()
endmacro()

function(ductape_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "PCH;SERIAL;NO_MAIN" "NAME;TIMEOUT" "SOURCES;DEPS;LABELS;ENV;DATA")
  _ductape_reject_unknown("${arg_UNPARSED_ARGUMENTS}")
  add_executable(${arg_NAME} ${arg_SOURCES})
  _ductape_common(${arg_NAME} PRIVATE)
  target_compile_options(${arg_NAME} PRIVATE ${DUCTAPE_WARNINGS})
  target_link_libraries(${arg_NAME} PRIVATE ${arg_DEPS} GTest::gmock GTest::gtest)
  if(NOT arg_NO_MAIN)
    target_link_libraries(${arg_NAME} PRIVATE GTest::gmock_main)
  endif()
  if(arg_PCH)
    _ductape_use_pch(${arg_NAME} heavy_gtest)
  else()
    _ductape_use_pch(${arg_NAME} gtest)
  endif()

  list(GET arg_SOURCES 0 first)
  _ductape_labels_of("${first}" labels)
  list(APPEND labels ${arg_LABELS})
  list(REMOVE_DUPLICATES labels)
  # Each binary leaves its cases as XML, so that a run can be counted case by case.
  list(APPEND arg_ENV "GTEST_OUTPUT=xml:${PROJECT_BINARY_DIR}/test-results/${arg_NAME}.xml"
       "DUCTAPE_SOURCE_DIR=${PROJECT_SOURCE_DIR}" "DUCTAPE_BINARY_DIR=${PROJECT_BINARY_DIR}"
       "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1"
       "UBSAN_OPTIONS=print_stacktrace=1"
       "TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:suppressions=${PROJECT_SOURCE_DIR}/cmake/tsan.supp")
  add_test(NAME ${arg_NAME} COMMAND ${arg_NAME} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  _ductape_test_properties("${labels}")
  if(arg_DATA)
    set_tests_properties(${arg_NAME} PROPERTIES REQUIRED_FILES "${arg_DATA}")
  endif()

  add_dependencies(ductape_tests ${arg_NAME})
  foreach(label IN LISTS labels)
    if(NOT TARGET ductape_tests_${label})
      add_custom_target(ductape_tests_${label})
    endif()
    add_dependencies(ductape_tests_${label} ${arg_NAME})
  endforeach()
endfunction()

function(ductape_script_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "SERIAL" "NAME;TIMEOUT" "COMMAND;LABELS;ENV")
  _ductape_reject_unknown("${arg_UNPARSED_ARGUMENTS}")
  list(APPEND arg_ENV "DUCTAPE_SOURCE_DIR=${PROJECT_SOURCE_DIR}" "DUCTAPE_BINARY_DIR=${PROJECT_BINARY_DIR}")
  add_test(NAME ${arg_NAME} COMMAND ${arg_COMMAND} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  _ductape_test_properties("${arg_LABELS}")
  set_tests_properties(${arg_NAME} PROPERTIES SKIP_RETURN_CODE 77)
endfunction()
