# Libraries of code that protoc generates at build time.
#
#   ductape_proto_sources(OUT v ROOT dir PROTOS f... [IMPORTS dir...] [GRPC])
#       Adds the commands that generate C++ messages, and services with GRPC, from the protos named relative to ROOT, and sets v
#       to the sources. A proto that imports another one of PROTOS is generated anew when any of them changes.
#   ductape_proto_library(NAME n SOURCES f... [GRPC])
#       Static library ductape_<n>, alias ductape::<n>, of generated sources; GRPC where they hold services. They are compiled
#       without warnings and not linted, and their headers count as system headers for those who link it.

include_guard(GLOBAL)

# All generated code stands in one folder that mirrors the protos' paths.
set(DUCTAPE_PROTO_GENERATED_DIR "${PROJECT_BINARY_DIR}/generated/proto" CACHE INTERNAL "Where protoc writes")

function(ductape_proto_sources)
  cmake_parse_arguments(PARSE_ARGV 0 arg "GRPC" "OUT;ROOT" "PROTOS;IMPORTS")
  set(out_dir "${DUCTAPE_PROTO_GENERATED_DIR}")
  file(MAKE_DIRECTORY "${out_dir}")
  list(TRANSFORM arg_PROTOS PREPEND "${arg_ROOT}/" OUTPUT_VARIABLE files)
  set(paths "${arg_ROOT}" ${arg_IMPORTS})
  list(TRANSFORM paths PREPEND "--proto_path=")

  set(kinds .pb)
  set(plugins "--cpp_out=${out_dir}")
  set(tools protobuf::protoc)
  if(arg_GRPC)
    list(APPEND kinds .grpc.pb)
    list(APPEND plugins "--grpc_out=${out_dir}" "--plugin=protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin>")
    list(APPEND tools gRPC::grpc_cpp_plugin)
  endif()

  set(all_sources "")
  foreach(proto IN LISTS arg_PROTOS)
    cmake_path(REMOVE_EXTENSION proto LAST_ONLY OUTPUT_VARIABLE stem)
    set(sources "")
    set(headers "")
    foreach(kind IN LISTS kinds)
      list(APPEND sources "${out_dir}/${stem}${kind}.cc")
      list(APPEND headers "${out_dir}/${stem}${kind}.h")
    endforeach()
    add_custom_command(
      OUTPUT ${sources} ${headers}
      COMMAND protobuf::protoc ${paths} ${plugins} "${proto}"
      DEPENDS ${files} ${tools}
      COMMENT "Generating C++ from ${proto}"
      VERBATIM)
    list(APPEND all_sources ${sources})
  endforeach()
  set(${arg_OUT} ${all_sources} PARENT_SCOPE)
endfunction()

function(ductape_proto_library)
  cmake_parse_arguments(PARSE_ARGV 0 arg "GRPC" "NAME" "SOURCES")
  set(target ductape_${arg_NAME})
  add_library(${target} STATIC ${arg_SOURCES})
  target_include_directories(
    ${target} SYSTEM PUBLIC "$<BUILD_INTERFACE:${DUCTAPE_PROTO_GENERATED_DIR}>"
                            "$<INSTALL_INTERFACE:include/ductape-jobs>")
  target_link_libraries(${target} PUBLIC protobuf::libprotobuf)
  if(arg_GRPC)
    target_link_libraries(${target} PUBLIC gRPC::grpc++)
  endif()
  target_compile_options(${target} PRIVATE -w)
  set_target_properties(${target} PROPERTIES CXX_CLANG_TIDY "" EXPORT_NAME ${arg_NAME})
  add_library(ductape::${arg_NAME} ALIAS ${target})
  if(TARGET ductape_libraries)
    add_dependencies(ductape_libraries ${target})
  endif()
endfunction()
