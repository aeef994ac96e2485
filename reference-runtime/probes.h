// SPDX-License-Identifier: Apache-2.0
// The probes of provider "loadline" (docs/observing.md), on which perf, bpftrace and SystemTap can
// listen from outside. Each is one nop; what it hands over is at hand anyway, and where that is
// stands in a note of the program, not in its code. There is no semaphore: it would cost a load and
// a branch, and there is nothing to save by it.
//
// Whoever listens reads text from memory that has to be there, and cannot wait for a page of the
// program's file that nobody has touched. So texts come from the heap, the stack or a table that is
// being walked, never from a literal.
#pragma once

#include <sys/types.h>

#ifdef LOADLINE_PROBES
#include <sys/sdt.h>
#else
#define STAP_PROBE2(provider, name, a, b) ((void)(a), (void)(b))
#define STAP_PROBE3(provider, name, a, b, c) ((void)(a), (void)(b), (void)(c))
#define STAP_PROBE4(provider, name, a, b, c, d) ((void)(a), (void)(b), (void)(c), (void)(d))
#endif

// A listener changes a copy of the page that a probe is on. The functions with probes that a
// waiting container's process comes to are kept together, so that it does not let go of that copy.
#define LOADLINE_PROBED [[gnu::section("loadline_probed")]]

namespace loadline::runtime {

// The side is 0 for the runtime's process, 1 for the container's.
[[gnu::always_inline]] inline void ProbeStageBegin(const char* id, const char* stage, int side) {
  STAP_PROBE3(loadline, stage__begin, id, stage, side);
}
// The error is 0 for none, an errno, or -1 for one that no system call reported.
[[gnu::always_inline]] inline void ProbeStageEnd(const char* id, const char* stage, int side,
                                                 int error) {
  STAP_PROBE4(loadline, stage__end, id, stage, side, error);
}
// The container has got this status; the pid is that of its process, or 0.
[[gnu::always_inline]] inline void ProbeState(const char* id, const char* status, pid_t pid) {
  STAP_PROBE3(loadline, state, id, status, pid);
}
// A process of `exec` runs its program, and (seen by those who wait for it) has ended.
[[gnu::always_inline]] inline void ProbeExecBegin(const char* id, pid_t pid) {
  STAP_PROBE2(loadline, exec__begin, id, pid);
}
[[gnu::always_inline]] inline void ProbeExecEnd(const char* id, pid_t pid, int status) {
  STAP_PROBE3(loadline, exec__end, id, pid, status);
}

}  // namespace loadline::runtime
