# SPDX-License-Identifier: Apache-2.0
# For 64-bit ARM, with Debian's cross compiler and its libraries for that architecture beside those of this one (scripts/setup arm64 installs
# them); what is built runs under qemu-user.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static)
# pkg-config would answer for this machine.
set(CMAKE_DISABLE_FIND_PACKAGE_PkgConfig ON)
