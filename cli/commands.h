// SPDX-License-Identifier: Apache-2.0
// The verbs: each takes its options and returns the exit status.
#pragma once

#include "base/result.h"
#include "cli/options.h"

namespace loadline::cli {

int RunValidate(const ValidateOptions& options);
int RunCertify(const CertifyOptions& options);
int RunCompare(const CompareOptions& options);
int RunReportMerge(const ReportMergeOptions& options);
int RunReportDiff(const ReportDiffOptions& options);
int RunReportHistory(const ReportHistoryOptions& options);
int RunGate(const GateOptions& options);
int RunList(const ListOptions& options);
int RunExplain(const ExplainOptions& options);
int RunDoctor(const DoctorOptions& options);
int RunExpect(const ExpectOptions& options);
int RunMutants(const MutantsOptions& options);
int RunInLab(const lab::LabOptions& options);
int RunSign(const SignOptions& options);
int RunVerify(const VerifyOptions& options);
int RunCompletion(const CompletionOptions& options);

}  // namespace loadline::cli
