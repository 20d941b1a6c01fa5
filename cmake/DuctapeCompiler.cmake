# Compiler settings that hold for every target: the language, the sanitizer, the compiler cache and the linker.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

# ccache, where it is installed. Its settings ride on the launcher so that they hold however the build is started.
# CCACHE_BASEDIR and CCACHE_NOHASHDIR let several checkouts of the repository share hits; the sloppiness is what ccache
# asks for with precompiled headers.
find_program(DUCTAPE_CCACHE ccache)
if(DUCTAPE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
      "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime" "${DUCTAPE_CCACHE}")
endif()

# For every target, as those that use gRPC have it anyway: a precompiled header serves only sources with the same setting.
add_compile_options(-pthread)

# ccache can read a GNU precompiled header only when the preprocessor names it.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND DUCTAPE_USE_PCH)
  add_compile_options(-fpch-preprocess)
endif()
# One of clang's, only when it holds no time of its making.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND DUCTAPE_USE_PCH)
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
endif()

# The fastest linker at hand; the compiler's own when there is neither.
find_program(DUCTAPE_MOLD mold)
find_program(DUCTAPE_LLD ld.lld)
if(DUCTAPE_MOLD)
  add_link_options(-fuse-ld=mold)
elseif(DUCTAPE_LLD)
  add_link_options(-fuse-ld=lld)
endif()

if(DUCTAPE_SANITIZER STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined -fno-sanitize-recover=all)
  add_compile_definitions(DUCTAPE_ASAN=1)
elseif(DUCTAPE_SANITIZER STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
  add_compile_definitions(DUCTAPE_TSAN=1)
elseif(DUCTAPE_SANITIZER)
  message(FATAL_ERROR "DUCTAPE_SANITIZER is '${DUCTAPE_SANITIZER}': use address, thread or nothing")
endif()
