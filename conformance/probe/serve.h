// SPDX-License-Identifier: Apache-2.0
// The conversation between the harness and the probe: one JSON object per line, each answered by
// one.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace loadline::probe {

inline constexpr char kLog[] = "/.loadline-log";

// Takes messages {"tell": WORD, …} until the end of the input.
void Serve(const std::vector<std::string>& arguments);

// The next line of standard input; none at its end.
std::optional<std::string> ReadLine();
void Say(const nlohmann::json& answer);
// A document as one line. Foreign bytes (a file's content) need not be UTF-8.
std::string Line(const nlohmann::json& json);
bool Append(const std::string& path, const std::string& line);
nlohmann::json ObserveWithArguments(const nlohmann::json& request,
                                    const std::vector<std::string>& arguments);
[[noreturn]] void WaitForSignal();

// The groups of messages, one file each; null when the word is none of theirs.
nlohmann::json ObeyLoad(const std::string& word, const nlohmann::json& message);
nlohmann::json ObeyMemoryLoad(const std::string& word, const nlohmann::json& message);
nlohmann::json ObeyProcessLoad(const std::string& word, const nlohmann::json& message);
nlohmann::json ObeyDiskLoad(const std::string& word, const nlohmann::json& message);
nlohmann::json ObeyLimitLoad(const std::string& word, const nlohmann::json& message);
nlohmann::json ObeyLook(const std::string& word, const nlohmann::json& message);
nlohmann::json ObeyWork(const std::string& word, const nlohmann::json& message);
nlohmann::json ObeyReach(const std::string& word, const nlohmann::json& message);
nlohmann::json ObeyThreads(const std::string& word, const nlohmann::json& message);
nlohmann::json ObeyBehave(const std::string& word, const nlohmann::json& message);
nlohmann::json ObeyChange(const std::string& word, const nlohmann::json& message);
nlohmann::json ObeyNeighbours(const std::string& word, const nlohmann::json& message);
nlohmann::json ObeyProgram(const std::string& word, const nlohmann::json& message);
nlohmann::json ObeyRights(const std::string& word, const nlohmann::json& message);
nlohmann::json ObeyNested(const std::string& word, const nlohmann::json& message);

}  // namespace loadline::probe
