# SPDX-License-Identifier: Apache-2.0
# Packages for Debian, made by CPack (scripts/package). Three, by who wants what:
#   loadline              the program; alone it validates, which is all that a bundle's author or a gate needs
#   loadline-conformance  what it needs to judge runtimes: the probe, bad runtimes, adapters, the lab's process 1
#   loadline-runtime      the runtime, for whoever wants to run containers with it and nothing else
# Their programs are linked statically, so that the same package does on each release of Debian and its kin, with no library to wait for, and
# certify can put its programs into root file systems that hold nothing.
set(CPACK_GENERATOR DEB)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGE_CONTACT "Loadline maintainers <maintainers@example.org>" CACHE STRING "who answers for the packages")
set(CPACK_PACKAGE_NAME loadline)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL loadline conformance runtime)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS ${CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS})
set(debian_names_x86_64 amd64)
set(debian_names_aarch64 arm64)
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE ${debian_names_${CMAKE_SYSTEM_PROCESSOR}})

set(CPACK_DEBIAN_LOADLINE_PACKAGE_NAME loadline)
set(CPACK_DEBIAN_LOADLINE_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_LOADLINE_PACKAGE_RECOMMENDS gpgv)
set(CPACK_DEBIAN_LOADLINE_PACKAGE_SUGGESTS "loadline-conformance, loadline-runtime")
set(CPACK_COMPONENT_LOADLINE_DESCRIPTION "validator of container bundles and images
Judges runtime bundles, container images and app container images, and every
document of the OCI and appc standards: strict JSON, schemas, and rules that
no schema can say. Each finding names the file, line, column and requirement,
and the way out.

With loadline-conformance it certifies container runtimes as well.")

# What is small and what the lab boots is recommended; systems that bring daemons and networks along are for those who judge them.
set(CPACK_DEBIAN_CONFORMANCE_PACKAGE_NAME loadline-conformance)
set(CPACK_DEBIAN_CONFORMANCE_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_CONFORMANCE_PACKAGE_DEPENDS "loadline (= ${PROJECT_VERSION}), python3")
set(CPACK_DEBIAN_CONFORMANCE_PACKAGE_RECOMMENDS "loadline-runtime (= ${PROJECT_VERSION}), busybox-static | busybox, crun | runc")
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  string(APPEND CPACK_DEBIAN_CONFORMANCE_PACKAGE_RECOMMENDS ", qemu-system-x86")
endif()
set(CPACK_DEBIAN_CONFORMANCE_PACKAGE_SUGGESTS "bubblewrap, lxc, runsc, systemd-container, uidmap")
set(CPACK_DEBIAN_CONFORMANCE_PACKAGE_CONTROL_EXTRA "${CMAKE_BINARY_DIR}/packages/postinst;${CMAKE_BINARY_DIR}/packages/prerm")
set(CPACK_COMPONENT_CONFORMANCE_DESCRIPTION "conformance suite for container runtimes
What \"loadline certify\" needs: a probe that runs inside the containers,
deliberately bad runtimes that the suite must catch, the process 1 of the
throw-away machine of \"loadline lab\", and adapters that give LXC,
systemd-nspawn, bubblewrap and a QEMU machine the command line of an OCI
runtime.")

set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME loadline-runtime)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SUGGESTS "criu, loadline-conformance")
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "small OCI container runtime
Makes containers of bundles as the OCI Runtime Specification 1.3 says, with
the command line of runc, so that podman, containerd and docker can call it.
It is the runtime that the cases of loadline-conformance are tried with.")

# The names that dpkg wants of maintainer scripts.
foreach(script postinst prerm)
  configure_file(${CMAKE_SOURCE_DIR}/scripts/packages/loadline-conformance.${script} ${CMAKE_BINARY_DIR}/packages/${script} COPYONLY
                 FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endforeach()

# The licences of what is linked in, as the packages that it came from tell them, with their versions.
set(linked libstdc++-12-dev libc6-dev nlohmann-json3-dev libcli11-dev libvalijson-dev libexpected-dev libre2-dev libssl-dev libseccomp-dev libcap-dev
           libarchive-dev zlib1g-dev libbz2-dev liblzma-dev libzstd-dev)
set(libraries "")
foreach(package ${linked})
  if(EXISTS /usr/share/doc/${package}/copyright)
    file(READ /usr/share/doc/${package}/copyright licence)
    execute_process(COMMAND dpkg-query -W -f "\${Version}" ${package} OUTPUT_VARIABLE version ERROR_QUIET)
    string(APPEND libraries "==== ${package} ${version}\n\n${licence}\n")
  endif()
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/packages/libraries CONTENT "@libraries@" @ONLY)
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/packages/changelog.gz ${CMAKE_BINARY_DIR}/packages/libraries.gz DEPENDS ${changelog} ${CMAKE_BINARY_DIR}/packages/libraries
                   COMMAND ${CMAKE_COMMAND} -E copy ${changelog} ${CMAKE_BINARY_DIR}/packages/changelog
                   COMMAND ${gzip} -k ${CMAKE_BINARY_DIR}/packages/changelog ${CMAKE_BINARY_DIR}/packages/libraries)
add_custom_target(package_documents ALL DEPENDS ${CMAKE_BINARY_DIR}/packages/changelog.gz)
foreach(component ${CPACK_COMPONENTS_ALL})
  add_dependencies(component_${component} package_documents)
  string(TOUPPER ${component} upper)
  set(package ${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
  install(FILES ${CMAKE_SOURCE_DIR}/scripts/packages/copyright ${CMAKE_BINARY_DIR}/packages/changelog.gz ${CMAKE_BINARY_DIR}/packages/libraries.gz
          DESTINATION share/doc/${package} COMPONENT ${component})
  # Only a package has a use for these.
  install(FILES ${CMAKE_SOURCE_DIR}/scripts/packages/${package}.lintian-overrides DESTINATION share/lintian/overrides RENAME ${package}
          COMPONENT ${component} EXCLUDE_FROM_ALL)
endforeach()
include(CPack)
