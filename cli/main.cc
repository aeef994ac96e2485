// SPDX-License-Identifier: Apache-2.0
// The loadline program: a command line in, an exit status out.
#include <signal.h>
#include <unistd.h>

#include "base/pipe.h"
#include "cli/commands.h"
#include "cli/output.h"

namespace loadline::cli {
namespace {

struct Runner {
  int operator()(const Answer& answer) const {
    auto said = WriteAll(answer.exit_status == 0 ? STDOUT_FILENO : STDERR_FILENO, answer.text);
    (void)said;  // a closed output is the reader's wish
    return answer.exit_status;
  }
  int operator()(const ValidateOptions& options) const { return RunValidate(options); }
  int operator()(const CertifyOptions& options) const { return RunCertify(options); }
  int operator()(const CompareOptions& options) const { return RunCompare(options); }
  int operator()(const ReportMergeOptions& options) const { return RunReportMerge(options); }
  int operator()(const ReportDiffOptions& options) const { return RunReportDiff(options); }
  int operator()(const ReportHistoryOptions& options) const { return RunReportHistory(options); }
  int operator()(const GateOptions& options) const { return RunGate(options); }
  int operator()(const ListOptions& options) const { return RunList(options); }
  int operator()(const ExplainOptions& options) const { return RunExplain(options); }
  int operator()(const DoctorOptions& options) const { return RunDoctor(options); }
  int operator()(const ExpectOptions& options) const { return RunExpect(options); }
  int operator()(const MutantsOptions& options) const { return RunMutants(options); }
  int operator()(const lab::LabOptions& options) const { return RunInLab(options); }
  int operator()(const SignOptions& options) const { return RunSign(options); }
  int operator()(const VerifyOptions& options) const { return RunVerify(options); }
  int operator()(const CompletionOptions& options) const { return RunCompletion(options); }
};

}  // namespace
}  // namespace loadline::cli

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);  // a reader that goes away is an error of write(2), not our end
  return std::visit(loadline::cli::Runner(), loadline::cli::ParseCommandLine(argc, argv));
}
