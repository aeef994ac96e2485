// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/equivalence/default_capabilities.h"

namespace loadline::conformance::equivalence {

nlohmann::json DefaultCapabilities() {
  const nlohmann::json granted = {
      "CAP_AUDIT_WRITE", "CAP_CHOWN",  "CAP_DAC_OVERRIDE",     "CAP_FOWNER",  "CAP_FSETID",
      "CAP_KILL",        "CAP_MKNOD",  "CAP_NET_BIND_SERVICE", "CAP_SETFCAP", "CAP_SETGID",
      "CAP_SETPCAP",     "CAP_SETUID", "CAP_SYS_CHROOT"};
  return {{"bounding", granted}, {"effective", granted}, {"permitted", granted}};
}

}  // namespace loadline::conformance::equivalence
