// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_status.h"

namespace loadline::cli {

int ExitStatusOf(const Error& error) {
  switch (error.kind) {
    case ErrorKind::kUsage:
      return kWrongUsage;
    case ErrorKind::kUnreadable:
      return kUnreadable;
    case ErrorKind::kAltered:
      return kDoesNotConform;
    case ErrorKind::kHostLacks:
      return kCannotJudge;
    case ErrorKind::kInterrupted:
      return kInterrupted;
    case ErrorKind::kDefect:
      break;
  }
  return kOurDefect;
}

}  // namespace loadline::cli
