// SPDX-License-Identifier: Apache-2.0
// For tests: a scripted runtime that isolates nothing, and misbehaves as asked.
#pragma once

#include <sys/stat.h>

#include <fstream>
#include <string>

namespace loadline::conformance {

// Understands create, start, state, kill and delete. MODE is put in front of every verb as shell
// text; it sees $verb and may exit.
inline std::string WriteFakeRuntime(const std::string& directory, const std::string& mode) {
  const std::string path = directory + "/fake-runtime";
  std::ofstream(path) << R"(#!/bin/sh
root=; bundle=; pidfile=; verb=; id=; force=
while [ $# -gt 0 ]; do
  case $1 in
    --root) root=$2; shift ;;
    --bundle) bundle=$2; shift ;;
    --pid-file) pidfile=$2; shift ;;
    --force) force=1 ;;
    --version) echo "fake version 7.8.9"; exit 0 ;;
    create|start|state|kill|delete|features) verb=$1 ;;
    -*) ;;
    *) [ -n "$id" ] || id=$1 ;;
  esac
  shift
done
)" << mode << R"(
case $verb in
  create)
    [ ! -e $root/$id ] || { echo "the id is taken" >&2; exit 1; }
    mkfifo $root/$id
    exec 3<&0
    ( read go < $root/$id; exec $bundle/rootfs/loadline-probe observe --serve <&3 ) &
    echo $! > $pidfile
    echo $! > $root/$id.pid ;;
  start) echo go > $root/$id ;;
  state)
    [ -e $root/$id ] || exit 1
    echo "{\"ociVersion\":\"1.0.2\",\"id\":\"$id\",\"status\":\"running\",\"pid\":$(cat $root/$id.pid),\"bundle\":\"/b\"}" ;;
  kill) kill -9 $(cat $root/$id.pid) ;;
  delete)
    [ -z "$force" ] || kill -9 $(cat $root/$id.pid) 2>/dev/null
    rm $root/$id $root/$id.pid ;;
  *) exit 1 ;;
esac
)";
  chmod(path.c_str(), 0755);
  return path;
}

}  // namespace loadline::conformance
