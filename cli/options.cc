// SPDX-License-Identifier: Apache-2.0
// CLI11's exceptions and its exit codes end here.
#include "cli/options.h"

#include <sstream>

#include "base/version.h"
#include "cli/options/verbs.h"

namespace loadline::cli {
namespace {

bool HasVerb(CLI::App& app, const std::string& name) {
  return !app.get_subcommands([&](const CLI::App* verb) { return verb->check_name(name); }).empty();
}

Answer AnswerTo(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream out;
  std::ostringstream err;
  const bool asked = app.exit(error, out, err) == 0;
  if (asked) return {out.str(), 0};
  return {"loadline: " + std::string(error.what()) + "; see loadline --help\n", 2};
}

}  // namespace

void AddAll(CLI::App& app, Command& command) {
  app.name("loadline");
  app.description(
      "Is this container bundle sound, and does this container runtime keep its promises?");
  app.set_version_flag("--version", std::string("loadline ") + kVersionAndCommit);
  app.require_subcommand(1);
  app.footer(
      "Examples:\n  loadline validate ./bundle\n  loadline certify runc --report "
      "html=report.html\n  loadline explain "
      "oci-runtime/config/root/readonly\n\n"
      "Exit status: 0 conforms, 1 does not, 2 wrong usage, 3 unreadable input, 4 this host cannot "
      "judge it, 70 a defect of ours, 130 "
      "interrupted.");
  AddValidate(app, command);
  AddCertify(app, command);
  AddCompare(app, command);
  AddReport(app, command);
  AddGate(app, command);
  AddList(app, command);
  AddExplain(app, command);
  AddDoctor(app, command);
  AddExpect(app, command);
  AddMutants(app, command);
  AddLab(app, command);
  AddSign(app, command);
  AddVerify(app, command);
  AddCompletion(app, command);
}

Command ParseCommandLine(int argc, const char* const* argv) {
  CLI::App app;
  Command command = Answer{"", 2};
  AddAll(app, command);
  // CLI11 would say that a subcommand is missing, and not which word it did not know.
  if (argc > 1 && argv[1][0] != '-' && !HasVerb(app, argv[1])) {
    return Answer{"loadline: there is no verb " + std::string(argv[1]) + "; see loadline --help\n",
                  2};
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return AnswerTo(app, error);
  }
  return command;
}

}  // namespace loadline::cli
