// SPDX-License-Identifier: Apache-2.0
// A runtime that is killed while it creates a container must not leave a process behind that goes
// on with it, which nobody knows of yet.
#include <signal.h>
#include <sys/prctl.h>

#include "reference-runtime/stages/stages.h"

namespace loadline::runtime {

// Not before the process has its ids, because changing them undoes it. Until then, and when the
// caller has ended already, the end of the socket says so at the next change of side.
Result<void> DieWithCallerInChild(Context& context) {
  (void)context;
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return CallError("prctl", "PR_SET_PDEATHSIG");
  return {};
}

// The last thing that the process does on its own. After it the process waits for the word that its
// state is saved, or the end of the socket.
Result<void> OutliveCallerInChild(Context& context) {
  (void)context;
  if (prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) != 0) return CallError("prctl", "PR_SET_PDEATHSIG");
  return {};
}

}  // namespace loadline::runtime
