# SPDX-License-Identifier: Apache-2.0
# For 64-bit ARM: Debian's cross compiler (scripts/setup arm64), libraries that scripts/packages/arm64_libraries.sh has unpacked, and qemu-user to run what
# is built. What has only headers is this machine's.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static)
get_filename_component(arm64_libraries ${CMAKE_CURRENT_LIST_DIR}/../../build/arm64-libraries ABSOLUTE)
set(CMAKE_FIND_ROOT_PATH ${arm64_libraries})
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_CXX_FLAGS_INIT "-isystem ${arm64_libraries}/usr/include -isystem ${arm64_libraries}/usr/include/aarch64-linux-gnu")
# Tests too are static, for there is no system whose loader and libraries they could ask for.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static -L${arm64_libraries}/usr/lib/aarch64-linux-gnu")
# pkg-config would answer for this machine.
set(CMAKE_DISABLE_FIND_PACKAGE_PkgConfig ON)
