// SPDX-License-Identifier: Apache-2.0
// What each verb adds to the command line. These files alone include CLI11, which is slow to
// compile.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/options.h"

namespace loadline::cli {

// Each adds a verb of that name (AddExpect: "expect"), which sets the command when it is called.
void AddValidate(CLI::App& app, Command& command);
void AddCertify(CLI::App& app, Command& command);
void AddCompare(CLI::App& app, Command& command);
void AddReport(CLI::App& app, Command& command);
void AddGate(CLI::App& app, Command& command);
void AddList(CLI::App& app, Command& command);
void AddExplain(CLI::App& app, Command& command);
void AddDoctor(CLI::App& app, Command& command);
void AddExpect(CLI::App& app, Command& command);
void AddMutants(CLI::App& app, Command& command);
void AddLab(CLI::App& app, Command& command);
void AddSign(CLI::App& app, Command& command);
void AddVerify(CLI::App& app, Command& command);
void AddCompletion(CLI::App& app, Command& command);

// All of them, and what the program itself takes.
void AddAll(CLI::App& app, Command& command);

// What several verbs have: formats, reports and colours; globs; batteries, with what is run
// otherwise; how much at once; text or JSON.
std::vector<std::string> AllFormats();
void AddOutput(CLI::App& verb, OutputOptions& output,
               const std::vector<std::string>& formats = AllFormats());
void AddOnly(CLI::App& verb, std::vector<std::string>& only, const char* what);
void AddBattery(CLI::App& verb, std::vector<std::string>& batteries, const char* otherwise);
void AddJobs(CLI::App& verb, int& jobs, const char* what);
void AddListFormat(CLI::App& verb, std::string& format);

}  // namespace loadline::cli
