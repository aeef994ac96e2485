// SPDX-License-Identifier: Apache-2.0
#include "reports/parity/triangle_parts.h"

#include <fnmatch.h>

#include <string_view>

namespace loadline::reports {
namespace {

struct Entry {
  Axis axis;
  const char* part;   // empty: the third word of the check's id
  const char* check;  // a glob
};
constexpr std::string_view kWork = "work: ";

// The first entry that matches a check says where it belongs; what none matches is on no axis.
constexpr Axis R = Axis::kReliability;
constexpr Axis P = Axis::kPerformance;
constexpr Axis S = Axis::kSecurity;
constexpr Entry kEntries[] = {
    {R, "nothing is left behind", "*/left-behind/*"},
    {R, "nothing is left behind", "oci-runtime/runs/*"},
    {R, "life cycle", "oci-runtime/lifecycle/*"},
    {R, "life cycle", "oci-runtime/state/*"},
    {R, "hooks", "oci-runtime/hooks/*"},
    {R, "faults: hooks", "loadline/faults/hooks/*"},
    {R, "faults: scarcity", "loadline/faults/scarcity/*"},
    {R, "faults: races", "loadline/faults/races/*"},
    {R, "faults: groups", "loadline/faults/groups/*"},
    {R, "faults: calls that fail or are killed", "loadline/faults/*"},
    {R, "a slow runtime", "loadline/timing/*"},
    {R, "inside itself", "loadline/recursion/*"},
    {R, "init systems", "loadline/machine/*"},

    {S, "posture of exec", "loadline/exec/privileges"},
    {S, "posture of exec", "loadline/exec/*namespace*"},
    {S, "posture of exec", "loadline/isolation/exec/*"},
    {S, "posture of init", "loadline/isolation/init/*"},
    {S, "", "loadline/isolation/*"},  // a class of probes is a part
    {S, "devices", "loadline/control/devices/*"},
    {S, "devices", "oci-runtime/allowed-devices/*"},
    {S, "devices", "oci-runtime/default-devices/*"},
    {S, "devices", "oci-runtime/devices/*"},
    {S, "system call filters", "oci-runtime/seccomp/*"},
    {S, "capabilities", "oci-runtime/capabilities/*"},
    {S, "namespaces", "oci-runtime/namespaces/*"},
    {S, "namespaces", "oci-runtime/user-namespace/*"},
    {S, "protected paths", "oci-runtime/masked-paths/*"},
    {S, "protected paths", "oci-runtime/readonly-paths/*"},
    {S, "labels", "oci-runtime/security-labels/*"},

    {R, "exec, pause and update", "loadline/exec/*"},
    {R, "exec, pause and update", "loadline/pause/*"},
    {R, "exec, pause and update", "loadline/resume/*"},
    {R, "exec, pause and update", "loadline/update/*"},
    {R, "limits", "loadline/control/*"},
    {R, "limits", "oci-runtime/resources/*"},
    {R, "limits", "oci-runtime/resources-v2/*"},

    {P, "starts", "loadline/efficiency/start*"},
    {P, "starts", "loadline/efficiency/create-call"},
    {P, "starts", "loadline/efficiency/delete-call"},
    {P, "starts", "loadline/efficiency/density-growth*"},
    {P, "starts", "loadline/efficiency/density-launch*"},
    {P, "memory kept", "loadline/efficiency/density-memory*"},
    {P, "memory kept", "loadline/efficiency/memory-kept"},
    {P, "memory kept", "loadline/efficiency/memory-of-group"},
    {P, "memory kept", "loadline/efficiency/smallest-limit"},
    {P, "intervention", "loadline/efficiency/intervention-*"},
    {P, "work: sockets", "loadline/efficiency/tcp-*"},
    {P, "work: sockets", "loadline/efficiency/key-value"},
    {P, "work: files", "loadline/efficiency/*-io"},
    {P, "work: files", "loadline/efficiency/fsync"},
    {P, "work: files", "loadline/efficiency/open-close"},
    {P, "work: programs", "loadline/efficiency/fork-exec"},
    {P, "work: programs", "loadline/efficiency/compile"},
    {P, "work: system calls", "loadline/efficiency/null-call"},
    {P, "work: system calls", "loadline/efficiency/page-fault"},
    {P, "work: system calls", "loadline/efficiency/map-unmap"},
    {P, "work: system calls", "loadline/efficiency/pipe-switch"},
    {P, "work: processor and memory", "loadline/efficiency/*"},
};

std::string ThirdWord(const std::string& id) {
  const size_t second = id.find('/', id.find('/') + 1);
  std::string word = id.substr(second + 1, id.find('/', second + 1) - second - 1);
  for (char& letter : word) letter = letter == '-' ? ' ' : letter;
  return word;
}

}  // namespace

std::optional<TrianglePlace> PlaceOf(const std::string& check) {
  for (const Entry& entry : kEntries) {
    if (fnmatch(entry.check, check.c_str(), 0) != 0) continue;
    const std::string part(entry.part);
    return TrianglePlace{entry.axis, part.empty() ? ThirdWord(check) : part};
  }
  return std::nullopt;
}

bool IsWork(const std::string& check) {
  const auto place = PlaceOf(check);
  return place && place->part.starts_with(kWork);
}

}  // namespace loadline::reports
