// SPDX-License-Identifier: Apache-2.0
// The verb for saved reports, with its own verbs.
#include "cli/options/verbs.h"

namespace loadline::cli {
namespace {

void AddReportMerge(CLI::App& report, const char* name, const char* what, bool one,
                    Command& command) {
  CLI::App* verb = report.add_subcommand(name, what);
  auto options = std::make_shared<ReportMergeOptions>();
  CLI::Option* files =
      verb->add_option("files", options->files, "written with --report json=FILE or jsonl=FILE")
          ->required();
  files->type_name("FILE");
  if (one) files->expected(1);
  AddOutput(*verb, options->output);
  verb->callback([options, &command] { command = *options; });
}

void AddReportDiff(CLI::App& report, Command& command) {
  CLI::App* verb = report.add_subcommand("diff", "which verdicts do these two not share?");
  auto options = std::make_shared<ReportDiffOptions>();
  verb->add_option("before", options->before, "written with --report json=FILE or jsonl=FILE")
      ->required()
      ->type_name("FILE");
  verb->add_option("after", options->after, "another")->required()->type_name("FILE");
  AddListFormat(*verb, options->format);
  verb->callback([options, &command] { command = *options; });
}

void AddReportHistory(CLI::App& report, Command& command) {
  CLI::App* verb =
      report.add_subcommand("history", "what got better and worse from each report to the next");
  auto options = std::make_shared<ReportHistoryOptions>();
  verb->add_option("files", options->files, "of the same subjects, in any order")
      ->required()
      ->type_name("FILE");
  AddOutput(*verb, options->output, {"text", "json", "html"});
  verb->callback([options, &command] { command = *options; });
}

}  // namespace

void AddReport(CLI::App& app, Command& command) {
  CLI::App* verb = app.add_subcommand(
      "report", "saved reports in another format, merged, compared, or over time");
  verb->require_subcommand(1);
  AddReportMerge(*verb, "render", "a report in another format", true, command);
  AddReportMerge(*verb, "merge", "the parts of one run (--shard, --only) as one report", false,
                 command);
  AddReportDiff(*verb, command);
  AddReportHistory(*verb, command);
}

}  // namespace loadline::cli
